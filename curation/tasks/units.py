"""The tasks that a message can wake."""

from __future__ import annotations

import os
import random
import socket
import time

from celery import shared_task
from django.conf import settings

from corpora.vitals import Vitals
from curation.actions import units, wake
from curation.actions.follow import follow
from curation.models import Unit
from curation.tasks import stopping
from curation.tasks.work import work_on

#: Seconds for which one message keeps a worker at work while there is any; then Celery may
#: put another process in its place (tasks and memory per child), and another queue has its turn.
TURN_SECONDS = 20.0
#: Ready units that a worker looks at; several workers choose among them by chance.
_CHOICE = 8
#: Seconds for which it goes by what it saw then: short units need no look each.
_LOOK_SECONDS = 2.0


@shared_task(name="curation.run_unit", ignore_result=True)
def run_unit(unit_id: int) -> None:
    """The message's unit, and then whatever is ready in its queue.

    Messages are hints: there may be fewer than units (a stage of thousands, an emptied
    Redis), and a worker that waited for the sweep to send more would idle.
    """
    named = Unit.objects.filter(pk=unit_id).values_list("queue", "state").first()
    if named is None:
        return
    queue, state = named
    turn_ends = time.monotonic() + TURN_SECONDS
    vitals = Vitals()
    if state == Unit.State.READY:
        _work_on(unit_id)
    while ready := _ready(queue):
        old_at = time.monotonic() + _LOOK_SECONDS
        for chosen in ready:
            # Celery replaces a process that has grown, so that no unit pays for the one before it.
            grown = vitals.memory() > settings.WORKER_MEMORY_BYTES / 2
            if grown or stopping.asked() or time.monotonic() > turn_ends:
                wake.send([(chosen, queue)])
                return
            if _work_on(chosen) and time.monotonic() > old_at:
                break


def _ready(queue: str) -> list[int]:
    """A few units that could be begun, in the order of chance."""
    ready = list(units.ready_units().filter(queue=queue).values_list("pk", flat=True)[:_CHOICE])
    random.shuffle(ready)
    return ready


def _work_on(unit_id: int) -> bool:
    return not stopping.asked() and work_on(
        unit_id, worker=f"{socket.gethostname()}:{os.getpid()}", stuck=_end_process
    )


def _end_process() -> None:
    """Celery puts another one in the place of a process that hangs."""
    os._exit(os.EX_TEMPFAIL)


@shared_task(name="curation.follow_run", ignore_result=True)
def follow_run(run_id: int) -> None:
    follow(run_id)
