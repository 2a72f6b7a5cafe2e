"""A plan of units that last a while, and of some that do harm, for what is done to workers.

Real workers know it when they run with ``tests.chaos.settings``.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from corpora import isolated
from corpora.plans import Plan, Results, label
from corpora.stages import STAGES, Progress, Stage, UnitResult, UnitSpec
from corpora.storage import Store

NAPS = {
    "nap": Stage(function="tests.chaos.naps:nap", version=1),
    "nap.sum": Stage(function="tests.chaos.naps:add_up", version=1),
}
#: Bytes that a unit which eats memory takes at once.
_BITE = 32 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NapPlan:
    naps: Sequence[Mapping[str, Any]]
    stages: tuple[str, ...] = tuple(NAPS)

    def units(self, stage: str, results: Results) -> list[UnitSpec]:
        if stage == "nap":
            return [
                UnitSpec(stage="nap", part=label(number), params=dict(params))
                for number, params in enumerate(self.naps)
            ]
        blobs = [outcome.result.outputs["blob"] for outcome in results["nap"] if outcome.result]
        return [UnitSpec(stage="nap.sum", inputs={"blobs": blobs})]


def naps(count: int, seconds: float, *, first: int = 0) -> list[dict[str, Any]]:
    return [{"number": first + number, "seconds": seconds} for number in range(count)]


def nap(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Wait ``seconds``, then keep a blob of the unit's number. ``harm`` is done before."""
    if harm := unit.params.get("harm"):
        _HARM[harm]()
    ends = time.monotonic() + unit.params["seconds"]
    while time.monotonic() < ends:
        time.sleep(0.05)
        progress(documents=1)
    return UnitResult(outputs={"blob": store.put(content(unit.params["number"]))})


def content(number: int) -> bytes:
    return b"%d " % number * 10_000


def add_up(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    return UnitResult(outputs={"blob": store.put_json(unit.inputs["blobs"])})


def _eat() -> None:
    eaten = []
    while True:
        eaten.append(b"\1" * _BITE)
        time.sleep(0.02)


_HARM = {
    "memory": _eat,
    "crash": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "hang": lambda: threading.Event().wait(),
}


@contextmanager
def known_here() -> Iterator[None]:
    """This process knows the naps, as a run's plan and as its stages, until the block ends."""
    from curation import plans
    from curation.actions import publish
    from curation.models import Run

    build, finish = plans._BUILDERS[Run.Kind.TRAIN], publish._PUBLISHERS[Run.Kind.TRAIN]

    def plan(arguments: dict[str, Any]) -> Plan:
        return NapPlan(naps=arguments["naps"]) if "naps" in arguments else build(arguments)

    def published(run: Run) -> None:
        if "naps" not in run.arguments:
            finish(run)

    before = isolated._COMMAND
    STAGES.update(NAPS)
    plans._BUILDERS[Run.Kind.TRAIN], publish._PUBLISHERS[Run.Kind.TRAIN] = plan, published
    isolated._COMMAND = (sys.executable, "-m", "tests.chaos.naps")
    try:
        yield
    finally:
        isolated._COMMAND = before
        plans._BUILDERS[Run.Kind.TRAIN], publish._PUBLISHERS[Run.Kind.TRAIN] = build, finish
        for name in NAPS:
            del STAGES[name]


if __name__ == "__main__":  # a unit alone in a child, as corpora.isolated runs it
    STAGES.update(NAPS)
    isolated.main()
