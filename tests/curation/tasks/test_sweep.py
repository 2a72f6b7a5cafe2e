"""The sweep: what was lost is found again, what waits goes on, and one sweeps at a time."""

from __future__ import annotations

import os
import signal
import subprocess
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django.fixtures import Settings

from corpora import stages
from curation import processes
from curation.actions import follow, runs, units
from curation.models import AuditEvent, Run, Unit, User
from curation.tasks.sweep import Sweeper, look_around, sweep, take_lease
from tests.curation.tasks.working import expire, work_all

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_a_killed_process_held_is_ready_again_at_once(start) -> None:
    """Not what one holds that is only stopped, and nothing of another machine."""
    unit = start(5).units.get()
    with subprocess.Popen(["sleep", "60"]) as worker:
        lease = units.claim(unit.pk, worker="worker")
        Unit.objects.update(process=processes.name_of(worker.pid))
        worker.send_signal(signal.SIGSTOP)
        look_around()
        assert Unit.objects.get().state == Unit.State.LEASED
        worker.kill()
        os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)  # nobody has asked of what it died
        look_around()
    assert (Unit.objects.get().state, Unit.objects.get().losses) == (Unit.State.READY, 1)
    assert lease
    assert not units.finish(lease, stages.UnitResult(counts={"square": -999}))
    assert units.claim(unit.pk, worker="elsewhere")
    Unit.objects.update(process="another-boot/1/2/3")
    look_around()
    assert Unit.objects.get().state == Unit.State.LEASED


def test_a_number_that_was_given_out_again_is_another_process() -> None:
    mine = processes.name_of(os.getpid())
    assert not processes.is_gone(mine)
    assert processes.is_gone(f"{mine}0")


def test_a_run_goes_on_by_itself_when_its_time_has_come(start, engineer: User) -> None:
    run, soon = start(7), timezone.now() + timedelta(hours=1)
    with pytest.raises(runs.RunRefused):
        runs.pause(run=run, until=timezone.now() - timedelta(minutes=1), by=engineer)
    runs.pause(run=run, until=soon, by=engineer)
    sweep()
    run.refresh_from_db()
    assert (run.state, run.resume_at) == (Run.State.PAUSED, soon)
    Run.objects.update(resume_at=Now() - timedelta(seconds=1))
    sweep()
    run.refresh_from_db()
    assert (run.state, run.resume_at) == (Run.State.RUNNING, None)
    assert AuditEvent.objects.get(action="run.resume").actor is None


def test_the_sweep_moves_a_run_on_whose_worker_died_between_stages(start) -> None:
    run = start(6)
    lease = units.claim(run.units.get().pk, worker="dies")
    assert lease
    Unit.objects.filter(pk=lease.unit_id).update(
        state=Unit.State.DONE, result={"outputs": {}, "counts": {"square": 36}}
    )
    sweep()
    assert run.units.filter(stage="sum").count() == 1


def test_one_holder_sweeps_at_a_time() -> None:
    assert take_lease("sweep", "host:1", 60)
    assert take_lease("sweep", "host:1", 60)
    assert not take_lease("sweep", "host:2", 60)


def test_what_may_not_follow_is_said_on_the_run_and_the_sweep_lives(
    start, engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = work_all(start(1))
    Run.objects.filter(pk=run.pk).update(followed=False)

    def refuse(run: Run) -> None:
        raise runs.RunRefused("There are no documents in empty.")

    monkeypatch.setattr(follow, "_begin", refuse)
    sweep()
    run.refresh_from_db()
    assert (run.followed, run.reason) == (True, "There are no documents in empty.")


def test_what_cannot_follow_yet_is_asked_for_again(start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = work_all(start(1))
    Run.objects.filter(pk=run.pk).update(followed=False)

    def not_yet(run: Run) -> None:
        raise runs.RunRefused("web is still being read.", retryable=True)

    monkeypatch.setattr(follow, "_begin", not_yet)
    sweep()
    run.refresh_from_db()
    assert (run.followed, run.reason) == (False, "")


def test_a_sweep_that_fails_is_not_the_last_one(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.SWEEP_SECONDS = 0.01
    rounds = []
    sweeper = Sweeper(["cpu"])

    def broken() -> None:
        rounds.append(1)
        if len(rounds) == 3:
            sweeper._ended.set()
        raise RuntimeError("not foreseen")

    monkeypatch.setattr(sweeper, "_round", broken)
    sweeper.start()
    sweeper.join(120)
    assert len(rounds) == 3


def test_a_new_worker_sweeps_though_a_killed_one_still_holds_the_lease(start) -> None:
    unit = start(5).units.get()
    assert units.claim(unit.pk, worker="killed")
    expire(unit)
    assert take_lease("sweep", "killed:1", 60)
    sweeper = Sweeper(["cpu"])
    sweeper._round()
    unit.refresh_from_db()
    assert unit.state == Unit.State.READY
    units.claim(unit.pk, worker="killed")
    expire(unit)
    sweeper._round()
    unit.refresh_from_db()
    assert unit.state == Unit.State.LEASED
