"""From measured runs to one that is not made yet: a straight line for each stage.

What a stage takes is ``once + fixed + slope · x``. ``once`` is what a process does before its first
unit, loading code above all: a fresh run's time less that of the same run in processes that had
worked before. ``fixed`` and ``slope`` are the line through two sizes of the latter. For most stages
x is the bytes of text; for what a process grows by while it works on a part, the bytes of a part.
Units that workers share out take as long as the worker that has most of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from corpora.documents import PART_BYTES
from corpora.estimating.measured import Calibration, Taken
from corpora.estimating.taking import SHARDS
from corpora.plans.units import PART_UNITS, shares_of_bands
from corpora.recipe import Recipe

#: Stages that go part by part, so that workers share them out.
BY_PART = frozenset(PART_UNITS) | {"ingest", "export.rows", SHARDS}


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


def estimate(calibration: Calibration, recipe: Recipe, *, bytes: int) -> Estimate:
    """What a run over ``bytes`` of text takes with the workers of the measured ones."""
    large = calibration.large
    asked = _Asked(
        calibration=calibration,
        recipe=recipe,
        bytes=bytes,
        documents=max(1, round(large.documents * bytes / large.bytes)),
    )
    return Estimate(
        stages=tuple(asked.stage(taken) for taken in large.stages),
        parts=max(1, ceil(bytes / PART_BYTES)),
        workers=large.workers,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A run of a size, and what is known of others."""

    calibration: Calibration
    recipe: Recipe
    bytes: int
    documents: int

    def stage(self, large: Taken) -> Taken:
        name, known = large.stage, self.calibration
        small, fresh = (run.of(name) or large for run in (known.small, known.fresh))
        once = max(0.0, fresh.processor - small.processor)
        grown = int(self._line(name, small.grown, large.grown, of_part=name in BY_PART))
        return Taken(
            stage=name,
            seconds=max(0.0, fresh.seconds - small.seconds) + self._seconds(small, large),
            processor=once + self._line(name, small.processor, large.processor),
            # What a process holds already is not of the stage's making.
            memory=large.memory - large.grown + grown,
            grown=grown,
            disk=int(self._line(name, small.disk, large.disk)),
        )

    def _seconds(self, small: Taken, large: Taken) -> float:
        """On the clock, in processes that have everything loaded."""
        seconds = 0.0
        for before, after in zip(small.rounds, large.rounds, strict=True):
            units = self._units(large.stage, self._line(large.stage, before.units, after.units))
            share = longest(units, self.calibration.large.workers)
            seconds += self._line(large.stage, before.work, after.work) * share
        return seconds

    def _units(self, stage: str, units: float) -> float:
        if stage == "dedup.bands":
            return len(shares_of_bands(self.documents, self.recipe.dedup.bands))
        return self.bytes / PART_BYTES if stage in BY_PART and stage != SHARDS else units

    def _line(self, stage: str, small: float, large: float, *, of_part: bool = False) -> float:
        runs = (self.calibration.small, self.calibration.large)
        xs = [run.part if of_part else run.bytes for run in runs]
        most = PART_BYTES if of_part else max(self.bytes, *xs)
        if stage == "tokenization.train":
            most = self.recipe.tokenization.sample_bytes
        first, second, at = (min(x, most) for x in (*xs, self.bytes))
        return line((first, second), (small, large), at)


def longest(units: float, workers: int) -> float:
    """The share of all units that the worker with most of them has: as many as may be are full,
    and the last one is what is left.

    >>> longest(4, 2), longest(5, 2), longest(0.3, 2), longest(7, 1)
    (0.5, 0.6, 1.0, 1.0)
    >>> round(longest(2.5, 2), 3), round(longest(3.5, 2), 3)  # 1.5 of 2.5, 2 of 3.5
    (0.6, 0.571)
    """
    if workers == 1 or units <= 1:
        return 1.0
    number = ceil(units)
    whole, left = divmod(number, workers)
    last = units - (number - 1) if left == 1 else min(left, 1)
    return (whole + last) / units


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
