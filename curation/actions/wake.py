"""Waking workers up. A message carries an id; losing or repeating it is harmless."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from kombu.exceptions import OperationalError

from curation.celery import app
from curation.models import BulkJudgement, Run, Unit
from curation.queries.workers import queues_with_workers

log = logging.getLogger(__name__)

#: Wake-ups sent at once: enough for every worker, who then takes what is ready by itself.
BURST = 200


def on_commit(units: QuerySet[Unit]) -> None:
    """Send wake-ups for these units once the transaction that made them ready has committed."""
    waiting = list(units.values_list("pk", "queue")[:BURST])
    transaction.on_commit(lambda: send(waiting))


def send(waiting: Iterable[tuple[int, str]]) -> bool:
    """Publish now. False when the broker is away: the sweep will try again."""
    try:
        for unit_id, queue in waiting:
            app.send_task("curation.run_unit", args=[unit_id], queue=queue, retry=False)
    except OperationalError as error:
        _warn(error)
        return False
    return True


def _warn(error: OperationalError) -> None:
    """Nothing where no worker is: nobody is waited for, and a command does the work itself."""
    if queues_with_workers():
        log.warning("the broker did not take a wake-up (%s); the sweep will send it again", error)


def follow_on_commit(run: Run) -> None:
    """Ask a worker to do what was to follow the run, if anything was."""
    if not run.followed:
        transaction.on_commit(lambda: _send("curation.follow_run", run.pk, queue="io"))


def judging(bulk: BulkJudgement) -> None:
    """Ask for the next turn of judging, or undoing, many documents."""
    _send("curation.judge_many", bulk.pk, bulk.token, queue="interactive")


def _send(task: str, *ids: int, queue: str) -> None:
    try:
        app.send_task(task, args=ids, queue=queue, retry=False)
    except OperationalError as error:
        _warn(error)
