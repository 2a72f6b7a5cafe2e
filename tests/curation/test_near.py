"""What is near a text: datasketch's index in a real Redis, judged by exact Jaccard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import redis

from corpora.storage import Store
from curation import near
from curation.actions.questions import LONGEST, REMEMBERED, QuestionRefused, ask
from curation.models import Corpus, Question, Snapshot, User
from curation.tasks.questions import answer_question
from tests.curation import snapshots


@pytest.fixture
def index(redis_url: str) -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(redis_url)
    yield client
    client.flushall()


def answer(snapshot: Snapshot, text: str) -> list[dict[str, Any]]:
    found = near.near(snapshot, text)["near"]
    assert isinstance(found, list)
    return found


def test_copies_are_found_by_their_text(snapshot: Snapshot, index: redis.Redis) -> None:
    found = answer(snapshot, snapshots.story(1))
    assert [row["jaccard"] for row in found[:2]] == [1.0, 1.0]
    assert {(row["part"], row["row"]) for row in found[:2]} == {(0, 1), (1, 1)}


def test_old_kanji_and_width_do_not_matter(snapshot: Snapshot, index: redis.Redis) -> None:
    spelt = snapshots.story(2).replace("雨の日には奥の机", "雨の日には奧の机").replace("、", "，")
    assert spelt != snapshots.story(2)
    assert answer(snapshot, spelt)[0]["jaccard"] == 1.0


@pytest.mark.parametrize("folded", [False, True], ids=["as written", "kana folded"])
def test_kana_usage_matters_as_it_did_to_the_snapshot(
    folded: bool, curated: Store, corpus: Corpus, index: redis.Redis
) -> None:
    setting = f'keeper = "longest"\nfold_kana = {str(folded).lower()}'
    recipe = snapshots.make_recipe(snapshots.RECIPE.replace('keeper = "longest"', setting))
    made = snapshots.make_snapshot(curated, corpus, recipe=recipe)
    spelt = snapshots.story(2).replace("いる", "ゐる").replace("って", "つて")
    assert spelt != snapshots.story(2)
    assert (answer(made, spelt)[0]["jaccard"] == 1.0) is folded


def test_an_unrelated_text_is_near_nothing(snapshot: Snapshot, index: redis.Redis) -> None:
    assert answer(snapshot, "量子計算機の誤り訂正について、表面符号の閾値を論じる。") == []


def test_an_emptied_redis_is_filled_again(snapshot: Snapshot, index: redis.Redis) -> None:
    before = answer(snapshot, snapshots.story(3))
    index.flushall()
    assert answer(snapshot, snapshots.story(3)) == before != []


def test_a_half_built_index_is_not_trusted(snapshot: Snapshot, index: redis.Redis) -> None:
    before = answer(snapshot, snapshots.story(3))
    index.delete(f"{near._PREFIX}{snapshot.manifest}:complete")
    keys = list(index.scan_iter(f"{near._PREFIX}{snapshot.manifest}*"))
    index.delete(*keys[::2])
    assert answer(snapshot, snapshots.story(3)) == before


def test_old_indexes_make_room(
    snapshot: Snapshot, index: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(snapshot, snapshots.story(0))
    size = index.dbsize()
    monkeypatch.setattr(near, "INDEXES", 1)
    near._index("another", [], permutations=128)
    assert index.exists(f"{near._PREFIX}{snapshot.manifest}:complete") == 0
    assert index.dbsize() < size


@pytest.mark.parametrize("indexed", [0, 10_000], ids=["signatures read", "index"])
def test_both_ways_find_the_same(
    snapshot: Snapshot, index: redis.Redis, monkeypatch: pytest.MonkeyPatch, indexed: int
) -> None:
    monkeypatch.setattr(near, "INDEXED_DOCUMENTS", indexed)
    assert {row["jaccard"] for row in answer(snapshot, snapshots.story(4))[:2]} >= {1.0}


def test_without_redis_the_signatures_are_read(
    snapshot: Snapshot, settings: Any, tmp_path: Any
) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    assert answer(snapshot, snapshots.story(1))[0]["jaccard"] == 1.0


def test_what_cannot_be_compared_says_so(curated: Any, corpus: Any, snapshot: Snapshot) -> None:
    assert near.near(snapshot, "短い") == {"error": "too-short"}
    toml = snapshots.RECIPE.replace('mode = "near"', 'mode = "exact"')
    recipe = snapshots.make_recipe(toml, version=2)
    exact = snapshots.make_snapshot(curated, corpus, recipe=recipe)
    assert near.near(exact, snapshots.story(1)) == {"error": "no-signatures"}


# -- questions --------------------------------------------------------------------------------


def test_a_question_is_answered_once(
    snapshot: Snapshot, curator: User, index: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = ask(snapshot=snapshot, text=snapshots.story(1), by=curator)
    answer_question(question.pk)
    question.refresh_from_db()
    assert question.answer is not None
    assert question.answer["near"][0]["jaccard"] == 1.0
    monkeypatch.setattr("curation.near.near", lambda *_: pytest.fail("asked again"))
    answer_question(question.pk)
    answer_question(10**9)


def test_a_store_that_fails_is_an_answer(
    snapshot: Snapshot, curator: User, settings: Any, tmp_path: Any
) -> None:
    from curation.queries.snapshots import contents

    question = ask(snapshot=snapshot, text="これは一つの文章です。", by=curator)
    settings.STORE_URL = f"file://{tmp_path}/empty"
    contents.cache_clear()
    answer_question(question.pk)
    question.refresh_from_db()
    assert question.answer is not None
    assert question.answer["error"] == "failed"


def test_questions_are_bounded_and_forgotten(snapshot: Snapshot, curator: User) -> None:
    with pytest.raises(QuestionRefused):
        ask(snapshot=snapshot, text=" \n\x00", by=curator)
    for number in range(REMEMBERED + 5):
        question = ask(snapshot=snapshot, text=f"{number}" + "長" * (LONGEST + 9), by=curator)
        assert len(question.text) == LONGEST
    assert Question.objects.filter(asked_by=curator).count() <= REMEMBERED
