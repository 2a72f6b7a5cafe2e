"""Many documents judged piece by piece: each once, whoever dies, and undone as a whole."""

from __future__ import annotations

import pytest

from curation.actions import bulk as actions
from curation.actions import wake
from curation.actions.bulk import BulkRefused
from curation.models import AuditEvent, BulkJudgement, Corpus, Judgement, Snapshot, User
from curation.queries.judgements import standing
from curation.queries.scan import Filter
from curation.tasks.bulk import judge_many
from curation.tasks.sweep import sweep

State = BulkJudgement.State
SHORT = Filter(rule=("too_short",))
PAST = 0.0


@pytest.fixture(autouse=True)
def _few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(actions, "PIECE", 2)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The messages (id, token), which no worker takes."""
    found: list[tuple[int, int]] = []
    monkeypatch.setattr(wake, "judging", lambda bulk: found.append((bulk.pk, bulk.token)))
    return found


@pytest.fixture
def ids(snapshot: Snapshot, curator: User) -> list[str]:
    """The five documents that the filter finds, in their order."""
    return [str(id_) for id_ in _work(_ask(snapshot, curator, "keep"))]


def _ask(snapshot: Snapshot, by: User, verdict: str = "drop") -> BulkJudgement:
    return actions.judge_all(snapshot=snapshot, wanted=SHORT, verdict=verdict, expected=5, by=by)


def _turn(bulk: BulkJudgement, deadline: float = PAST) -> BulkJudgement | None:
    bulk.refresh_from_db()
    return actions.take_turn(bulk.pk, bulk.token, deadline)


def _work(bulk: BulkJudgement) -> list[str]:
    """Turn after turn to the end; its documents in the order of their judgements."""
    while _turn(bulk):
        pass
    bulk.refresh_from_db()
    return list(Judgement.objects.filter(bulk=bulk).values_list("document_id", flat=True))


def test_a_turn_does_a_piece_and_the_next_one_goes_on(
    snapshot: Snapshot, corpus: Corpus, curator: User
) -> None:
    bulk = _ask(snapshot, curator)
    assert _turn(bulk)
    bulk.refresh_from_db()
    assert (bulk.state, bulk.done, bulk.judged) == (State.JUDGING, 2, 2)
    done = _work(bulk)
    assert (bulk.state, bulk.done, bulk.judged) == (State.DONE, 5, 5)
    assert len(set(done)) == len(done) == 5
    assert list(standing([corpus]).values()) == ["drop"] * 5
    assert AuditEvent.objects.filter(action="judge.all").count() == 1


def test_a_message_that_comes_twice_and_a_worker_that_wakes_up_late_write_nothing(
    snapshot: Snapshot, curator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bulk = _ask(snapshot, curator)
    assert actions.take_turn(bulk.pk, bulk.token, PAST)
    assert actions.take_turn(bulk.pk, bulk.token, PAST) is None
    named = actions._named

    def frozen(*given: object) -> dict[str, int]:
        """While this turn reads its documents another worker takes the next turn."""
        monkeypatch.setattr(actions, "_named", named)
        assert _turn(bulk)
        return named(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(actions, "_named", frozen)
    assert _turn(bulk) is None
    assert len(set(_work(bulk))) == Judgement.objects.filter(bulk=bulk).count() == 5


def test_the_sweep_sends_what_was_forgotten_and_the_task_hands_on(
    snapshot: Snapshot, curator: User, sent: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    bulk = _ask(snapshot, curator)
    sweep()
    assert sent == [(bulk.pk, 0)]
    monkeypatch.setattr("curation.tasks.bulk.TURN_SECONDS", 0.0)
    judge_many(*sent.pop())
    assert sent == [(bulk.pk, 1)]
    sweep()
    assert sent == [(bulk.pk, 1)], "a sign of life was given a moment ago"
    while sent:
        judge_many(*sent.pop())
    bulk.refresh_from_db()
    assert bulk.state == State.DONE


def test_a_later_word_stands_and_is_counted(
    snapshot: Snapshot, corpus: Corpus, curator: User, engineer: User, ids: list[str]
) -> None:
    bulk = _ask(snapshot, curator)
    assert _turn(bulk)
    for id_ in (ids[0], ids[4]):
        Judgement.objects.create(corpus=corpus, document_id=id_, verdict="keep", by=engineer)
    _work(bulk)
    assert (bulk.judged, bulk.spared) == (4, 1)
    assert standing([corpus]) == dict.fromkeys(ids, "drop") | {ids[0]: "keep", ids[4]: "keep"}


def test_of_two_the_one_that_was_asked_for_later_wins(
    snapshot: Snapshot, corpus: Corpus, curator: User, engineer: User
) -> None:
    first, second = _ask(snapshot, curator, "keep"), _ask(snapshot, engineer, "drop")
    _turn(second)
    _work(first)
    _work(second)
    assert set(standing([corpus]).values()) == {"drop"}


def test_undoing_goes_piece_by_piece_and_brings_back_each_document_s_own(
    snapshot: Snapshot, corpus: Corpus, curator: User, engineer: User, ids: list[str]
) -> None:
    Judgement.objects.create(corpus=corpus, document_id=ids[1], verdict="prefer", by=engineer)
    bulk = _ask(snapshot, curator)
    _work(bulk)
    Judgement.objects.create(corpus=corpus, document_id=ids[2], verdict="skip", by=engineer)
    with pytest.raises(BulkRefused):
        actions.undo_all(bulk=bulk, by=engineer)
    actions.undo_all(bulk=bulk, by=curator)
    assert _turn(bulk)
    actions.stop(bulk=bulk, by=engineer)
    bulk.refresh_from_db()
    assert (bulk.state, bulk.standing) == (State.STOPPED, 3)
    actions.undo_all(bulk=bulk, by=curator)
    _work(bulk)
    assert (bulk.state, bulk.undone) == (State.UNDONE, 4)
    stands = dict.fromkeys(ids, "keep") | {ids[1]: "prefer"}
    del stands[ids[2]]
    assert standing([corpus]) == stands


def test_what_is_stopped_stays_so(snapshot: Snapshot, curator: User) -> None:
    bulk = _ask(snapshot, curator)
    _turn(bulk)
    bulk.refresh_from_db()
    token = bulk.token
    actions.stop(bulk=bulk, by=curator)
    assert actions.take_turn(bulk.pk, token, PAST) is None
    assert Judgement.objects.count() == 2


def test_another_number_than_was_shown_stops_it(snapshot: Snapshot, curator: User) -> None:
    bulk = actions.judge_all(
        snapshot=snapshot, wanted=SHORT, verdict="drop", expected=6, by=curator
    )
    assert _turn(bulk) is None
    bulk.refresh_from_db()
    assert (bulk.state, bulk.judged) == (State.STOPPED, 0)
    assert "another number" in bulk.reason
