"""Short forms of what ``make chaos`` does to workers and to Redis, on one pair of workers."""

from __future__ import annotations

import os
import signal
import time

import pytest

from curation.models import Run, Unit
from tests.chaos.ground import Ground, finish, wait
from tests.chaos.naps import known_here, naps
from tests.chaos.outcome import Outcome
from tests.chaos.processes import main_workers, pool_of
from tests.chaos.redis import empty, freeze, struck
from tests.chaos.worker_death import killed, process_of
from tests.chaos.zombies import HURRY, haunted

pytestmark = pytest.mark.django_db(transaction=True)


def test_workers_are_killed_stopped_and_told_to_end_and_redis_forgets(ground: Ground) -> None:
    ground.fill(6, part_bytes=4_000)
    expected = ground.undisturbed()
    with known_here(), ground.workers("one", "two", naps=True, **HURRY):
        _held(killed(ground, expected, times=1))
        _held(haunted(ground, times=1))
        _held(struck(ground, [("emptied", empty), ("frozen", lambda: freeze(2.0))]))
        _told_to_end(ground)


def _held(outcome: Outcome) -> None:
    assert outcome.held, "\n".join(outcome.lines())


def _told_to_end(ground: Ground) -> None:
    """A worker that is told to end hands its unit to another one, long before its lease ends."""
    run = ground.nap(naps(2, 8.0, first=500))
    wait(lambda: _at_work(run).count() == 2, 60, "both workers at work")
    ends, _ = main_workers()
    pids = {str(pid) for pid in pool_of(ends)}
    (unit,) = [unit for unit in _at_work(run) if process_of(unit) in pids]
    os.kill(ends, signal.SIGTERM)
    began = time.monotonic()
    wait(lambda: Unit.objects.get(pk=unit.pk).state != Unit.State.LEASED, 4, "it was given back")
    assert time.monotonic() - began < 5, "no sooner than its lease would have ended"
    assert Unit.objects.get(pk=unit.pk).losses == 0
    finish(run, 60)


def _at_work(run: Run):
    return run.units.filter(state=Unit.State.LEASED)
