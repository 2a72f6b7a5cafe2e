"""Short forms of what ``make chaos`` does to workers and to Redis, on one pair of workers."""

from __future__ import annotations

import os
import signal

import pytest
from django.conf import settings
from django.db.models import QuerySet

from curation.actions import questions, runs
from curation.models import Question, Run, Snapshot, Unit, WorkerBeat
from tests.chaos.ground import Ground, wait
from tests.chaos.naps import known_here, naps
from tests.chaos.processes import main_workers, pool_of
from tests.chaos.redis import empty, freeze, struck
from tests.chaos.worker_death import killed, process_of
from tests.chaos.zombies import haunted

pytestmark = pytest.mark.django_db(transaction=True)

#: Longer than a worker may take to be at work again: what is handed on earlier is so because
#: somebody saw that its process was gone. And nobody loses a lease because this machine is busy.
LEASES = {"LEASE_SECONDS": "60", "SWEEP_SECONDS": "1"}
#: Half of the processes that are started here do nothing but nap.
COLD = "tests.chaos.cold"


def test_workers_are_killed_stopped_and_told_to_end_and_redis_forgets(ground: Ground) -> None:
    ground.fill(6, part_bytes=4_000)
    expected = ground.undisturbed()
    with (
        known_here(),
        ground.workers("one", "two", settings_module=COLD, interactive=True, **LEASES),
    ):
        death = killed(ground, expected, times=1)
        assert death.held, "\n".join(death.lines())
        assert haunted(ground, times=1, expire=True).figures["blobs, keys and rows changed"] == 0
        blows = [("emptied", empty), ("frozen", lambda: freeze(2.0))]
        assert struck(ground, blows).figures["units lost"] == 0
        _told_to_end(ground)
        _a_person_is_answered(ground)


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


def _a_person_is_answered(ground: Ground) -> None:
    """Long before anything of the batch that fills the queue has ended; and the batch is niced."""
    run = ground.nap(naps(4, 60.0, first=900))
    wait(_at_work(run).exists, 60, "the batch at work")
    wait(WorkerBeat.objects.filter(queues=["interactive"]).exists, 60, "the interactive worker")
    text = "川沿いの古い倉庫を直した本屋には、朝から近所の人が集まってくる。"
    asked = questions.ask(snapshot=Snapshot.objects.latest("pk"), text=text, by=ground.bench.by)
    wait(Question.objects.filter(pk=asked.pk, answer__isnull=False).exists, 30, "the answer")
    asked.refresh_from_db()
    assert "near" in asked.answer, asked.answer
    assert run.units.filter(state=Unit.State.READY).exists()
    assert not run.units.filter(state=Unit.State.DONE).exists()
    batch = [int(process_of(unit)) for unit in _at_work(run)]
    nicer = {os.getpriority(os.PRIO_PROCESS, pid) - os.nice(0) for pid in batch}
    assert nicer == {settings.BATCH_NICENESS}
    runs.cancel(run=run, by=ground.bench.by)


def _at_work(run: Run) -> QuerySet[Unit]:
    return run.units.filter(state=Unit.State.LEASED)
