"""Collecting what nothing speaks of any more: blobs, keys, damaged and unfinished files.

Safe while runs go on. A unit writes blobs long before a row refers to them, so nothing young is
taken; and whoever finds an old blob useful makes it young (Store.keep), which is looked at once
more after the blob is out of sight. Keys go first: a key never speaks of a blob that was taken.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from corpora.errors import StoreError
from corpora.stages import blobs_in
from corpora.store_files import Entry
from curation.models import Run
from curation.store import store
from curation.upkeep.references import digest_of, referred
from curation.upkeep.watching import Watch, unwatched

#: Beside the longest that a unit may take: how long its last rows may need.
_MARGIN_SECONDS = 3_600


@dataclass(slots=True)
class Freed:
    """What was removed (or would be), and what is left, of one kind."""

    removed: int = 0
    bytes: int = 0
    kept: int = 0


@dataclass(slots=True)
class Collection:
    keys: Freed
    blobs: Freed
    #: Set aside because their bytes were not their own.
    damaged: Freed
    #: Left in the scratch folder by processes that died.
    unfinished: Freed

    @property
    def bytes_freed(self) -> int:
        kinds = (self.keys, self.blobs, self.damaged, self.unfinished)
        return sum(kind.bytes for kind in kinds)


def collect(*, keep_days: float, dry_run: bool = False, watch: Watch = unwatched) -> Collection:
    """Remove what nothing refers to and nobody needed for ``keep_days``, never less than the
    longest time that a unit may take.

    Raises StoreError while runs go on over a store that cannot say what is needed.
    """
    if not dry_run:
        _require_quiet()
    shortest = settings.UNIT_HARD_LIMIT_SECONDS + _MARGIN_SECONDS
    before = time.time() - max(keep_days * 86_400, shortest)
    collector = _Collector(referred(watch), before, dry_run=dry_run)
    kept = store()
    return Collection(
        keys=collector.sort(watch(kept.keys(), "keys"), collector.needs_key, kept.remove_key),
        blobs=collector.sort(watch(kept.blobs(), "blobs"), collector.needs, kept.remove_blob),
        damaged=collector.sort(kept.damaged(), collector.is_young, kept.remove_damaged),
        unfinished=collector.sort(kept.left_over(), collector.is_young, kept.remove_left_over),
    )


def _require_quiet() -> None:
    if not store().renews and Run.objects.exclude(state__in=Run.ENDED).exists():
        raise StoreError(
            f"runs go on, and the store {store()} cannot tell what they need just now.",
            remedy="Collect when every run has ended.",
        )


class _Remove(Protocol):
    def __call__(self, name: str, /, *, before: float) -> bool: ...


class _Collector:
    """Tells what is needed from what is not."""

    def __init__(self, live: set[bytes], before: float, *, dry_run: bool) -> None:
        self._live = live
        self._before = before
        self._dry_run = dry_run

    def is_young(self, entry: Entry) -> bool:
        return entry.at >= self._before

    def needs(self, entry: Entry) -> bool:
        return self.is_young(entry) or digest_of(entry.name) in self._live

    def needs_key(self, entry: Entry) -> bool:
        """Also when no row names it, but all that it gave is needed: a group of signals, say."""
        if self.needs(entry):
            return True
        value = store().lookup(entry.name) or {}
        digests = {digest_of(blob) for blob in blobs_in(value.get("outputs", {}))}
        return bool(digests) and digests <= self._live

    def sort(
        self, entries: Iterable[Entry], needed: Callable[[Entry], bool], remove: _Remove
    ) -> Freed:
        freed = Freed()
        for entry in entries:
            if needed(entry) or not (self._dry_run or remove(entry.name, before=self._before)):
                freed.kept += 1
            else:
                freed.removed += 1
                freed.bytes += entry.bytes
        return freed
