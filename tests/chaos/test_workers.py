"""Short forms of what ``make chaos`` does to workers and to Redis, on one pair of workers."""

from __future__ import annotations

import os
import signal

import pytest
from django.db.models import QuerySet

from curation.actions import runs
from curation.models import Run, Unit
from tests.chaos.ground import NAPPING, Ground, wait
from tests.chaos.naps import known_here, naps
from tests.chaos.processes import main_workers, pool_of
from tests.chaos.redis import empty, freeze, struck
from tests.chaos.worker_death import killed, process_of
from tests.chaos.zombies import HURRY, haunted

pytestmark = pytest.mark.django_db(transaction=True)


def test_workers_are_killed_stopped_and_told_to_end_and_redis_forgets(ground: Ground) -> None:
    ground.fill(6, part_bytes=4_000)
    expected = ground.undisturbed()
    with known_here(), ground.workers("one", "two", settings_module=NAPPING, **HURRY):
        # How long it takes, and so how many leases run out, is the machine's: see make chaos.
        assert killed(ground, expected, times=1).figures["manifest as undisturbed"]
        assert haunted(ground, times=1).figures["blobs, keys and rows changed"] == 0
        blows = [("emptied", empty), ("frozen", lambda: freeze(2.0))]
        assert struck(ground, blows).figures["units lost"] == 0
        _told_to_end(ground)


def _told_to_end(ground: Ground) -> None:
    """A worker that is told to end hands its unit to another one, long before its lease ends."""
    run = ground.nap(naps(2, 60.0, first=500))
    wait(lambda: _at_work(run).count() == 2, 60, "both workers at work")
    ends, _ = main_workers()
    pids = {str(pid) for pid in pool_of(ends)}
    (unit,) = [unit for unit in _at_work(run) if process_of(unit) in pids]
    os.kill(ends, signal.SIGTERM)
    given_back = Unit.objects.filter(pk=unit.pk).exclude(token=unit.token, state=Unit.State.LEASED)
    wait(given_back.exists, 50, "it was given back")
    # A lease that nobody renews would have been counted as a loss when it ran out.
    assert Unit.objects.get(pk=unit.pk).losses == 0
    runs.cancel(run=run, by=ground.bench.by)


def _at_work(run: Run) -> QuerySet[Unit]:
    return run.units.filter(state=Unit.State.LEASED)
