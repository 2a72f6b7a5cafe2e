"""Which workers are there."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Now

from curation.models import WorkerBeat


def recent() -> QuerySet[WorkerBeat]:
    """Those that gave a sign of life; one that was killed seems to live for half a minute more."""
    since = Now() - timedelta(seconds=3 * settings.SWEEP_SECONDS)
    return WorkerBeat.objects.filter(seen_at__gte=since)


def queues_with_workers() -> set[str]:
    """The queues that somebody listens to."""
    return {queue for queues in recent().values_list("queues", flat=True) for queue in queues}
