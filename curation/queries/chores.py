"""What an operator looks at: checks and collections, the last backup, disks, workers."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from curation.celery import QUEUES
from curation.models import AuditEvent, Chore, Run, Unit, WorkerBeat
from curation.queries.workers import recent
from curation.store import store

#: Silence after which whoever does a chore is taken for gone, and how long one waits to be begun.
#: A large file is hashed without a word.
_PATIENCE = timedelta(minutes=5)
_PATIENCE_BEFORE = timedelta(minutes=1)

CHECKS = (Chore.Kind.CHECK, Chore.Kind.CHECK_DEEP)


def under_way() -> Chore | None:
    """The newest chore, unless it has ended."""
    newest = Chore.objects.select_related("asked_by").first()
    return newest if newest and newest.ended_at is None else None


def is_late(chore: Chore) -> bool:
    if chore.seen_at is None:
        return timezone.now() - chore.asked_at > _PATIENCE_BEFORE
    return timezone.now() - chore.seen_at > _PATIENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    path: str
    free: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    name: str
    #: That listen to it.
    workers: int
    #: Of runs that go on.
    waiting: int
    working: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    now: Chore | None
    late: bool
    #: The last of each that came to an end, good or not.
    check: Chore | None
    trial: Chore | None
    collection: Chore | None
    backup: AuditEvent | None
    disks: list[Disk]
    queues: list[Queue]
    workers: list[WorkerBeat]


def upkeep() -> Upkeep:
    now, workers = under_way(), list(recent().order_by("worker"))
    return Upkeep(
        now=now,
        late=now is not None and is_late(now),
        check=_last(*CHECKS),
        trial=_last(Chore.Kind.COLLECT_DRY),
        collection=_last(Chore.Kind.COLLECT),
        backup=AuditEvent.objects.filter(action="backup").select_related("actor").first(),
        disks=_disks(),
        queues=_queues(workers),
        workers=workers,
    )


def _last(*kinds: Chore.Kind) -> Chore | None:
    ended = Chore.objects.filter(kind__in=kinds).exclude(ended_at=None)
    return ended.select_related("asked_by").first()


def _disks() -> list[Disk]:
    """Of this host: the data folder's and the store's (or its cache's), once if they are one."""
    found: dict[int, Disk] = {}
    for path in (store().root, Path(settings.DATA_DIR)):
        if path.is_dir():
            usage = shutil.disk_usage(path)
            found.setdefault(
                path.stat().st_dev, Disk(path=str(path), free=usage.free, total=usage.total)
            )
    return list(found.values())


def _queues(workers: list[WorkerBeat]) -> list[Queue]:
    open_units = (
        Unit.objects.filter(run__state=Run.State.RUNNING)
        .order_by()
        .values("queue")
        .annotate(
            waiting=Count("id", filter=Q(state=Unit.State.READY)),
            working=Count("id", filter=Q(state=Unit.State.LEASED)),
        )
    )
    units: dict[str, Any] = {row["queue"]: row for row in open_units}
    return [
        Queue(
            name=name,
            workers=sum(name in beat.queues for beat in workers),
            waiting=units.get(name, {}).get("waiting", 0),
            working=units.get(name, {}).get("working", 0),
        )
        for name in QUEUES
    ]
