"""Which workers are there."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from curation.models import WorkerBeat


def queues_with_workers() -> set[str]:
    """The queues that somebody listens to; one that was killed seems to for half a minute more."""
    recent = Now() - timedelta(seconds=3 * settings.SWEEP_SECONDS)
    beats = WorkerBeat.objects.filter(seen_at__gte=recent).values_list("queues", flat=True)
    return {queue for queues in beats for queue in queues}
