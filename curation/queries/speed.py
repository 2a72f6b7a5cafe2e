"""How fast a stage goes and when it will be done: measured on its units, never guessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from curation.models import Run, Unit
from curation.queries.runs import StageRow

#: Speed is what was done in the last minute: a run's past says little about its present.
WINDOW = timedelta(seconds=60)
#: A shorter observation gives no figure.
LEAST_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What the running stage did in the last ``seconds``."""

    documents: float
    bytes: float
    seconds: float
    #: Estimated seconds until this stage is done; None when nothing can be said.
    left: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A unit's progress between two moments; assumed even in between."""

    began: datetime
    ended: datetime
    documents: int
    bytes: int

    def share_after(self, moment: datetime) -> float:
        """Which part of the unit's time lies after ``moment``.

        >>> day = datetime.fromisoformat
        >>> work = Work(
        ...     began=day("2026-01-01T00:00:00+09:00"),
        ...     ended=day("2026-01-01T00:00:40+09:00"),
        ...     documents=400,
        ...     bytes=0,
        ... )
        >>> work.share_after(day("2026-01-01T00:00:30+09:00"))
        0.25
        """
        if self.began >= moment:
            return 1.0
        return max(0.0, (self.ended - moment) / (self.ended - self.began))


def speed(run: Run, stage: StageRow) -> Speed | None:
    """None when the run is not running, or nothing was measured yet."""
    now = timezone.now()
    if run.state != Run.State.RUNNING or stage.began is None:
        return None
    since = max(now - WINDOW, stage.began)
    seconds = (now - since).total_seconds()
    if seconds < LEAST_SECONDS:
        return None
    work = _work(run, stage.name, since, now)
    documents = sum(unit.documents * unit.share_after(since) for unit in work) / seconds
    bytes_ = sum(unit.bytes * unit.share_after(since) for unit in work) / seconds
    if not documents and not bytes_:
        return None
    return Speed(
        documents=documents if stage.documents is not None else 0.0,
        bytes=bytes_,
        seconds=seconds,
        left=time_left(stage, documents, bytes_),
    )


def _work(run: Run, stage: str, since: datetime, now: datetime) -> list[Work]:
    """Units that were worked on since then. What a lost lease had done is not counted."""
    recent = Q(state=Unit.State.LEASED) | Q(state=Unit.State.DONE, ended_at__gt=since)
    units = run.units.filter(recent, stage=stage, known=False, started_at__isnull=False)
    values = units.values_list("started_at", "ended_at", "documents_done", "bytes_done")
    return [
        Work(began=began, ended=ended or now, documents=documents, bytes=bytes_)
        for began, ended, documents, bytes_ in values
        if began is not None
    ]


def time_left(stage: StageRow, documents: float, bytes: float) -> float | None:
    """By documents or bytes a second where their total is known, else by units; else None."""
    if stage.documents is not None and stage.documents_total and documents:
        return max(0, stage.documents_total - stage.documents) / documents
    if stage.bytes_total and bytes:
        return max(0, stage.bytes_total - stage.bytes) / bytes
    computed = stage.done - stage.known
    if stage.units and computed >= 2 and stage.seconds:
        return (stage.units - stage.ended) * stage.seconds / computed
    return None
