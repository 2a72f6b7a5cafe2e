"""A plan of tiny stages for tests of the engine: square each number, then add up."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass

from corpora.errors import KotoguraError
from corpora.plans import Results, label
from corpora.stages import Progress, Stage, UnitResult, UnitSpec
from corpora.storage import Store

STAGES = {
    "square": Stage(function="tests.curation.tiny_plan:square", version=1),
    "sum": Stage(function="tests.curation.tiny_plan:add_up", version=1),
    # Of no plan unless a test says so.
    "apart": Stage(function="tests.curation.tiny_plan:square", version=1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TinyPlan:
    numbers: tuple[int, ...]
    stages: tuple[str, ...] = ("square", "sum")

    def units(self, stage: str, results: Results) -> list[UnitSpec]:
        if stage != "sum":
            return [
                UnitSpec(stage=stage, part=label(i), params={"number": number})
                for i, number in enumerate(self.numbers)
            ]
        squares = [o.result.counts["square"] for o in results["square"] if o.result]
        return [UnitSpec(stage="sum", params={"squares": squares})]


def square(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Numbers below zero misbehave: -1 is refused, -2 kills its process, -3 waits, -4 fails."""
    number = unit.params["number"]
    if number == -1:
        raise KotoguraError("minus one is not squared here.")
    if number == -2:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == -3:
        time.sleep(3)
    if number == -4:
        raise ValueError("a fault of the product")
    progress(documents=1)
    return UnitResult(outputs={"blob": store.put(b"%d" % number)}, counts={"square": number**2})


def add_up(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    return UnitResult(counts={"sum": sum(unit.params["squares"])})
