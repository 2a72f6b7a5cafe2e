"""How fast each stage goes here and how much it writes: measured on runs that are done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from corpora.errors import StoreError
from corpora.plans import rests_on
from corpora.stages import blobs_in
from curation.models import Run, Unit
from curation.store import store

#: Recent runs that are looked at, and units of one stage of each.
_RUNS = 10
_UNITS = 200
#: Times as much as was measured, and no more, is what a rate says something about: of a small run
#: what each costs anyway (the start, kernels that are compiled) is most.
_REACH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Of one stage, by bytes of the documents' tables that it went through."""

    #: Of them.
    bytes: int
    #: Wall clock, with as many workers as there were.
    seconds: float
    #: What was written to the store.
    written: int
    #: The most that one worker held; 0 when it was not measured.
    memory: int
    #: Whether its units saw everything, so that they hold more of more.
    whole: bool

    def reaches(self, size: int) -> bool:
        """Whether so many bytes are near enough to what was measured."""
        return size <= _REACH * self.bytes

    def seconds_for(self, size: int) -> float:
        return self.seconds * size / self.bytes

    def bytes_for(self, size: int) -> int:
        return self.written * size // self.bytes

    def memory_for(self, size: int) -> int | None:
        """Of one worker: parts are as large in any run."""
        if not self.memory:
            return None
        return max(self.memory, self.memory * size // self.bytes) if self.whole else self.memory


def rates(stages: Iterable[str]) -> dict[str, Rate]:
    """By stage, from the recent run in which it went through most; none for what never ran."""
    recent = Run.objects.filter(kind=Run.Kind.CURATE, state=Run.State.DONE)
    found: dict[str, Rate] = {}
    wanted = list(stages)
    for run in recent.order_by("-id")[:_RUNS]:
        parts = run.arguments.get("parts", [])
        for stage in wanted:
            rate = _rate(run, stage, parts)
            if rate and (stage not in found or rate.bytes > found[stage].bytes):
                found[stage] = rate
    return found


def _rate(run: Run, stage: str, parts: list[dict[str, Any]]) -> Rate | None:
    computed = run.units.filter(stage=stage, state=Unit.State.DONE, known=False)
    units = [unit for unit in computed.order_by("id")[:_UNITS] if unit.started_at and unit.ended_at]
    if not units:
        return None
    try:
        size = size_of(parts, _numbers(units, len(parts)))
        blobs = {blob for unit in units for blob in blobs_in((unit.result or {})["outputs"])}
        written = sum(store().size(blob) for blob in blobs)
    except StoreError:  # collected since
        return None
    wall = max(u.ended_at for u in units if u.ended_at) - min(
        u.started_at for u in units if u.started_at
    )
    if not size:
        return None
    return Rate(
        bytes=size,
        seconds=wall / timedelta(seconds=1),
        written=written,
        memory=max(unit.memory for unit in units),
        whole=_whole(units),
    )


def _whole(units: list[Unit]) -> bool:
    return any(rests_on(unit.stage, unit.part) for unit in units)


def _numbers(units: list[Unit], parts: int) -> Iterable[int]:
    if _whole(units):
        return range(parts)
    return {int(unit.part) for unit in units}


def size_of(parts: list[dict[str, Any]], numbers: Iterable[int]) -> int:
    """Bytes of the tables of these parts' documents. Raises StoreError when one is not there."""
    return sum(store().size(parts[number]["documents"]) for number in numbers)
