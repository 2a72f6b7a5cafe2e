"""Checking exports on the io queue."""

from __future__ import annotations

from celery import shared_task

from curation.models import AuditEvent, Export
from curation.queries.verification import ASKED, verification
from curation.verification import verified


@shared_task(name="curation.verify_export", ignore_result=True)
def verify_export(export_id: int, asked_id: int) -> None:
    """Check once; a repeated message finds the answer there."""
    export = Export.objects.get(pk=export_id)
    asked = AuditEvent.objects.select_related("actor").get(pk=asked_id, action=ASKED)
    if verification(export).waiting:
        verified(export, by=asked.actor)
