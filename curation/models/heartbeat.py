"""Signs of life: leases of single-holder chores, and the workers that are there."""

from __future__ import annotations

from django.db import models


class Lease(models.Model):
    """Held by one process at a time, e.g. the sweep."""

    name = models.CharField(max_length=32, primary_key=True)
    holder = models.CharField(max_length=100, blank=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class WorkerBeat(models.Model):
    worker = models.CharField(max_length=100, primary_key=True)
    queues = models.JSONField(default=list)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker
