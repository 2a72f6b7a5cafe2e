"""The life of a unit: claimed under a lease, renewed, finished once, or given back.

Every change is one conditional UPDATE that names the lease's token, so that a
worker that lost its lease (frozen, partitioned, killed) cannot write anything.
``select_for_update`` does nothing on SQLite; this works on both databases.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import (
    Case,
    DateTimeField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Now

from corpora.errors import KotoguraError, StoreError
from corpora.stages import UnitResult, UnitSpec
from curation import processes
from curation.actions.advance import advance
from curation.actions.runs import pause_because
from curation.models import Run, Unit
from curation.plans import spec_of

#: Failures of the work itself after which a unit is given up.
MAX_FAILURES = 3
#: Losses after which a unit runs alone in a limited child process.
MAX_LOSSES = 2
_RUNNING = Run.objects.filter(state=Run.State.RUNNING)
_LIMITED = _RUNNING.exclude(max_workers=None)
_UNLIMITED = _RUNNING.filter(max_workers=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to finish one unit, for as long as it is renewed."""

    unit_id: int
    run_id: int
    #: Fencing token: the unit's at the time of the claim.
    token: int
    spec: UnitSpec
    #: The unit killed or outlived its workers before: run it where it can do no harm.
    isolated: bool
    #: Failures before this claim; nobody else can add one while the lease stands.
    failures: int


def _later(seconds: float) -> ExpressionWrapper[Any]:
    """The database's clock, not the worker's: hosts need not agree on the time."""
    return ExpressionWrapper(Now() + timedelta(seconds=seconds), output_field=DateTimeField())


def _held(lease: Lease) -> QuerySet[Unit]:
    """The unit, if the lease still stands."""
    return Unit.objects.filter(
        pk=lease.unit_id, token=lease.token, state=Unit.State.LEASED, lease_until__gt=Now()
    )


def claim(unit_id: int, *, worker: str) -> Lease | None:
    """Take a ready unit of a running run, or None when there is nothing to take.

    Nor is there while as many units of the run are at work as it may have workers.
    """
    if lease := _claim(unit_id, worker, _UNLIMITED):
        return lease
    limited = _LIMITED.filter(pk__in=Unit.objects.filter(pk=unit_id).values("run"))
    if not limited.exists():
        return None
    with transaction.atomic():
        # The lock makes the limit exact.
        if any(_is_full(run) for run in limited.select_for_update()):
            return None
        return _claim(unit_id, worker, _RUNNING)


def _claim(unit_id: int, worker: str, runs: QuerySet[Run]) -> Lease | None:
    """One UPDATE, so that a host that is cut off in the middle of it holds no lock."""
    taken = Unit.objects.filter(
        Q(not_before=None) | Q(not_before__lte=Now()),
        pk=unit_id,
        state=Unit.State.READY,
        run__in=runs,
    ).update(
        state=Unit.State.LEASED,
        token=F("token") + 1,
        lease_until=_later(settings.LEASE_SECONDS),
        started_at=Coalesce(F("started_at"), Now()),
        documents_done=0,
        bytes_done=0,
        worker=worker[:100],
        process=processes.name_of(os.getpid()),
    )
    if not taken:
        return None
    unit = Unit.objects.get(pk=unit_id)
    return Lease(
        unit_id=unit.pk,
        run_id=unit.run_id,
        token=unit.token,
        spec=spec_of(unit),
        isolated=unit.losses >= MAX_LOSSES,
        failures=unit.failures,
    )


def renew(lease: Lease, *, documents: int, bytes: int) -> bool:
    """Extend the lease and note the progress. False when it is lost or the run was cancelled."""
    held = _held(lease).exclude(run__in=Run.objects.filter(state=Run.State.CANCELLED))
    return bool(
        held.update(
            lease_until=_later(settings.LEASE_SECONDS),
            documents_done=documents,
            bytes_done=bytes,
        )
    )


def finish(
    lease: Lease,
    result: UnitResult,
    *,
    known: bool = False,
    documents: int = 0,
    bytes: int = 0,
    memory: int = 0,
) -> bool:
    """Commit the result. False (and nothing changed) when the lease was lost meanwhile.

    ``documents`` and ``bytes`` are all that the unit reported: rates rest on them, and a
    unit that ends before its first renewal has written none.
    """
    won = _held(lease).update(
        state=Unit.State.DONE,
        result=result.to_json(),
        known=known,
        lease_until=None,
        ended_at=Now(),
        documents_done=documents,
        bytes_done=bytes,
        memory=memory,
        error="",
    )
    if won:
        advance(lease.run_id)
    return bool(won)


def release(lease: Lease) -> None:
    """Give the unit back unfinished, at nobody's fault."""
    _held(lease).update(state=Unit.State.READY, lease_until=None)


def fail(lease: Lease, error: Exception, *, alone: bool = False) -> None:
    """The work itself failed: again later, or given up; a full disk pauses the run.

    ``alone``: from now on where it can do no harm, as if it had killed its workers.
    """
    if isinstance(error, StoreError) and error.retryable:
        release(lease)
        pause_because(lease.run_id, str(error))
        return
    hopeless = isinstance(error, KotoguraError) and not error.retryable
    failures = lease.failures + 1
    if hopeless or failures >= MAX_FAILURES:
        if _forgotten(lease):
            return
        then = {"state": Unit.State.GIVEN_UP, "ended_at": Now()}
    else:
        then = {"state": Unit.State.READY, "not_before": _later(2.0**failures)}
    if alone:
        then["losses"] = Greatest(F("losses"), MAX_LOSSES)
    _held(lease).update(failures=failures, error=_reason(error), lease_until=None, **then)
    advance(lease.run_id)


@transaction.atomic
def _forgotten(lease: Lease) -> bool:
    """Whether the unit was begun before its stage's turn. It goes, and is planned again then:
    the stages between cannot do without a part for something that is not asked for yet."""
    # The lock: its turn does not come meanwhile.
    run = Run.objects.select_for_update().get(pk=lease.run_id)
    if run.stage == lease.spec.stage:
        return False
    _held(lease).delete()
    return True


def _reason(error: Exception) -> str:
    """What a text column can hold: PostgreSQL takes no NUL, and no database half a character."""
    text = str(error) if isinstance(error, KotoguraError) else f"{type(error).__name__}: {error}"
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()[:2_000]


def return_expired() -> int:
    """Leases that ran out become ready again; how many."""
    return _return(Unit.objects.filter(state=Unit.State.LEASED, lease_until__lte=Now()))


def return_bereaved() -> int:
    """Units whose process on this machine has ended become ready again, long before their leases
    run out; how many.

    Of another machine nobody here knows anything: its units wait for their leases' end.
    """
    held = Unit.objects.filter(state=Unit.State.LEASED).exclude(process="")
    held = held.filter(process__startswith=processes.here()).order_by()
    names = held.values_list("process", flat=True).distinct()
    gone = [name for name in names if processes.is_gone(name)]
    return _return(held.filter(process__in=gone)) if gone else 0


def _return(lost: QuerySet[Unit]) -> int:
    return lost.update(state=Unit.State.READY, losses=F("losses") + 1, lease_until=None)


def _is_full(run: Run) -> bool:
    at_work = run.units.filter(state=Unit.State.LEASED).count()
    return run.max_workers is not None and at_work >= run.max_workers


#: 1 for a unit that no stage waits for yet.
_LATER = Case(When(stage=F("run__stage"), then=Value(0)), default=Value(1))


def ready_units() -> QuerySet[Unit]:
    """What a worker could take now: of the oldest run, and first what its next stage waits for."""
    full = [run.pk for run in _LIMITED.all() if _is_full(run)]
    return Unit.objects.filter(
        Q(not_before=None) | Q(not_before__lte=Now()),
        state=Unit.State.READY,
        run__in=_RUNNING.exclude(pk__in=full),
    ).order_by("run_id", _LATER, "id")
