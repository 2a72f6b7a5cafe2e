"""Waking workers up. A message carries an id; losing or repeating it is harmless."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.db import transaction
from kombu.exceptions import OperationalError

from curation.celery import app
from curation.models import Run, Unit

log = logging.getLogger(__name__)

#: Wake-ups sent at once; the sweep sends more while there is work.
BURST = 200


def on_commit(units: Iterable[Unit]) -> None:
    """Send a wake-up for each unit once the transaction that made it ready has committed."""
    waiting = [(unit.pk, unit.queue) for unit in units][:BURST]
    transaction.on_commit(lambda: send(waiting))


def send(waiting: Iterable[tuple[int, str]]) -> bool:
    """Publish now. False when the broker is away: the sweep will try again."""
    try:
        for unit_id, queue in waiting:
            app.send_task("curation.run_unit", args=[unit_id], queue=queue, retry=False)
    except OperationalError as error:
        log.warning("the broker did not take a wake-up (%s); the sweep will send it again", error)
        return False
    return True


def follow_on_commit(run: Run) -> None:
    """Ask a worker to do what was to follow the run, if anything was."""
    if not run.followed:
        transaction.on_commit(lambda: _send_follow(run.pk))


def _send_follow(run_id: int) -> None:
    try:
        app.send_task("curation.follow_run", args=[run_id], queue="io", retry=False)
    except OperationalError as error:
        log.warning("the broker did not take a wake-up (%s); the sweep will send it again", error)
