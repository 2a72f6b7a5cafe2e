"""Many documents that are judged at once: how far that is, and what of it can be undone."""

from __future__ import annotations

from dataclasses import dataclass

from curation.models import BulkJudgement, Snapshot, User
from curation.queries.workers import queues_with_workers

#: A shorter observation gives no figure.
_LEAST_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Judging, or undoing, that is under way."""

    bulk: BulkJudgement
    #: Documents to go through.
    total: int
    #: Documents a second since a worker began; None before that can be said.
    rate: float | None
    #: Seconds that are left at that rate.
    left: float | None
    #: Nobody listens to the queue that it waits in.
    is_alone: bool


def under_way(snapshot: Snapshot) -> list[Job]:
    """Whoever asked for it, the first one first."""
    found = BulkJudgement.objects.filter(snapshot=snapshot, state__in=BulkJudgement.UNDER_WAY)
    bulks = list(found.select_related("by").order_by("pk"))
    alone = bool(bulks) and "interactive" not in queues_with_workers()
    return [_job(bulk, alone) for bulk in bulks]


def _job(bulk: BulkJudgement, alone: bool) -> Job:
    judging = bulk.state == BulkJudgement.State.JUDGING
    total = bulk.documents if judging else bulk.judged
    rate = None
    if bulk.began_at and bulk.moved_at and bulk.done:
        seconds = (bulk.moved_at - bulk.began_at).total_seconds()
        rate = bulk.done / seconds if seconds >= _LEAST_SECONDS else None
    left = max(0, total - bulk.done) / rate if rate else None
    return Job(bulk=bulk, total=total, rate=rate, left=left, is_alone=alone)


def last_judged(snapshot: Snapshot, user: User) -> BulkJudgement | None:
    """The person's latest judgement of many documents here, unless it is under way."""
    mine = BulkJudgement.objects.filter(snapshot=snapshot, by=user).first()
    return None if mine is None or mine.state in BulkJudgement.UNDER_WAY else mine
