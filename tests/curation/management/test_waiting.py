"""Who does the work that a command waits for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from curation.actions import wake
from curation.management import waiting
from curation.management.commands import workbench
from curation.models import Corpus, Run, WorkerBeat

pytestmark = pytest.mark.django_db


def beat(*queues: str, ago: float = 0) -> None:
    WorkerBeat.objects.create(
        worker=f"host:{queues}", queues=list(queues), seen_at=Now() - timedelta(seconds=ago)
    )


def test_workers_are_there_once_every_queue_of_units_has_one() -> None:
    beat("interactive")
    beat("cpu")
    assert not waiting.workers_are_there()
    beat("io")
    assert waiting.workers_are_there()


def test_a_worker_that_is_silent_is_not_there() -> None:
    beat("cpu", "io", ago=60)
    assert not waiting.workers_are_there()


def test_the_work_is_done_here_once_killed_workers_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Their last sign of life outlives them; a command begun meanwhile must not wait forever."""
    run = Run.objects.create(kind=Run.Kind.TRAIN, arguments={}, stages=[])
    there = iter([True, False])
    monkeypatch.setattr(waiting, "workers_are_there", lambda: next(there))
    monkeypatch.setattr(waiting, "POLL_SECONDS", 0)

    def one_unit(run: Run) -> bool:
        return bool(Run.objects.filter(pk=run.pk).update(state=Run.State.DONE))

    monkeypatch.setattr(waiting, "_one_unit", one_unit)
    assert waiting.wait_for(run).state == Run.State.DONE
    assert capsys.readouterr().err.count("no worker is running: the work is done here.") == 1


@pytest.mark.parametrize("there", [True, False])
def test_a_broker_that_is_away_is_told_of_where_a_worker_waits_for_it(
    there: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("no such socket")

    monkeypatch.setattr(wake.app, "send_task", away)
    if there:
        beat("cpu", "io")
    assert not wake.send([(1, "cpu")])
    assert ("did not take a wake-up (no such socket)" in caplog.text) == there


def test_a_database_that_restarts_does_not_end_the_workbench(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(**_: object) -> None:
        raise DatabaseError("the connection is closed")

    monkeypatch.setattr(Run.objects, "filter", away)
    monkeypatch.setattr(connection, "close", lambda: None)
    assert not workbench._nothing_at_work()


def test_what_follows_a_run_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker begins it a moment after the run is done: the sample was ready when it was read."""
    corpus = Corpus.objects.create(name="sample")
    run = Run.objects.create(
        kind=Run.Kind.INGEST, arguments={}, stages=[], state=Run.State.DONE, followed=False
    )
    run.corpora.set([corpus])
    begun: list[Run] = []

    def sleep(_seconds: float) -> None:
        curation = Run.objects.create(kind=Run.Kind.CURATE, arguments={}, stages=[])
        curation.corpora.set([corpus])
        begun.append(curation)
        Run.objects.filter(pk=run.pk).update(followed=True)

    monkeypatch.setattr(workbench.time, "sleep", sleep)
    assert workbench._next_run(run, go_on=lambda: True) == begun[0]
    assert workbench._next_run(begun[0], go_on=lambda: False) is None


def test_waiting_ends_when_it_is_called_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The workbench is told to stop while it waits for the sample."""
    run = Run.objects.create(kind=Run.Kind.TRAIN, arguments={}, stages=[])
    monkeypatch.setattr(waiting, "workers_are_there", lambda: True)
    monkeypatch.setattr(waiting, "POLL_SECONDS", 0)
    answers = iter([True, True, False])
    assert waiting.wait_for(run, go_on=lambda: next(answers)).state == Run.State.RUNNING
