"""Waiting for a run on the terminal: a bar with rate and ETA on stderr.

With no worker running the work is done here, in this process.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable

from django.db.models import Sum
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from corpora.stages import STAGES
from curation.actions import units
from curation.actions.follow import follow
from curation.models import Run, Unit
from curation.queries.workers import queues_with_workers
from curation.tasks.sweep import sweep
from curation.tasks.work import work_on

POLL_SECONDS = 0.3


#: The queues that units wait in (curation/celery.py holds a third one, for questions).
_UNIT_QUEUES = frozenset(stage.queue for stage in STAGES.values())


def workers_are_there() -> bool:
    """Whether somebody listens to every queue that a unit may wait in."""
    return queues_with_workers() >= _UNIT_QUEUES


def wait_for(run: Run, *, go_on: Callable[[], bool] = lambda: True) -> Run:
    """Return when the run has ended or is paused; does its units when no worker is there.

    ``go_on`` is asked now and then; waiting ends when it says no.
    """
    own_work = False
    with _bars() as progress:
        bar = progress.add_task("", total=1, rate="")
        while not (run.ended or run.state == Run.State.PAUSED) and go_on():
            # Asked each time: killed workers seem to be there for half a minute longer.
            if (here := not workers_are_there()) and not own_work:
                progress.console.print("no worker is running: the work is done here.")
            own_work = here
            if not (own_work and _one_unit(run)):
                time.sleep(POLL_SECONDS)
                if own_work:
                    sweep()
            run.refresh_from_db()
            _show(progress, bar, run)
    if own_work and run.state == Run.State.DONE:
        follow(run.pk)
    return run


def _one_unit(run: Run) -> bool:
    unit = units.ready_units().filter(run=run).first()
    if unit is None:
        return False
    return work_on(unit.pk, worker=f"{socket.gethostname()}:{os.getpid()}")


def _bars() -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description:<20}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=console,
        disable=not sys.stderr.isatty(),
    )


def _show(progress: Progress, bar: TaskID, run: Run) -> None:
    """Units of the stage at work, and the documents a second of those begun."""
    stage = run.units.filter(stage=run.stage)
    total = stage.count() or 1
    done = stage.filter(state__in=Unit.TERMINAL).count()
    documents = stage.aggregate(n=Sum("documents_done"))["n"] or 0
    begun = stage.exclude(started_at=None).order_by("started_at").first()
    rate = ""
    if begun is not None and begun.started_at is not None and documents:
        seconds = max(time.time() - begun.started_at.timestamp(), 0.1)
        rate = f"{documents / seconds:,.0f} documents/s"
    progress.update(bar, description=run.stage, total=total, completed=done, rate=rate)
