"""Stop a worker past its lease, let another one finish its unit, then let it go on."""

from __future__ import annotations

import signal
import time
from typing import Any

from django.db.models.functions import Now

from curation.models import Run, Unit
from tests.chaos.ground import NAPPING, Ground, contents, ended, finish, wait
from tests.chaos.naps import known_here, naps
from tests.chaos.outcome import Outcome, spread
from tests.chaos.processes import main_workers, pool_of, send
from tests.chaos.worker_death import process_of

PROMISE = "a zombie cannot commit"
#: The shortest there is: what is tried is not how long it lasts.
HURRY = {"LEASE_SECONDS": "6", "SWEEP_SECONDS": "1"}
#: Of a unit; several times what a look at the database takes, so that one can be caught at work.
NAP_SECONDS = 2.0


def zombies(ground: Ground, *, times: int = 20) -> Outcome:
    with known_here(), ground.workers("one", "two", settings_module=NAPPING, **HURRY):
        return haunted(ground, times)


def haunted(ground: Ground, times: int, *, expire: bool = False) -> Outcome:
    """Some of the workers that are there become zombies, one after the other.

    ``expire``: their leases are ended by hand, where there is no time to wait.
    """
    changed, seconds, woken = [], [], 0
    for number in range(times):
        run = ground.nap(naps(6, NAP_SECONDS, first=100 * number))
        unit, pid = _stop_one(run)
        if expire:
            Unit.objects.filter(pk=unit.pk, token=unit.token).update(lease_until=Now())
        seconds.append(wait(lambda unit=unit: _done(unit), 90, "the unit, by another worker"))
        finish(run)
        before, row = contents(), _row(unit)
        send(pid, signal.SIGCONT)
        # It renews, or ends its nap and would commit; then it looks for other work.
        woken += _takes_work_again(ground, pid, 100 * number + 50)
        after = contents()
        changed += [name for name in before if after.get(name) != before[name]]
        changed += [] if _row(unit) == row else [str(unit)]
        ground.say(f"zombie {number + 1}: {len(changed)} changes")
    figures = {
        "times": times,
        "zombies that woke up and took other work": woken,
        "blobs, keys and rows changed": len(changed),
        "unit done by another after": spread(seconds),
    }
    return Outcome(promise=PROMISE, held=not changed and woken == times, figures=figures)


def _stop_one(run: Run) -> tuple[Unit, int]:
    """A unit at work and its process, which was stopped just then."""
    pids = {str(pid) for main in main_workers() for pid in pool_of(main)}
    while not ended(run):
        for unit in run.units.filter(state=Unit.State.LEASED):
            if process_of(unit) not in pids:
                continue
            pid = int(process_of(unit))
            send(pid, signal.SIGSTOP)
            held = Unit.objects.filter(pk=unit.pk, token=unit.token, state=Unit.State.LEASED)
            if held.exists():
                return unit, pid
            send(pid, signal.SIGCONT)
        time.sleep(0.05)
    raise AssertionError("no unit was caught at work")


def _done(unit: Unit) -> bool:
    again = Unit.objects.get(pk=unit.pk)
    return again.state == Unit.State.DONE and again.token > unit.token


def _row(unit: Unit) -> dict[str, Any]:
    return Unit.objects.values().get(pk=unit.pk)


def _takes_work_again(ground: Ground, pid: int, first: int) -> bool:
    """Whether the process that was a zombie takes units of a further run."""
    run = ground.nap(naps(8, 0.5, first=first))
    finish(run)
    return any(process_of(unit) == str(pid) for unit in run.units.all())
