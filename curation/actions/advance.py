"""A run is created with its first units, and goes on stage by stage as units end."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from corpora.errors import KotoguraError
from corpora.plans import BESIDE, OPTIONAL, Plan, Results, begins_anew, rests_on
from corpora.stages import STAGES, UnitSpec, known
from curation.actions import audit, publish, wake
from curation.models import Corpus, Run, Unit, User
from curation.plans import plan_of, results_of, spec_to_json
from curation.store import store

log = logging.getLogger(__name__)


@transaction.atomic
def create(*, kind: Run.Kind, arguments: dict[str, Any], by: User | None, **links: Any) -> Run:
    """Write the run, its first units and the intent to wake workers up, in one transaction.

    ``links`` are the run's foreign keys and, as ``corpora``, its corpora.
    """
    corpora: Sequence[Corpus] = links.pop("corpora")
    run = Run(kind=kind, arguments=arguments, stages=[], created_by=by, **links)
    run.stages = list(plan_of(run).stages)
    run.save()
    run.corpora.set(corpora)
    audit.record(by=by, action=f"run.{kind}", target=f"run:{run.pk}")
    advance(run.pk)
    run.refresh_from_db()
    return run


def advance(run_id: int) -> None:
    """Make the next stage ready when the one before has ended; publish after the last.

    Called with every finished unit and by the sweep; the run's row lock makes one
    caller the last one. A run that cannot be planned or published is failed, with
    the reason; it never takes the caller down.

    Who finds a unit of the stage open has nothing to do and locks nothing: whoever ends that
    unit looks, too, after what it wrote is committed.
    """
    if _open(Unit.objects.filter(run=run_id, stage=F("run__stage"))):
        return
    try:
        with transaction.atomic():
            _advance(run_id)
    except DatabaseError:
        raise
    except Exception as error:  # the one place where a run's own failure becomes its record
        log.exception("run %s cannot go on", run_id)
        told = isinstance(error, KotoguraError)
        _fail(run_id, str(error) if told else f"{type(error).__name__}: {error}")


@transaction.atomic
def _fail(run_id: int, reason: str) -> None:
    end(Run.objects.select_for_update().get(pk=run_id), Run.State.FAILED, reason=reason)


def _advance(run_id: int) -> None:
    run = Run.objects.select_for_update().get(pk=run_id)
    while run.state == Run.State.RUNNING and not _open(run.units.filter(stage=run.stage)):
        if _failed(run):
            return
        stage = _next_stage(run)
        if stage is None:
            publish.finish(run)
            wake.follow_on_commit(run)
            return
        _begin(run, stage)


def _open(units: QuerySet[Unit]) -> bool:
    return units.exclude(state__in=Unit.TERMINAL).exists()


def _failed(run: Run) -> bool:
    """End the run when a unit that everything rests on was given up."""
    given_up = run.units.filter(stage=run.stage, state=Unit.State.GIVEN_UP).order_by("part")
    lost = next((unit for unit in given_up if rests_on(unit.stage, unit.part)), None)
    if lost is None or (run.kind == Run.Kind.CURATE and lost.stage in OPTIONAL):
        return False
    end(run, Run.State.FAILED, reason=lost.error)
    return True


def _next_stage(run: Run) -> str | None:
    if not run.stage:
        return str(run.stages[0])
    if first := _begins_anew(run):
        return first
    after = run.stages.index(run.stage) + 1
    return str(run.stages[after]) if after < len(run.stages) else None


def _begins_anew(run: Run) -> str | None:
    """The stage to go back to when a part was given up that others had counted with.

    The units from there on go, but for those that were given up.
    """
    given_up = run.units.filter(state=Unit.State.GIVEN_UP).exclude(part="")
    if not given_up.filter(stage=run.stage).exists():
        return None

    def planned(stage: str) -> set[str]:
        return set(run.units.filter(stage=stage).values_list("key", flat=True))

    first = begins_anew(plan_of(run), run.stage, results_of(run), planned)
    if first:
        again = run.units.filter(stage__in=run.stages[run.stages.index(first) :])
        again.exclude(pk__in=given_up).delete()
    return first


def _begin(run: Run, stage: str) -> None:
    plan: Plan = plan_of(run)
    results: Results = results_of(run)
    for one in (stage, BESIDE.get(stage, "")):
        if one in run.stages:
            # Of what began beside another it is there already.
            begun = set(run.units.filter(stage=one).values_list("part", flat=True))
            specs = [spec for spec in plan.units(one, results) if spec.part not in begun]
            Unit.objects.bulk_create([_unit(run, spec) for spec in specs])
    run.stage = stage
    run.save(update_fields=["stage"])
    wake.on_commit(run.units.filter(stage=stage, state=Unit.State.READY))


def _unit(run: Run, spec: UnitSpec) -> Unit:
    """A unit that is ready, or done at once when its key is known."""
    unit = Unit(
        run=run,
        stage=spec.stage,
        part=spec.part,
        key=spec.key,
        queue=STAGES[spec.stage].queue,
        spec=spec_to_json(spec),
    )
    result = known(spec, store())
    if result is not None:
        unit.state, unit.known, unit.result = Unit.State.DONE, True, result.to_json()
    return unit


def end(run: Run, state: Run.State, *, reason: str = "") -> None:
    run.units.exclude(state__in=Unit.TERMINAL).update(
        state=Unit.State.CANCELLED, lease_until=None, ended_at=Now()
    )
    Run.objects.filter(pk=run.pk).update(state=state, reason=reason, ended_at=Now())
    run.refresh_from_db()
