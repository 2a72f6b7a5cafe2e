"""Doing what somebody asked for on the page, and keeping what was found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from corpora.errors import KotoguraError
from curation.actions import audit, chores
from curation.models import Chore, User
from curation.queries.chores import CHECKS
from curation.upkeep.fsck import extent, fsck
from curation.upkeep.gc import Collection, collect
from curation.upkeep.watching import Finding

T = TypeVar("T")

#: What is kept of a check that finds no end of things.
_FINDINGS = 200
#: Seconds between signs of life.
_NOTE_SECONDS = 1.0
#: Days for which a collection lets live what nothing refers to.
KEEP_DAYS = 7.0


class Stopped(KotoguraError):
    """The worker was told to end in the middle of a chore."""


def perform(chore: Chore, *, stopped: Callable[[], bool]) -> None:
    """From its beginning to its record, good or not."""
    watch = _Noting(chore, stopped)
    try:
        if chore.kind in CHECKS:
            deep = chore.kind == Chore.Kind.CHECK_DEEP
            result = check_result(list(fsck(deep=deep, watch=watch)))
        else:
            dry_run = chore.kind == Chore.Kind.COLLECT_DRY
            collected = collect(keep_days=KEEP_DAYS, dry_run=dry_run, watch=watch)
            result = collection_result(collected, dry_run=dry_run, by=chore.asked_by)
    except KotoguraError as error:
        chores.end(chore, error=str(error))
    else:
        chores.end(chore, result=kept(result))


class _Noting:
    """A Watch (curation/upkeep/watching.py) that writes the progress into the chore's row."""

    def __init__(self, chore: Chore, stopped: Callable[[], bool]) -> None:
        self._chore = chore
        self._stopped = stopped
        self._noted = 0.0

    def __call__(
        self,
        items: Iterable[T],
        what: str,
        total: int | None = None,
        size: Callable[[T], int] = lambda _: 1,
    ) -> Iterator[T]:
        done = 0
        for item in items:
            yield item
            done += size(item)
            if time.monotonic() - self._noted > _NOTE_SECONDS:
                self._note(what, done, total)

    def _note(self, what: str, done: int, total: int | None) -> None:
        if self._stopped():
            raise Stopped("the worker was told to end.", remedy="Ask again.")
        chores.note(self._chore, what=what, done=done, total=total)
        self._noted = time.monotonic()


def check_result(findings: Sequence[Finding]) -> dict[str, Any]:
    wrong = sum(finding.wrong for finding in findings)
    told = [finding.to_json() for finding in findings]
    return {"checked": extent(), "wrong": wrong, "findings": told}


def collection_result(found: Collection, *, dry_run: bool, by: User | None) -> dict[str, Any]:
    """What it removed (or would) by kind; what was removed is in the audit trail as well."""
    kinds = asdict(found)
    freed = found.bytes_freed
    if not dry_run:
        removed = {name: kind["removed"] for name, kind in kinds.items()}
        audit.record(by=by, action="store.gc", target="store", bytes=freed, **removed)
    return {"dry_run": dry_run, "bytes": freed, **kinds}


def kept(result: dict[str, Any]) -> dict[str, Any]:
    """As the row keeps it: a check's first findings, and how many there were."""
    if "findings" not in result:
        return result
    findings = result["findings"]
    return result | {"findings": findings[:_FINDINGS], "told": len(findings)}
