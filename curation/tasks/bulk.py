"""Judging many documents on the interactive queue, a turn at a time."""

from __future__ import annotations

import time

from celery import shared_task

from curation.actions import bulk, wake

#: Seconds of a turn: a question that was asked meanwhile waits no longer.
TURN_SECONDS = 2.0


@shared_task(name="curation.judge_many", ignore_result=True)
def judge_many(bulk_id: int, token: int) -> None:
    """Some pieces, and a message for the rest; the sweep sends the one that gets lost."""
    if due := bulk.take_turn(bulk_id, token, time.monotonic() + TURN_SECONDS):
        wake.judging(due)
