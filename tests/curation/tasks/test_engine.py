"""Units under leases: finished once, given back, given up; stages in order; nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from corpora import stages
from corpora.errors import StoreError
from corpora.storage import Store
from curation import plans
from curation.actions import advance, publish, runs, units
from curation.models import Run, Unit, User
from curation.permissions import TABLE
from curation.tasks.sweep import sweep, take_lease
from curation.tasks.work import work_on
from tests.curation.tiny_plan import STAGES, TinyPlan

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, store: Store, engineer: User):
    """``start(1, 2, 3)``: a run that squares and adds these numbers."""
    for name, stage in STAGES.items():
        monkeypatch.setitem(stages.STAGES, name, stage)

    def tiny(run: Run) -> TinyPlan:
        return TinyPlan(numbers=tuple(run.arguments["numbers"]))

    monkeypatch.setattr(advance, "plan_of", tiny)
    monkeypatch.setattr(plans, "plan_of", tiny)
    monkeypatch.setitem(publish._PUBLISHERS, Run.Kind.TRAIN, lambda run: None)

    def begin(*numbers: int) -> Run:
        return advance.create(
            kind=Run.Kind.TRAIN, arguments={"numbers": numbers}, by=engineer, corpora=[]
        )

    return begin


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


def test_a_run_goes_through_its_stages_and_ends(start) -> None:
    run = work_all(start(1, 2, 3))
    assert run.state == Run.State.DONE
    assert run.units.get(stage="sum").result["counts"] == {"sum": 14}


def test_a_second_run_over_the_same_inputs_computes_nothing(start) -> None:
    work_all(start(1, 2, 3))
    again = start(3, 2, 1)
    assert list(again.units.filter(stage="square").values_list("known", flat=True)) == [True] * 3
    assert work_all(again).units.filter(known=False).get().stage == "sum"


def test_one_unit_is_claimed_once(start) -> None:
    unit = start(5).units.get()
    assert units.claim(unit.pk, worker="a") is not None
    assert units.claim(unit.pk, worker="b") is None


def test_a_worker_that_lost_its_lease_cannot_commit(start) -> None:
    run = start(5)
    unit = run.units.get()
    zombie = units.claim(unit.pk, worker="zombie")
    expire(unit)
    sweep()
    second = units.claim(unit.pk, worker="second")
    assert zombie
    assert second
    assert second.token == zombie.token + 1
    assert not units.renew(zombie, documents=1, bytes=1)
    assert not units.finish(zombie, stages.UnitResult(counts={"square": -999}))
    assert units.finish(second, stages.UnitResult(counts={"square": 25}))
    unit.refresh_from_db()
    assert (unit.result["counts"], unit.losses) == ({"square": 25}, 1)


def test_an_expired_lease_cannot_commit_even_before_the_sweep(start) -> None:
    unit = start(5).units.get()
    lease = units.claim(unit.pk, worker="slow")
    expire(unit)
    assert lease
    assert not units.finish(lease, stages.UnitResult(counts={"square": 25}))


def test_a_part_that_is_refused_is_given_up_and_the_rest_goes_on(start) -> None:
    run = work_all(start(2, -1, 3))
    assert run.state == Run.State.DONE
    given_up = run.units.get(state=Unit.State.GIVEN_UP)
    assert (given_up.part, given_up.error) == ("00001", "minus one is not squared here.")
    assert run.units.get(stage="sum").result["counts"] == {"sum": 13}


def test_a_fault_is_tried_three_times_and_then_given_up(start) -> None:
    run = start(-4, 1)
    for _ in range(3):
        work_all(run)
        run.units.update(not_before=None)
    unit = run.units.get(part="00000")
    assert (unit.state, unit.failures) == (Unit.State.GIVEN_UP, 3)
    assert "a fault of the product" in unit.error


def test_a_unit_that_kills_its_workers_runs_alone_and_is_given_up(start) -> None:
    """In the child the stages of the tests are unknown, so it dies there as of a signal."""
    run = start(-2, 1)
    unit = run.units.get(part="00000")
    Unit.objects.filter(pk=unit.pk).update(losses=units.MAX_LOSSES)
    for _ in range(units.MAX_FAILURES):
        Unit.objects.filter(pk=unit.pk).update(not_before=None)
        assert work_on(unit.pk, worker="parent")
    unit.refresh_from_db()
    assert (unit.state, unit.failures) == (Unit.State.GIVEN_UP, 3)
    assert work_all(run).state == Run.State.DONE


def test_a_full_disk_pauses_the_run_and_resume_goes_on(
    start, engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(7)

    def full(self: Store, data: bytes) -> str:
        raise StoreError("cannot write to the store: No space left on device.")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "put", full)
        work_all(run)
    assert (run.state, "No space" in run.reason) == (Run.State.PAUSED, True)
    assert run.units.get().failures == 0
    runs.resume(run=run, by=engineer)
    assert work_all(run).state == Run.State.DONE


def test_pause_lets_no_new_unit_begin_and_keeps_what_is_finished(start, engineer: User) -> None:
    run = start(1, 2, 3)
    first = run.units.first()
    lease = units.claim(first.pk, worker="a")
    runs.pause(run=run, by=engineer)
    assert units.claim(run.units.last().pk, worker="b") is None
    assert lease
    assert units.finish(lease, stages.UnitResult(counts={"square": 1}))
    assert work_all(run).state == Run.State.PAUSED
    runs.resume(run=run, by=engineer)
    assert work_all(run).state == Run.State.DONE


def test_cancel_takes_the_lease_away(start, engineer: User) -> None:
    run = start(1, 2)
    lease = units.claim(run.units.first().pk, worker="a")
    runs.cancel(run=run, by=engineer)
    assert lease
    assert not units.renew(lease, documents=1, bytes=1)
    assert not units.finish(lease, stages.UnitResult(counts={"square": 1}))
    run.refresh_from_db()
    assert run.state == Run.State.CANCELLED
    assert not run.units.exclude(state=Unit.State.CANCELLED).exists()


def test_a_failed_run_can_be_tried_again(start, engineer: User) -> None:
    run = work_all(start(1, 2))
    run = start(4)
    work_on(run.units.get().pk, worker="a")
    adding = run.units.get(stage="sum")
    Unit.objects.filter(pk=adding.pk).update(state=Unit.State.GIVEN_UP, error="out of luck")
    advance.advance(run.pk)
    run.refresh_from_db()
    assert (run.state, run.reason) == (Run.State.FAILED, "out of luck")
    runs.retry_given_up(run=run, by=engineer)
    assert work_all(run).state == Run.State.DONE


def test_the_sweep_moves_a_run_on_whose_worker_died_between_stages(start) -> None:
    run = start(6)
    lease = units.claim(run.units.get().pk, worker="dies")
    assert lease
    Unit.objects.filter(pk=lease.unit_id).update(
        state=Unit.State.DONE, result={"outputs": {}, "counts": {"square": 36}}
    )
    sweep()
    assert run.units.filter(stage="sum").count() == 1


def test_one_holder_sweeps_at_a_time() -> None:
    assert take_lease("sweep", "host:1", 60)
    assert take_lease("sweep", "host:1", 60)
    assert not take_lease("sweep", "host:2", 60)


def test_steering_asks_for_the_permission(start, viewer: User) -> None:
    run = start(1)
    assert viewer.role not in TABLE["run.control"]
    for verb in (runs.pause, runs.resume, runs.cancel, runs.retry_given_up):
        with pytest.raises(PermissionDenied):
            verb(run=run, by=viewer)


def test_a_hung_unit_loses_its_lease(start, settings: Settings) -> None:
    """It neither reports nor uses the processor, so nothing renews its lease."""
    settings.LEASE_SECONDS = 1
    run = start(-3)
    unit = run.units.get()
    work_on(unit.pk, worker="hangs")
    unit.refresh_from_db()
    assert unit.state == Unit.State.LEASED
    assert units.return_expired() == 1


def test_a_run_that_cannot_be_published_fails_with_the_reason(
    start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(run: Run) -> None:
        raise KeyError("documents")

    monkeypatch.setitem(publish._PUBLISHERS, Run.Kind.TRAIN, broken)
    run = work_all(start(1))
    assert (run.state, run.reason) == (Run.State.FAILED, "KeyError: 'documents'")
