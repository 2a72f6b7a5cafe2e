"""A source while it is read: how far, how fast, and what its files have shown so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from corpora.ingest.accounts import Account
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
    """A file that the scan found, or a share of one: the unit that reads it, its place there."""

    part: str
    place: int
    path: str
    bytes: int


def found_files(run: Run) -> list[Found]:
    """In reading order; empty until the scan is done."""
    scan = run.units.filter(stage="scan", state=Unit.State.DONE).first()
    groups = scan.result["counts"]["groups"] if scan and scan.result else []
    return [
        Found(part=label(number), place=place, path=account.path, bytes=account.bytes)
        for number, group in enumerate(groups)
        for place, account in enumerate(map(Account.of, group))
    ]


def accounts_so_far(run: Run, files: Sequence[Found]) -> list[dict[str, Any]]:
    """As ``queries.sources.files`` gives them; of files not read to their end, their state."""
    units = run.units.filter(stage="ingest", part__in={file.part for file in files})
    states = dict(units.values_list("part", "state"))
    done = units.filter(state=Unit.State.DONE).values_list("part", "result__outputs__files")
    read = {part: read_accounts(blob) for part, blob in done}
    return [
        read[file.part][file.place]
        if file.part in read
        else {
            "path": file.path,
            "bytes": file.bytes,
            "state": states.get(file.part, Unit.State.READY),
        }
        for file in files
    ]
