"""Units under leases: finished once, given back, given up; stages in order; nothing twice."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from pytest_django.fixtures import Settings

from corpora import stages
from corpora.arrays import read_array
from corpora.errors import KotoguraError, StoreError
from corpora.storage import Store
from curation.actions import advance, publish, runs, units, wake
from curation.models import Run, Unit, User
from curation.permissions import TABLE
from curation.tasks import work
from curation.tasks.sweep import sweep
from curation.tasks.units import run_unit
from curation.tasks.work import work_on
from tests.curation.tasks.working import expire, work_all
from tests.curation.tiny_plan import TinyPlan
from tests.integration.play import Workbench

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_what_counted_with_a_part_is_done_again_without_it(
    engineer: User, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """tests/corpora/test_lost_parts.py says what the snapshot is then."""
    bench = Workbench(engineer)
    bench.add(0)
    bench.add(1)

    def failing(unit: stages.UnitSpec, *arguments: Any) -> stages.UnitResult:
        if (unit.stage, unit.part) == ("edits", "00001"):
            raise KotoguraError("out of luck")
        return execute(unit, *arguments)

    execute = work.execute
    monkeypatch.setattr(work, "execute", failing)
    run = bench.work(bench.begin())
    assert run.state == Run.State.DONE
    manifest = store.read_json(run.snapshot.manifest)
    assert [part["part"] for part in manifest["parts"]] == ["00000"]
    assert len(read_array(store, manifest["columns"]["characters"])) == 8
    assert list(run.units.filter(stage="columns").values_list("known", flat=True)) == [False]
    (lost,) = run.units.filter(part="00001", stage__in=run.stages[run.stages.index("columns") :])
    assert (lost.stage, lost.state) == ("edits", Unit.State.GIVEN_UP)


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


def test_a_run_has_no_more_workers_than_it_may(start, engineer: User) -> None:
    run = runs.limit_workers(run=start(1, 2, 3), workers=1, by=engineer)
    first, second, _ = run.units.all()
    lease = units.claim(first.pk, worker="a")
    assert units.claim(second.pk, worker="b") is None
    assert not units.ready_units().exists(), "workers would go on trying to take what they may not"
    runs.limit_workers(run=run, workers=2, by=engineer)
    assert units.claim(second.pk, worker="b") is not None
    assert lease
    assert units.finish(lease, stages.UnitResult(counts={"square": 1}))
    assert units.ready_units().count() == 1
    with pytest.raises(runs.RunRefused):
        runs.limit_workers(run=run, workers=0, by=engineer)


def test_a_unit_that_grows_too_large_is_tried_alone(start, settings: Settings) -> None:
    settings.WORKER_MEMORY_BYTES = 1
    run = start(-3)
    ended: list[int] = []
    work_on(run.units.get().pk, worker="a", stuck=lambda: ended.append(1))
    unit = run.units.get()
    assert (unit.state, unit.failures, unit.losses) == (Unit.State.READY, 1, units.MAX_LOSSES)
    assert "needs more than 0 MB of memory" in unit.error
    assert ended == [1], "it did not listen, and grew on"


def test_a_unit_is_handed_back_when_its_worker_is_stopped(
    start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work.stopping, "asked", lambda: True)
    monkeypatch.setattr(work, "STOPPING_SECONDS", 0.1)
    sent: list[tuple[int, str]] = []
    run = start(-3)
    monkeypatch.setattr(wake, "send", sent.extend)
    unit = run.units.get()
    ended: list[bool] = []

    def end_process() -> None:
        ended.append(run.units.filter(state=Unit.State.READY, losses=0).exists())

    work_on(unit.pk, worker="a", stuck=end_process)
    assert ended == [True], "its process ends once the unit is free for another"
    assert sent[0] == (unit.pk, "cpu")


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


def test_steering_asks_for_the_permission(start, viewer: User) -> None:
    run = start(1)
    assert viewer.role not in TABLE["run.control"]
    limit = partial(runs.limit_workers, workers=1)
    for verb in (runs.pause, runs.resume, runs.cancel, runs.retry_given_up, limit):
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


def test_a_failure_of_an_expired_lease_changes_nothing(start) -> None:
    unit = start(5).units.get()
    zombie = units.claim(unit.pk, worker="zombie")
    expire(unit)
    sweep()
    second = units.claim(unit.pk, worker="second")
    assert zombie
    assert second
    units.fail(zombie, ValueError("too late"))
    unit.refresh_from_db()
    assert (unit.state, unit.failures, unit.error) == (Unit.State.LEASED, 0, "")
    assert units.finish(second, stages.UnitResult(counts={"square": 25}))


def test_a_reason_that_no_column_holds_is_made_readable(start) -> None:
    unit = start(5).units.get()
    lease = units.claim(unit.pk, worker="a")
    assert lease
    units.fail(lease, KotoguraError("a\0b\udc83"))
    unit.refresh_from_db()
    assert (unit.state, unit.error) == (Unit.State.GIVEN_UP, "a\N{REPLACEMENT CHARACTER}b?")


def test_a_database_that_goes_away_is_no_failure_of_the_unit(
    start, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(7)

    def away(*_: object, **__: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(units, "finish", away)
        assert work_on(run.units.get().pk, worker="a")
    unit = run.units.get()
    assert (unit.state, unit.failures) == (Unit.State.READY, 0)
    assert work_all(run).state == Run.State.DONE


def test_a_lease_outlives_a_short_absence_of_the_database(
    start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "RENEWAL_SECONDS", 0.05)
    lease = units.claim(start(7).units.get().pk, worker="a")
    assert lease
    renew, calls = units.renew, []

    def away_at_first(lease: units.Lease, **done: int) -> bool:
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("the database system is starting up")
        return renew(lease, **done)

    monkeypatch.setattr(units, "renew", away_at_first)
    with work.LeaseKeeper(lease) as progress:
        while len(calls) < 2:
            progress(documents=1)
            time.sleep(0.01)
    assert units.finish(lease, stages.UnitResult(counts={"square": 49}))


def test_a_unit_that_does_not_stop_frees_its_process(
    start, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two such units would otherwise hold both processes of a worker for good."""
    settings.LEASE_SECONDS = 0.3
    monkeypatch.setattr(work, "RENEWAL_SECONDS", 0.1)
    monkeypatch.setattr(work, "GRACE_SECONDS", 0.1)
    ended = []
    work_on(start(-3).units.get().pk, worker="a", stuck=lambda: ended.append(1))
    assert ended == [1]


def test_a_unit_that_takes_too_long_has_failed(
    start, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UNIT_HARD_LIMIT_SECONDS = 0
    monkeypatch.setattr(work, "RENEWAL_SECONDS", 0.1)
    run = start(-3)
    work_on(run.units.get().pk, worker="a")
    unit = run.units.get()
    assert (unit.state, unit.failures) == (Unit.State.READY, 1)
    assert "took more than 0 seconds" in unit.error


def test_one_message_is_enough_for_a_stage(start, monkeypatch: pytest.MonkeyPatch) -> None:
    """An emptied Redis, or a stage of thousands, leaves most units without a message."""
    monkeypatch.setattr(wake, "send", lambda waiting: True)
    run = start(*range(30))
    run_unit(run.units.first().pk)
    run.refresh_from_db()
    assert run.state == Run.State.DONE


def test_a_worker_whose_turn_is_over_hands_on(start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(1, 2, 3)
    sent: list[tuple[int, str]] = []
    monkeypatch.setattr(wake, "send", sent.extend)
    monkeypatch.setattr("curation.tasks.units.TURN_SECONDS", -1)
    first = run.units.first()
    run_unit(first.pk)
    assert run.units.filter(state=Unit.State.DONE).get() == first
    assert [queue for _, queue in sent] == ["cpu"]


def test_a_given_up_part_stays_out_when_a_later_stage_is_tried_again(start, engineer: User) -> None:
    run = start(2, -1)
    for unit in run.units.all():
        work_on(unit.pk, worker="a")
    adding = run.units.get(stage="sum")
    Unit.objects.filter(pk=adding.pk).update(state=Unit.State.GIVEN_UP, error="out of luck")
    advance.advance(run.pk)
    runs.retry_given_up(run=run, by=engineer)
    assert run.units.get(part="00001").state == Unit.State.GIVEN_UP
    assert work_all(run).state == Run.State.DONE


def test_a_run_that_could_not_be_published_is_published_when_tried_again(
    start, engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(run: Run) -> None:
        raise KeyError("documents")

    with monkeypatch.context() as patch:
        patch.setitem(publish._PUBLISHERS, Run.Kind.TRAIN, broken)
        run = work_all(start(1))
    assert run.state == Run.State.FAILED
    assert runs.retry_given_up(run=run, by=engineer).state == Run.State.DONE


@pytest.fixture
def beside(start, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run whose last stage, "apart", begins beside its first."""
    plan = TinyPlan(numbers=(2, 3), stages=("square", "sum", "apart"))
    monkeypatch.setattr(advance, "plan_of", lambda run: plan)
    monkeypatch.setattr(advance, "BESIDE", {"square": "apart"})
    return start()


def test_what_is_begun_beside_a_stage_is_done_when_nothing_waits_for_it(beside: Run) -> None:
    done = []
    while unit := units.ready_units().filter(run=beside).first():
        done.append(unit.stage)
        work_on(unit.pk, worker="a")
    assert done == ["square", "square", "sum", "apart", "apart"]
    beside.refresh_from_db()
    assert beside.state == Run.State.DONE


def test_what_was_begun_beside_a_stage_goes_on_when_a_failed_run_does(
    beside: Run, engineer: User
) -> None:
    for unit in beside.units.filter(stage="square"):
        work_on(unit.pk, worker="a")
    beside.units.filter(stage="sum").update(state=Unit.State.GIVEN_UP, error="out of luck")
    advance.advance(beside.pk)
    assert beside.units.filter(state=Unit.State.CANCELLED).count() == 2
    runs.retry_given_up(run=beside, by=engineer)
    assert work_all(beside).state == Run.State.DONE
    assert beside.units.filter(state=Unit.State.DONE).count() == 5


def test_what_fails_before_its_turn_is_tried_again_in_it(beside: Run) -> None:
    unit = beside.units.filter(stage="apart").first()
    assert unit
    lease = units.claim(unit.pk, worker="a")
    assert lease
    units.fail(lease, KotoguraError("out of luck"))
    assert beside.units.filter(stage="apart").count() == 1
    assert work_all(beside).state == Run.State.DONE
    assert beside.units.filter(stage="apart", state=Unit.State.DONE).count() == 2
