"""Working on a run's units as a worker does, in this process."""

from __future__ import annotations

from datetime import timedelta

from django.db.models.functions import Now

from curation.actions import units
from curation.models import Run, Unit
from curation.tasks.work import work_on


def work_all(run: Run, *, rounds: int = 50) -> Run:
    for _ in range(rounds):
        unit = units.ready_units().filter(run=run).first()
        if unit is None:
            break
        work_on(unit.pk, worker="test")
    run.refresh_from_db()
    return run


def expire(unit: Unit) -> None:
    Unit.objects.filter(pk=unit.pk).update(lease_until=Now() - timedelta(seconds=1))
