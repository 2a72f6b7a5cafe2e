"""The sweep: returns lost units, repeats forgotten wake-ups, moves stuck runs on.

Every worker host runs one in a thread of its main process; a lease in the
database lets one of them work at a time. Between its rounds each looks after its own machine.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import DateTimeField, ExpressionWrapper
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from curation.actions import bulk, runs, units, uploads, wake
from curation.actions.advance import advance
from curation.actions.follow import follow
from curation.celery import QUEUES, app
from curation.models import Lease, Run, Unit, WorkerBeat

log = logging.getLogger(__name__)

#: Messages waiting in a queue above which the sweep adds none.
ENOUGH_WAITING = 20
FORGET_AFTER = timedelta(days=1)
#: Seconds between looks for units whose process on this machine has ended.
LOOK_SECONDS = 1.0


def sweep() -> None:
    """One round. Harmless to repeat, harmless to run twice at once."""
    _told(units.return_expired() + units.return_bereaved())
    runs.resume_due()
    _wake_forgotten()
    _move_on()
    for run in Run.objects.filter(state=Run.State.DONE, followed=False):
        follow(run.pk)
    if forgotten := uploads.forget_stale():
        log.info("%d uploads that nobody went on with are removed", forgotten)
    # Of workers that were killed: those that end by themselves take theirs away.
    WorkerBeat.objects.filter(seen_at__lt=Now() - FORGET_AFTER).delete()


def look_around() -> None:
    """Hand on at once what a process of this machine held when it was killed."""
    if lost := units.return_bereaved():
        _told(lost)
        _wake_forgotten()


def _told(lost: int) -> None:
    if lost:
        log.warning("%d units were lost by their workers and are ready again", lost)


def _wake_forgotten() -> None:
    waiting = _queue_lengths()
    sent: Counter[str] = Counter()
    chosen: list[tuple[int, str]] = []
    for unit_id, queue in units.ready_units().values_list("pk", "queue")[:500]:
        if waiting.get(queue, 0) + sent[queue] < ENOUGH_WAITING:
            sent[queue] += 1
            chosen.append((unit_id, queue))
    wake.send(chosen)
    if waiting.get("interactive", 0) < ENOUGH_WAITING:
        for one in bulk.forgotten():
            wake.judging(one)


def _queue_lengths() -> dict[str, int]:
    """Messages waiting by queue; empty when the broker is away."""
    try:
        with app.connection_for_write() as broker:
            channel: Any = broker.default_channel
            return {queue: channel._size(queue) for queue in QUEUES}
    except (OperationalError, OSError, *app.connection().connection_errors) as error:
        log.warning("the broker is away (%s)", error)
        return {}


def _move_on() -> None:
    """A worker may die between the last unit's end and the next stage's beginning."""
    open_units = Unit.objects.exclude(state__in=Unit.TERMINAL).values("run")
    for run in Run.objects.filter(state=Run.State.RUNNING).exclude(pk__in=open_units):
        advance(run.pk)


def take_lease(name: str, holder: str, seconds: float) -> bool:
    """Hold the named lease for ``seconds``, if nobody else does. By the database's clock."""
    until = ExpressionWrapper(Now() + timedelta(seconds=seconds), output_field=DateTimeField())
    with transaction.atomic():
        Lease.objects.get_or_create(name=name, defaults={"holder": "", "until": Now()})
        mine = Lease.objects.filter(name=name, holder=holder).update(until=until)
        return bool(
            mine
            or Lease.objects.filter(name=name, until__lte=Now()).update(holder=holder, until=until)
        )


class Sweeper(threading.Thread):
    """Beats for its worker and sweeps when it holds the lease, until told to stop."""

    def __init__(self, queues: list[str]) -> None:
        super().__init__(daemon=True, name="sweeper")
        self._queues = queues
        self._holder = f"{socket.gethostname()}:{os.getpid()}"
        self._ended = threading.Event()
        self._swept = False

    def run(self) -> None:
        due = 0.0
        while True:
            try:
                if time.monotonic() < due:
                    look_around()
                else:
                    due = time.monotonic() + settings.SWEEP_SECONDS
                    self._round()
            except DatabaseError as error:
                log.warning("the database is away (%s); the sweep goes on when it is back", error)
                connection.close()
            except Exception:  # whatever one round meets, a worker without a sweep is worse
                log.exception("a round of the sweep failed; the next one is tried all the same")
                connection.close()
            if self._ended.wait(min(LOOK_SECONDS, settings.SWEEP_SECONDS)):
                break
        with suppress(DatabaseError):
            WorkerBeat.objects.filter(worker=self._holder).delete()
        connection.close()

    def stop(self) -> None:
        self._ended.set()
        self.join(timeout=5)

    def _round(self) -> None:
        WorkerBeat.objects.update_or_create(
            worker=self._holder, defaults={"queues": self._queues, "seen_at": Now()}
        )
        mine = take_lease("sweep", self._holder, 3 * settings.SWEEP_SECONDS)
        # A new worker does not wait for the lease of one that was killed before it.
        if mine or not self._swept:
            sweep()
            self._swept = True


_sweepers: list[Sweeper] = []


@worker_ready.connect
def _begin(sender: Any, **_: Any) -> None:
    sweeper = Sweeper(sorted(queue.name for queue in sender.task_consumer.queues))
    _sweepers.append(sweeper)
    sweeper.start()


@worker_shutting_down.connect
def _end(**_: Any) -> None:
    for sweeper in _sweepers:
        sweeper.stop()
