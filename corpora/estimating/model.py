"""From two measured runs to one that is not made yet: a straight line for each stage.

What a stage takes is ``fixed + slope · x``. For most stages x is the bytes of text; for what a
process grows by while it works on a part, the bytes of a part; the trained tokenizer reads at most
the recipe's sample. A last wave of parts that does not fill all workers is waited for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import ceil
from typing import Any

from corpora.documents import PART_BYTES
from corpora.plans.units import PART_UNITS

#: Everything outside stages: starting processes, writing the folder of results.
REST = "rest"
#: Stages that go part by part, so that workers share them out.
BY_PART = frozenset(PART_UNITS) | {"ingest", "export.rows", "export.shards"}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One calibration run."""

    bytes: int
    #: Of them, those of the largest part.
    part: int
    documents: int
    workers: int
    stages: tuple[Taken, ...]

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Measured:
        stages = tuple(Taken(**taken) for taken in value["stages"])
        return cls(**{**value, "stages": stages})

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    stages: tuple[Taken, ...]
    parts: int
    workers: int

    @property
    def seconds(self) -> float:
        return sum(stage.seconds for stage in self.stages)

    @property
    def processor(self) -> float:
        return sum(stage.processor for stage in self.stages)

    @property
    def disk(self) -> int:
        return sum(stage.disk for stage in self.stages)

    @property
    def memory(self) -> int:
        """Of the whole machine: every worker at its worst part, or one at a stage over all."""
        shared = [taken.memory for taken in self.stages if taken.stage in BY_PART]
        alone = [taken.memory for taken in self.stages if taken.stage not in BY_PART]
        base = min((memory for memory in (*shared, *alone) if memory), default=0)
        busy = min(self.workers, self.parts)
        return max(max(shared, default=0) * busy, max(alone, default=0) + base * (self.workers - 1))


def estimate(small: Measured, large: Measured, *, bytes: int, sample_bytes: int) -> Estimate:
    """What a run over ``bytes`` of text takes with the workers of the two measured ones."""
    workers = large.workers
    parts = max(1, ceil(bytes / PART_BYTES))
    first = {taken.stage: taken for taken in small.stages}
    stages = []
    for taken in large.stages:
        before = first.get(taken.stage, taken)

        def at(size: int, stage: str = taken.stage) -> int:
            return min(size, sample_bytes) if stage == "tokenization.train" else size

        xs = at(small.bytes), at(large.bytes)
        ours = at(bytes)
        seconds = line(xs, (before.seconds, taken.seconds), ours)
        by_part = small.part, large.part
        if taken.stage in BY_PART:
            seconds *= _last_wave(parts, workers)
        sizes = (by_part, min(bytes, PART_BYTES)) if taken.stage in BY_PART else (xs, ours)
        grown = int(line(sizes[0], (before.grown, taken.grown), sizes[1]))
        stages.append(
            Taken(
                stage=taken.stage,
                seconds=seconds,
                processor=line(xs, (before.processor, taken.processor), ours),
                # What a process holds already is not of the stage's making.
                memory=taken.memory - taken.grown + grown,
                grown=grown,
                disk=int(line(xs, (before.disk, taken.disk), ours)),
            )
        )
    return Estimate(stages=tuple(stages), parts=parts, workers=workers)


def _last_wave(parts: int, workers: int) -> float:
    """How much longer parts take than if they could be cut to fill every worker.

    >>> _last_wave(4, 2), _last_wave(5, 2), _last_wave(1, 2)
    (1.0, 1.2, 2.0)
    """
    return ceil(parts / workers) * workers / parts


def line(xs: tuple[int, int], ys: Iterable[float], at: int) -> float:
    """The straight line through two points; never falling, never below nothing at 0.

    >>> line((1, 3), (10, 14), 10)
    28.0
    >>> line((1, 3), (14, 10), 10), line((1, 3), (1, 6), 10), line((2, 2), (5, 5), 9)
    (14.0, 20.0, 5.0)
    """
    (x1, x2), (y1, y2) = xs, ys
    if x1 == x2 or y2 <= y1:
        return float(max(y1, y2))
    slope = (y2 - y1) / (x2 - x1)
    fixed = y1 - slope * x1
    return float(fixed + slope * at) if fixed >= 0 else float(y2 / x2 * at)
