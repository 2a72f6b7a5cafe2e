"""Upkeep on the io queue: hours over terabytes, while nobody waits for it."""

from __future__ import annotations

from celery import shared_task

from curation.actions import chores
from curation.tasks import stopping
from curation.upkeep.chores import perform


@shared_task(name="curation.do_chore", ignore_result=True)
def do_chore(chore_id: int) -> None:
    """Once; a repeated message finds it begun."""
    if chore := chores.begin(chore_id):
        perform(chore, stopped=stopping.asked)
