from __future__ import annotations

from corpora.dedup import signatures
from corpora.dedup.nearest import Query, best
from corpora.stages import UnitSpec, no_progress
from corpora.storage import Store
from tests.corpora.parts import Written, part

TEXTS = [
    "山路を登りながら、こう考えた。智に働けば角が立つ。情に棹させば流される。",
    "短い",
    "親譲りの無鉄砲で小供の時から損ばかりしている。小学校に居る時分学校の二階から飛び降りた。",
    "山路を登りながら、かう考へた。智に働けば角が立つ。情に棹させば流される。",
]
PARAMS = {
    "ngram": 5,
    "permutations": 128,
    "fold_old_kanji": True,
    "mode": "near",
    "sketch": "minhash",
}


def _signed(store: Store, texts: list[str]) -> str:
    written = part(store, [Written(id=str(n), text=text) for n, text in enumerate(texts)])
    unit = UnitSpec(stage="dedup.signatures", inputs={"text": written["text"]}, params=PARAMS)
    blob: str = signatures.run(unit, store, no_progress).outputs["signatures"]
    return blob


def test_the_likeliest_rows_come_first(store: Store) -> None:
    blobs = [_signed(store, TEXTS[:2]), _signed(store, TEXTS[2:])]
    query = Query.of(TEXTS[0], ngram=5, permutations=128)
    found = best(query, store, blobs, limit=2)
    assert [(near.part, near.row) for near in found] == [(0, 0), (1, 1)]
    assert found[0].estimate == 1.0 == query.jaccard(TEXTS[0])
    assert 0.4 < query.jaccard(TEXTS[3]) < 0.9


def test_a_query_is_folded_as_the_snapshot_is(store: Store) -> None:
    """The recipe's settings are the query's: old kana usage is near modern usage only with it."""
    old, modern = "さう思ふ人もゐたであらうが、それはいはれてゐない。", "そう思う人もいた。"
    query = Query.of(old, ngram=3, permutations=128, kana=True)
    folded = Query.of(modern, ngram=3, permutations=128, kana=True)
    assert query.kana
    assert query.jaccard(modern) == folded.jaccard(old)
    assert query.jaccard(modern) > Query.of(old, ngram=3, permutations=128).jaccard(modern)


def test_a_query_shorter_than_a_gram_is_near_nothing(store: Store) -> None:
    query = Query.of("短い", ngram=5, permutations=128)
    assert best(query, store, [_signed(store, TEXTS)], limit=5) == []
    assert query.jaccard("短い") == 0.0


def test_a_part_without_any_signature_is_passed_over(store: Store) -> None:
    query = Query.of(TEXTS[0], ngram=5, permutations=128)
    assert best(query, store, [_signed(store, ["短い", ""])], limit=5) == []
