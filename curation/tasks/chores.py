"""Upkeep on the io queue: hours over terabytes, while nobody waits for it."""

from __future__ import annotations

from celery import shared_task

from curation.actions import chores
from curation.tasks import stopping


@shared_task(name="curation.do_chore", ignore_result=True)
def do_chore(chore_id: int) -> None:
    """Once; a repeated message finds it begun."""
    # The process that only hands messages out loads no kernels.
    from curation.upkeep.chores import perform

    if chore := chores.begin(chore_id):
        perform(chore, stopped=stopping.asked)
