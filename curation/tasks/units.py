"""The tasks that a message can wake."""

from __future__ import annotations

import os
import socket

from celery import shared_task

from curation.actions.follow import follow
from curation.tasks.work import work_on


@shared_task(name="curation.run_unit", ignore_result=True)
def run_unit(unit_id: int) -> None:
    work_on(unit_id, worker=f"{socket.gethostname()}:{os.getpid()}")


@shared_task(name="curation.follow_run", ignore_result=True)
def follow_run(run_id: int) -> None:
    follow(run_id)
