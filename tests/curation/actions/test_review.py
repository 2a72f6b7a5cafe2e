"""Queues, judgements, undoing them, and what then stands."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from curation.actions import review
from curation.actions.review import ReviewRefused, StaleItem
from curation.models import AuditEvent, Corpus, Judgement, ReviewQueue, Snapshot, User
from curation.queries import judgements
from curation.queries.review import open_items, outcome, progress


@pytest.fixture
def queue(snapshot: Snapshot, corpus: Corpus, curator: User) -> ReviewQueue:
    return review.create_queue(
        snapshot=snapshot,
        corpus=corpus,
        name="sample-1",
        filter={"verdict": "drop"},
        size=6,
        seed=3,
        by=curator,
    )


def test_a_queue_states_what_it_was_drawn_from(queue: ReviewQueue, snapshot: Snapshot) -> None:
    assert queue.population == sum(snapshot.counts["dropped"].values())
    assert queue.filter == {"verdict": ["drop"]}
    assert list(queue.items.values_list("position", flat=True)) == list(range(6))
    assert AuditEvent.objects.filter(action="review.create").count() == 1


def test_a_queue_of_nothing_is_refused(snapshot: Snapshot, corpus: Corpus, curator: User) -> None:
    with pytest.raises(ReviewRefused):
        review.create_queue(
            snapshot=snapshot,
            corpus=corpus,
            name="none",
            filter={"contains": "無い言葉"},
            size=5,
            seed=0,
            by=curator,
        )
    assert not ReviewQueue.objects.exists()


def test_a_judgement_stands_until_it_is_undone(
    queue: ReviewQueue, corpus: Corpus, curator: User
) -> None:
    item = open_items(queue, limit=1)[0]
    review.judge(item=item, verdict="keep", version=0, by=curator)
    assert judgements.standing([corpus]) == {item.document_id: "keep"}
    assert open_items(queue, limit=1)[0].pk != item.pk

    assert review.undo(queue=queue, by=curator).pk == item.pk
    assert judgements.standing([corpus]) == {}
    assert open_items(queue, limit=1)[0].pk == item.pk
    # Nothing was erased on the way.
    assert list(Judgement.objects.values_list("verdict", flat=True)) == ["keep", "withdrawn"]


def test_undo_goes_back_one_by_one_and_only_over_ones_own(
    queue: ReviewQueue, curator: User, engineer: User
) -> None:
    first, second, third = open_items(queue, limit=3)
    for item, by in ((first, curator), (second, engineer), (third, curator)):
        review.judge(item=item, verdict="drop", version=0, by=by)
    assert [review.undo(queue=queue, by=curator).pk for _ in range(2)] == [third.pk, first.pk]
    with pytest.raises(ReviewRefused):
        review.undo(queue=queue, by=curator)
    assert progress(queue).drop == 1


def test_the_slower_of_two_is_told_and_changes_nothing(
    queue: ReviewQueue, corpus: Corpus, curator: User, engineer: User
) -> None:
    item = open_items(queue, limit=1)[0]
    review.judge(item=item, verdict="keep", version=item.version, by=engineer)
    with pytest.raises(StaleItem):
        review.judge(item=item, verdict="drop", version=item.version, by=curator)
    assert judgements.standing([corpus]) == {item.document_id: "keep"}
    assert Judgement.objects.count() == 1


def test_an_item_can_be_judged_anew(queue: ReviewQueue, corpus: Corpus, curator: User) -> None:
    item = open_items(queue, limit=1)[0]
    review.judge(item=item, verdict="keep", version=0, by=curator)
    review.judge(item=item, verdict="drop", version=1, by=curator)
    assert judgements.standing([corpus]) == {item.document_id: "drop"}
    assert (progress(queue).keep, progress(queue).drop) == (0, 1)


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        pytest.param(["keep"], "keep", id="one"),
        pytest.param(["keep", "drop"], "drop", id="the latest"),
        pytest.param(["keep", "skip"], None, id="skipped last"),
        pytest.param(["drop", "withdrawn"], None, id="withdrawn"),
        pytest.param(["drop", "withdrawn", "keep"], "keep", id="judged again"),
    ],
)
def test_the_latest_word_stands(
    corpus: Corpus, curator: User, given: list[str], stands: str | None
) -> None:
    for verdict in given:
        Judgement.objects.create(corpus=corpus, document_id="a" * 32, verdict=verdict, by=curator)
    expected = {} if stands is None else {"a" * 32: stands}
    assert judgements.standing([corpus]) == expected
    assert judgements.standing_of(["a" * 32, "b" * 32]) == expected


def test_judgements_of_another_corpus_do_not_count(corpus: Corpus, curator: User) -> None:
    other = Corpus.objects.create(name="other")
    Judgement.objects.create(corpus=other, document_id="a" * 32, verdict="drop", by=curator)
    assert judgements.standing([corpus]) == {}


@pytest.mark.parametrize("verdict", ["", "KEEP", "withdrawn", "yes", "x" * 500])
def test_a_word_that_is_no_verdict_is_refused(
    queue: ReviewQueue, curator: User, verdict: str
) -> None:
    with pytest.raises(ReviewRefused):
        review.judge(item=open_items(queue, limit=1)[0], verdict=verdict, version=0, by=curator)


def test_a_viewer_judges_nothing(queue: ReviewQueue, corpus: Corpus, viewer: User) -> None:
    item = open_items(queue, limit=1)[0]
    with pytest.raises(PermissionDenied):
        review.judge(item=item, verdict="keep", version=0, by=viewer)
    with pytest.raises(PermissionDenied):
        review.undo(queue=queue, by=viewer)
    with pytest.raises(PermissionDenied):
        review.judge_document(
            corpus=corpus, document_id=item.document_id, verdict="keep", by=viewer
        )


def test_the_outcome_compares_people_with_the_recipe(queue: ReviewQueue, curator: User) -> None:
    for item, verdict in zip(
        open_items(queue, limit=6), ["keep", "drop", "drop", "drop", "skip", "drop"], strict=True
    ):
        review.judge(item=item, verdict=verdict, version=0, by=curator)
    found = outcome(queue)
    assert (found.kept.part, found.kept.base) == (1, 5)
    # Everything in this queue was dropped by the recipe.
    assert (found.agreed.part, found.agreed.base) == (4, 5)
    assert sum(row.agreed.base for row in found.rules) == 5
    assert found.estimate is not None
    assert found.estimate[0] <= queue.population / 5 <= found.estimate[1]
