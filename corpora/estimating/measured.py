"""What a run took, stage by stage: the figures that an estimate is made of, and made as."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A stage once gone through; an export's own stages come once for each format."""

    #: Seconds of all its units together.
    work: float
    #: How many units that is, were each as large as it may get.
    units: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one stage took in one run."""

    stage: str
    #: On the clock.
    seconds: float
    #: Of the processor, over all workers.
    processor: float
    #: The most that one process held, and how much more that was than before its unit.
    memory: int
    grown: int
    #: Bytes that it left in the store (or, of the rest, in the folder of results).
    disk: int
    #: Of a measured run.
    rounds: tuple[Round, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One calibration run."""

    bytes: int
    #: Of them, those of the largest part.
    part: int
    documents: int
    workers: int
    stages: tuple[Taken, ...]

    def of(self, stage: str) -> Taken | None:
        return next((taken for taken in self.stages if taken.stage == stage), None)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Measured:
        stages = tuple(_taken(taken) for taken in value["stages"])
        return cls(**{**value, "stages": stages})

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def _taken(value: dict[str, Any]) -> Taken:
    return Taken(**{**value, "rounds": tuple(Round(**one) for one in value["rounds"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Two sizes of runs. Memory is that of fresh processes, times are those of processes that
    have everything loaded; what these save is what a run takes once, whatever its size."""

    #: The smaller run in fresh processes.
    fresh: Measured
    small: Measured
    large: Measured

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Calibration:
        return cls(**{name: Measured.from_json(run) for name, run in value.items()})

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
