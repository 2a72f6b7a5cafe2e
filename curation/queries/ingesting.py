"""A source while it is read: how far, how fast, and what its files have shown so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpora.ingest.accounts import Account, joined
from corpora.plans.plan import label
from corpora.snapshots import add
from curation.models import Run, Source, Unit
from curation.queries.runs import StageRow, stages
from curation.queries.sources import read_accounts
from curation.queries.speed import Speed, speed


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingesting:
    """What the units that are done, and those at work, have said."""

    run: Run
    documents: int
    #: Of ``bytes_total``; None until the files have been found.
    bytes: int
    bytes_total: int | None
    #: By reason, of the units that are done.
    quarantined: dict[str, int]
    speed: Speed | None

    @property
    def records(self) -> int:
        """Quarantined, whatever the reason."""
        return sum(self.quarantined.values())


def ingesting(source: Source) -> Ingesting | None:
    """None when no run is reading the source."""
    run = source.runs.exclude(state__in=Run.ENDED).order_by("-id").first()
    if run is None:
        return None
    rows = {row.name: row for row in stages(run)}
    read: StageRow = rows["fetch" if run.stage == "fetch" else "ingest"]
    done = run.units.filter(stage="ingest", state=Unit.State.DONE)
    results = done.values_list("result__counts__quarantined", flat=True)
    return Ingesting(
        run=run,
        documents=read.documents or 0,
        bytes=min(read.bytes, read.bytes_total or 0),
        bytes_total=read.bytes_total,
        quarantined=add(results),
        speed=speed(run, rows[run.stage]) if run.stage in rows else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file that the scan found."""

    path: str
    bytes: int
    #: The units that read it, and its place in each: several where they share it out.
    units: tuple[tuple[str, int], ...]


def found_files(run: Run) -> list[Found]:
    """In reading order; empty until the scan is done."""
    scan = run.units.filter(stage="scan", state=Unit.State.DONE).first()
    groups = scan.result["counts"]["groups"] if scan and scan.result else []
    found: list[Found] = []
    for number, group in enumerate(groups):
        for place, account in enumerate(map(Account.of, group)):
            units: tuple[tuple[str, int], ...] = ((label(number), place),)
            size = account.bytes
            if account.share and account.share[0]:  # goes on where the one before ends
                before = found.pop()
                units, size = before.units + units, before.bytes + size
            found.append(Found(path=account.path, bytes=size, units=units))
    return found


def accounts_so_far(run: Run, files: Sequence[Found]) -> list[dict[str, Any]]:
    """As ``queries.sources.files`` gives them; of files not read to their end, their state."""
    parts = {part for file in files for part, _ in file.units}
    units = run.units.filter(stage="ingest", part__in=parts)
    states = dict(units.values_list("part", "state"))
    done = units.filter(state=Unit.State.DONE).values_list("part", "result__outputs__files")
    read = {part: read_accounts(blob) for part, blob in done}
    return [_so_far(file, states, read) for file in files]


#: Of the shares of a file, the state that is told: the last of these.
_TELLING = (
    Unit.State.DONE, Unit.State.CANCELLED, Unit.State.GIVEN_UP, Unit.State.READY, Unit.State.LEASED,
)  # fmt: skip


def _so_far(
    file: Found, states: Mapping[str, str], read: Mapping[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    here = joined(read[part][place] for part, place in file.units if part in read)
    account: dict[str, Any] = here[0] if here else {"path": file.path}
    open_ = {states.get(part, Unit.State.READY) for part, _ in file.units if part not in read}
    if open_:
        account["state"] = max(open_, key=_TELLING.index)
    return {**account, "bytes": file.bytes}
