"""Deciding about duplicates: what stands, what the next run makes of it, and taking it back."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from corpora.plans import only
from corpora.runner import Runner
from corpora.storage import Store
from curation.actions import duplicates as actions
from curation.actions import review
from curation.actions.duplicates import DuplicatesRefused
from curation.actions.runs import arguments_of
from curation.models import AuditEvent, Corpus, Judgement, PairVerdict, Recipe, Run, Snapshot, User
from curation.plans import plan_of
from curation.queries import apart, judgements
from curation.queries.cluster import group, members
from curation.queries.clusters import groups
from curation.queries.studio import board, caveats


def again(store: Store, corpus: Corpus, recipe: Recipe) -> Snapshot:
    """The next run, with what stands now."""
    arguments = arguments_of([corpus], recipe)
    run = Run(kind=Run.Kind.CURATE, state=Run.State.DONE, recipe=recipe, arguments=arguments)
    run.stages = []
    run.save()
    result = only(Runner(store).run(plan_of(run)), "snapshot")
    snapshot = Snapshot.objects.create(
        run=run, recipe=recipe, manifest=result.outputs["manifest"], counts=result.counts
    )
    snapshot.corpora.add(corpus)
    return snapshot


def ids_of(snapshot: Snapshot, name: str) -> list[str]:
    """The one kept, then the others."""
    found = group(snapshot, name)
    assert found
    return [member.id for member in members(snapshot, found.rows)]


@pytest.fixture
def name(snapshot: Snapshot) -> str:
    """A story and its exact copy."""
    return groups(snapshot).name(0)


def test_the_one_that_is_chosen_is_kept_by_the_next_run(
    curated: Store, corpus: Corpus, recipe: Recipe, snapshot: Snapshot, name: str, curator: User
) -> None:
    before, other = ids_of(snapshot, name)
    actions.keep_this_one(snapshot=snapshot, name=name, document_id=other, by=curator)
    promised = board(snapshot, recipe.value)
    after = again(curated, corpus, recipe)
    assert ids_of(after, name) == [other, before]
    assert (after.counts["kept"], after.counts["dropped"]) == (
        promised.kept,
        {reason: number for reason, number in promised.dropped.items() if number},
    )
    event = AuditEvent.objects.get(action="duplicates.keep")
    assert (event.actor, event.target) == (curator, f"document:{other}")


def test_the_last_one_that_is_chosen_counts_and_undo_gives_the_one_before_back(
    snapshot: Snapshot, corpus: Corpus, name: str, curator: User
) -> None:
    first, second = ids_of(snapshot, name)
    review.judge_document(corpus=corpus, document_id=second, verdict="keep", by=curator)
    for id_ in (first, second):
        actions.keep_this_one(snapshot=snapshot, name=name, document_id=id_, by=curator)
    assert judgements.standing([corpus]) == {second: "prefer"}
    actions.undo(snapshot=snapshot, name=name, by=curator)
    assert judgements.standing([corpus]) == {first: "prefer", second: "keep"}
    actions.undo(snapshot=snapshot, name=name, by=curator)
    assert judgements.standing([corpus]) == {second: "keep"}
    with pytest.raises(DuplicatesRefused):
        actions.undo(snapshot=snapshot, name=name, by=curator)


def test_what_is_no_duplicate_is_in_different_groups_from_the_next_run_on(
    curated: Store, corpus: Corpus, recipe: Recipe, snapshot: Snapshot, name: str, curator: User
) -> None:
    one, other = ids_of(snapshot, name)
    assert caveats(snapshot, recipe.value, {}).pairs == 0
    actions.not_duplicates(snapshot=snapshot, name=name, one=other, other=one, by=curator)
    assert apart.standing([corpus]) == [apart.in_order(one, other)]
    assert caveats(snapshot, recipe.value, {}).pairs == 1
    after = again(curated, corpus, recipe)
    assert after.counts["kept"] == snapshot.counts["kept"] + 1
    assert len(groups(after).sizes) == len(groups(snapshot).sizes) - 1
    assert caveats(after, recipe.value, {}).pairs == 0

    actions.undo(snapshot=snapshot, name=name, by=curator)
    assert apart.standing([corpus]) == []
    assert caveats(after, recipe.value, {}).pairs == 1
    assert again(curated, corpus, recipe).manifest == snapshot.manifest
    assert list(PairVerdict.objects.values_list("verdict", flat=True)) == ["apart", "withdrawn"]
    assert AuditEvent.objects.filter(action="duplicates.undo").count() == 1


def test_without_pairs_a_run_is_asked_what_it_always_was(corpus: Corpus, recipe: Recipe) -> None:
    assert "apart" not in arguments_of([corpus], recipe)


def test_the_same_word_twice_is_one(snapshot: Snapshot, name: str, curator: User) -> None:
    one, other = ids_of(snapshot, name)
    said = {"snapshot": snapshot, "name": name, "by": curator}
    first = actions.not_duplicates(one=one, other=other, **said)  # type: ignore[arg-type]
    assert actions.not_duplicates(one=other, other=one, **said) == first  # type: ignore[arg-type]


def test_a_pair_counts_only_where_both_its_corpora_are(
    snapshot: Snapshot, corpus: Corpus, name: str, curator: User
) -> None:
    one, other = ids_of(snapshot, name)
    elsewhere = Corpus.objects.create(name="elsewhere")
    first, second = apart.in_order(one, other)
    PairVerdict.objects.create(
        first=first, first_corpus=corpus, second=second, second_corpus=elsewhere,
        verdict="apart", by=curator,
    )  # fmt: skip
    assert apart.standing([corpus]) == []
    assert apart.standing([corpus, elsewhere]) == [(first, second)]


def test_strangers_and_one_document_are_refused(
    snapshot: Snapshot, name: str, curator: User
) -> None:
    one, other = ids_of(snapshot, name)
    stranger = ids_of(snapshot, groups(snapshot).name(1))[0]
    with pytest.raises(DuplicatesRefused):
        actions.keep_this_one(snapshot=snapshot, name=name, document_id=stranger, by=curator)
    for pair in ((one, stranger), (one, one), (other, "0" * 32)):
        with pytest.raises(DuplicatesRefused):
            actions.not_duplicates(
                snapshot=snapshot, name=name, one=pair[0], other=pair[1], by=curator
            )
    assert not PairVerdict.objects.exists()
    assert not Judgement.objects.exists()


def test_a_viewer_decides_nothing(snapshot: Snapshot, name: str, viewer: User) -> None:
    one, other = ids_of(snapshot, name)
    with pytest.raises(PermissionDenied):
        actions.keep_this_one(snapshot=snapshot, name=name, document_id=one, by=viewer)
    with pytest.raises(PermissionDenied):
        actions.not_duplicates(snapshot=snapshot, name=name, one=one, other=other, by=viewer)
    with pytest.raises(PermissionDenied):
        actions.undo(snapshot=snapshot, name=name, by=viewer)


def test_undo_takes_back_only_ones_own(
    snapshot: Snapshot, name: str, curator: User, engineer: User
) -> None:
    one, other = ids_of(snapshot, name)
    actions.not_duplicates(snapshot=snapshot, name=name, one=one, other=other, by=curator)
    with pytest.raises(DuplicatesRefused):
        actions.undo(snapshot=snapshot, name=name, by=engineer)


def test_undo_takes_back_only_what_is_about_the_group(
    snapshot: Snapshot, name: str, curator: User
) -> None:
    one, other = ids_of(snapshot, name)
    actions.not_duplicates(snapshot=snapshot, name=name, one=one, other=other, by=curator)
    elsewhere = groups(snapshot).name(1)
    with pytest.raises(DuplicatesRefused):
        actions.undo(snapshot=snapshot, name=elsewhere, by=curator)
    actions.keep_this_one(
        snapshot=snapshot, name=elsewhere, document_id=ids_of(snapshot, elsewhere)[1], by=curator
    )
    word = actions.undo(snapshot=snapshot, name=name, by=curator)
    assert isinstance(word, PairVerdict)
