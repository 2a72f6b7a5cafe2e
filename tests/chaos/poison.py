"""A part that eats memory, one that crashes its process and one that hangs, among good ones."""

from __future__ import annotations

from django.test import override_settings

from corpora.plans import label
from curation.actions import units
from curation.models import Run, Unit
from tests.chaos.ground import NAPPING, Ground, finish
from tests.chaos.naps import known_here, naps
from tests.chaos.outcome import Outcome
from tests.chaos.processes import main_workers

PROMISE = "a poisonous part is given up with its reason; all others are done, no worker is lost"
#: What a worker's unit may take here, so that little of the machine is eaten.
LIMITS = {"WORKER_MEMORY_BYTES": str(700 << 20), "ISOLATED_UNIT_BYTES": str(900 << 20)}
HARMS = ("memory", "crash", "hang")


def poison(ground: Ground, *, times: int = 1, good: int = 60) -> Outcome:
    """``times`` of each kind of harm."""
    harmful = [
        {"number": 1_000 + number, "seconds": 0.0, "harm": harm}
        for number, harm in enumerate(HARMS * times)
    ]
    hurry = {"LEASE_SECONDS": "12", "SWEEP_SECONDS": "1", **LIMITS}
    with known_here(), ground.workers("one", processes=2, settings_module=NAPPING, **hurry):
        before = main_workers()
        run = ground.nap([*harmful, *naps(good, 0.1)])
        finish(run)
        parents = main_workers()
    return _outcome(run, good, len(harmful), alive=parents == before)


def alone(ground: Ground) -> Outcome:
    """Each kind of harm where it has come to after two lost workers: alone, for the last time."""
    harmful = [
        {"number": number, "seconds": 0.0, "harm": harm} for number, harm in enumerate(HARMS)
    ]
    limits = {"LEASE_SECONDS": 5, "ISOLATED_UNIT_BYTES": 400 << 20}
    with known_here(), override_settings(**limits):
        run = ground.nap([*harmful, *naps(2, 0.0, first=10)])
        run.units.filter(part__lt=label(len(HARMS))).update(
            losses=units.MAX_LOSSES, failures=units.MAX_FAILURES - 1
        )
        ground.bench.work(run)
    return _outcome(run, 2, len(HARMS), alive=True)


def _outcome(run: Run, good: int, bad: int, *, alive: bool) -> Outcome:
    given_up = run.units.filter(stage="nap", state=Unit.State.GIVEN_UP)
    done = run.units.filter(stage="nap", state=Unit.State.DONE)
    figures: dict[str, object] = {
        "good parts done": f"{done.count()} of {good}",
        "poisonous parts given up": f"{given_up.count()} of {bad}",
        "the workers' parents alive": alive,
        **{f"given up ({unit.spec['params']['harm']})": unit.error for unit in given_up},
        "seconds": f"{(run.ended_at - run.created_at).total_seconds():.0f}" if run.ended_at else "",
    }
    held = alive and done.count() == good and given_up.count() == bad
    return Outcome(promise=PROMISE, held=held, figures=figures)
