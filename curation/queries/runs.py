"""Runs as people watch them: stages, units, what went wrong, what came out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, QuerySet, Sum
from django.utils import timezone

from corpora.fetch.partial import expected
from curation.models import Export, Recipe, Run, Snapshot, Source, Tokenizer, Unit
from curation.queries.following import Following, following
from curation.store import store

#: Cells that the grid of a stage shows; beyond it each cell stands for several units.
MAX_CELLS = 480
#: Cells beside each other at 1280 px.
CELLS_A_LINE = 80
#: Failed units that are looked at to group their errors.
ERRORS_READ = 1_000

#: Stages that go through documents one by one and report them.
_BY_DOCUMENT = frozenset(
    {
        "ingest",
        "normalize",
        "signals",
        "signals.dear",
        "dedup.signatures",
        "dedup.samples",
        "decisions",
        "edits.passages",
        "edits",
        "tokenization",
        "search",
        "export",
    }
)

#: Columns that grow with what a run is about: lists do not read them.
_LARGE = (
    "arguments",
    "recipe__content",
    "recipe__toml",
    "source__parts",
    "source__files",
    "source__quarantine",
    "export__files",
    "snapshot__counts",
    "tokenizer__info",
)

#: What a cell that stands for several units shows: the first of these that any of them is.
_WORST_FIRST = ("given_up", "leased", "retry", "ready", "cancelled", "done", "known")


def listed(*, state: str = "", kind: str = "", corpus: str = "") -> QuerySet[Run]:
    """Newest first, with what a list shows."""
    about = ("created_by", "recipe", "source", "snapshot", "export", "tokenizer")
    runs = Run.objects.select_related(*about).defer(*_LARGE).prefetch_related("corpora")
    if state:
        runs = runs.filter(state=state)
    if kind:
        runs = runs.filter(kind=kind)
    if corpus:
        runs = runs.filter(corpora__name=corpus)
    return runs


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """One stage of a run. What is not known yet is None."""

    name: str
    #: "" before it begins, else as the badge names it.
    state: str
    units: int | None
    done: int
    #: Of ``done``: not computed, because the store knew the key.
    known: int
    working: int
    given_up: int
    #: None for stages that do not go document by document.
    documents: int | None
    #: Documents or bytes that the stage has to go through.
    documents_total: int | None
    bytes: int
    bytes_total: int | None
    began: datetime | None
    #: From its first unit's begin to its last one's end (or now), pauses included.
    seconds: float | None

    @property
    def ended(self) -> int:
        """Units that nothing more will be done about."""
        return self.done + self.given_up

    @property
    def bar(self) -> tuple[int, int]:
        """(done, of all) as the bar shows it: by documents or bytes while a unit takes minutes."""
        units = self.units or 1
        if self.ended < units and self.documents and self.documents_total:
            return min(self.documents, self.documents_total), self.documents_total
        if self.ended < units and self.bytes and self.bytes_total:
            return min(self.bytes, self.bytes_total), self.bytes_total
        return self.ended, units


def stages(run: Run) -> list[StageRow]:
    """Every stage of the plan, begun or not."""
    rows = part_rows(run)
    found: dict[str, list[dict[str, Any]]] = {}
    for group in _groups(run):
        found.setdefault(group["stage"], []).append(group)
    return [_stage(run, name, found.get(name, []), rows) for name in run.stages]


def _groups(run: Run) -> Iterable[Any]:
    return (
        run.units.order_by()
        .values("stage", "state", "known")
        .annotate(
            units=Count("id"),
            documents=Sum("documents_done"),
            bytes=Sum("bytes_done"),
            began=Min("started_at"),
            last=Max("ended_at"),
        )
    )


def _stage(run: Run, name: str, groups: list[dict[str, Any]], rows: dict[str, int]) -> StageRow:
    units = _counted(groups)
    total = sum(units.values())
    began = min((group["began"] for group in groups if group["began"]), default=None)
    last = max((group["last"] for group in groups if group["last"]), default=None)
    is_open = bool(units["ready"] or units["leased"])
    until = timezone.now() if is_open and run.state == Run.State.RUNNING else last
    return StageRow(
        name=name,
        state=_state(run, units),
        units=total or None,
        done=units["done"],
        known=sum(group["units"] for group in groups if group["known"]),
        working=units["leased"],
        given_up=units["given_up"],
        documents=_documents(run, groups, rows) if name in _BY_DOCUMENT else None,
        documents_total=_total(run, name, rows) if name in _BY_DOCUMENT else None,
        bytes=sum(group["bytes"] for group in groups),
        bytes_total=_total_bytes(run, name),
        began=began,
        seconds=(until - began).total_seconds() if began and until else None,
    )


def _counted(groups: list[dict[str, Any]]) -> dict[str, int]:
    counted = dict.fromkeys(Unit.State.values, 0)
    for group in groups:
        counted[group["state"]] += group["units"]
    return counted


def _state(run: Run, units: dict[str, int]) -> str:
    if not any(units.values()):
        return ""
    if units["ready"] or units["leased"]:
        return str(run.state)
    if units["given_up"]:
        return "given_up"
    return "cancelled" if units["cancelled"] else "done"


def _documents(run: Run, groups: list[dict[str, Any]], rows: dict[str, int]) -> int:
    """Documents done. Units that were not computed report none: their parts say how many."""
    reported = sum(group["documents"] for group in groups)
    known = next((group for group in groups if group["known"]), None)
    if known is None:
        return int(reported)
    parts = run.units.filter(stage=known["stage"], known=True).values_list("part", flat=True)
    return int(reported) + sum(rows.get(part, 0) for part in parts)


def part_rows(run: Run) -> dict[str, int]:
    """Part -> documents in it, for a curation; empty for other runs."""
    parts = run.arguments.get("parts", []) if run.kind == Run.Kind.CURATE else []
    return {f"{number:05d}": part["rows"] for number, part in enumerate(parts)}


def _total(run: Run, stage: str, rows: dict[str, int]) -> int | None:
    """Documents ahead of a stage, where that is known before it is done."""
    if run.kind == Run.Kind.CURATE:
        return sum(rows.values())
    if run.kind == Run.Kind.EXPORT and run.export:
        return int(run.export.snapshot.counts["kept"])
    return None


def _total_bytes(run: Run, stage: str) -> int | None:
    """Bytes ahead of a stage that goes by bytes: of the files that were found, or are fetched."""
    if stage == "fetch":
        return _to_fetch(run)
    if stage != "ingest":
        return None
    scan = run.units.filter(stage="scan", state=Unit.State.DONE).first()
    return int(scan.result["counts"]["bytes"]) if scan and scan.result else None


def _to_fetch(run: Run) -> int | None:
    """What the servers say that their files have; None while one of them has not said it."""
    total = 0
    for unit in run.units.filter(stage="fetch"):
        done = unit.result["counts"]["bytes"] if unit.result else None
        size = done if done is not None else expected(store(), unit.key)
        if size is None:
            return None
        total += size
    return total


# -- the grid ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One unit, or several neighbours of which ``state`` is the worst."""

    state: str
    first: str
    last: str
    units: int
    #: Of a single finished unit.
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    stage: str
    cells: list[Cell]
    #: Units that a cell stands for.
    per_cell: int
    #: State -> units, the states that occur.
    legend: dict[str, int]
    #: Lines of cells that the run's largest stage takes: the place for them is kept.
    lines: int


def grid(run: Run, stage: str) -> Grid:
    """The units of a stage in part order."""
    units = list(
        run.units.filter(stage=stage)
        .order_by("part")
        .values_list("part", "state", "known", "failures", "losses", "started_at", "ended_at")
    )
    per_cell = -(-len(units) // MAX_CELLS) or 1
    cells = [
        _cell([_unit(*unit) for unit in units[start : start + per_cell]])
        for start in range(0, len(units), per_cell)
    ]
    states = [_look(*unit[1:5]) for unit in units]
    legend = {state: states.count(state) for state in reversed(_WORST_FIRST) if state in states}
    return Grid(
        stage=stage, cells=cells, per_cell=per_cell, legend=legend, lines=_lines(run, len(cells))
    )


def _lines(run: Run, cells: int) -> int:
    most = max(cells, min(len(part_rows(run)), MAX_CELLS))
    return -(-most // CELLS_A_LINE) or 1


def _look(state: str, known: bool, failures: int, losses: int) -> str:
    if state == Unit.State.DONE:
        return "known" if known else "done"
    return "retry" if state == Unit.State.READY and (failures or losses) else state


def _unit(
    part: str,
    state: str,
    known: bool,
    failures: int,
    losses: int,
    began: datetime | None,
    ended: datetime | None,
) -> Cell:
    return Cell(
        state=_look(state, known, failures, losses),
        first=part,
        last=part,
        units=1,
        seconds=(ended - began).total_seconds() if began and ended else None,
    )


def _cell(units: list[Cell]) -> Cell:
    if len(units) == 1:
        return units[0]
    worst = min((unit.state for unit in units), key=_WORST_FIRST.index)
    return Cell(
        state=worst, first=units[0].first, last=units[-1].last, units=len(units), seconds=None
    )


# -- errors --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorGroup:
    """Units whose errors differ only in numbers, with one of them as it is."""

    stage: str
    units: int
    #: Of them, those that will not be tried again.
    given_up: int
    example: str
    part: str
    worker: str


_NUMBERS = re.compile(r"\d[\d,.]*")


def errors(run: Run) -> list[ErrorGroup]:
    """What went wrong, the most frequent first."""
    failed = run.units.exclude(error="").order_by("id")[:ERRORS_READ]
    groups: dict[tuple[str, str], list[Unit]] = {}
    for unit in failed.defer("spec", "result"):
        groups.setdefault((unit.stage, _NUMBERS.sub("#", unit.error)), []).append(unit)
    found = [
        ErrorGroup(
            stage=stage,
            units=len(units),
            given_up=sum(unit.state == Unit.State.GIVEN_UP for unit in units),
            example=units[0].error,
            part=units[0].part,
            worker=units[0].worker,
        )
        for (stage, _), units in groups.items()
    ]
    return sorted(found, key=lambda group: -group.units)


# -- starting ------------------------------------------------------------------------------


def recipes_to_choose() -> list[Recipe]:
    """The newest version of each recipe: "default" first, then people's own, then shipped."""
    newest = {recipe.name: recipe for recipe in Recipe.objects.order_by("name", "version")}
    return sorted(newest.values(), key=lambda r: (r.name != "default", r.shipped, r.name))


# -- results -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run was for; the parts that exist."""

    source: Source | None
    snapshot: Snapshot | None
    export: Export | None
    tokenizer: Tokenizer | None
    #: Units whose parts are missing from the result.
    given_up: int
    #: Units over everything that were given up: what they would have made is missing.
    not_made: int
    #: What was to follow it by itself.
    following: Following


def outcome(run: Run) -> Outcome:
    given_up = run.units.filter(state=Unit.State.GIVEN_UP)
    return Outcome(
        source=run.source,
        snapshot=Snapshot.objects.filter(run=run).first(),
        export=run.export,
        tokenizer=run.tokenizer if run.kind == Run.Kind.TRAIN else None,
        given_up=given_up.exclude(part="").count(),
        not_made=given_up.filter(part="").count(),
        following=following(run),
    )
