from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest

from corpora.dedup import bands, clusters, signatures
from corpora.dedup.shingles import gram_set, jaccard
from corpora.documents import APART
from corpora.stages import UnitResult, UnitSpec, no_progress
from corpora.storage import Store
from tests.corpora.parts import Written, part

KANJI = [chr(point) for point in range(0x4E00, 0x5500)]


def prose(draw: random.Random, length: int) -> str:
    return "".join(draw.choices(KANJI, k=length))


def edited(draw: random.Random, text: str, changes: int) -> str:
    characters = list(text)
    for place in draw.sample(range(len(text)), changes):
        characters[place] = draw.choice(KANJI)
    return "".join(characters)


def deduplicate(
    store: Store,
    parts: Sequence[Sequence[tuple[str, str]]],
    apart: Sequence[tuple[str, str]] = (),
    **changed: Any,
) -> UnitResult:
    """Sign and cluster (id, text) pairs given by part; ``apart`` are no duplicates."""
    params: dict[str, Any] = {
        "mode": "near",
        "ngram": 5,
        "bands": 16,
        "rows": 8,
        "threshold": 0.8,
        "fold_old_kanji": True,
        "sketch": "minhash",
        **changed,
    }
    params["permutations"] = params["bands"] * params["rows"]
    written = [part(store, [Written(id=i, text=t) for i, t in rows]) for rows in parts]
    signed = [
        signatures.run(
            UnitSpec(stage="dedup.signatures", inputs={"text": one["text"]}, params=params),
            store,
            no_progress,
        ).outputs
        for one in written
    ]
    hashes = [one["hashes"] for one in signed]
    inputs: dict[str, Any] = {
        "documents": [one["documents"] for one in written],
        "text": [one["text"] for one in written],
        "hashes": hashes,
        "pairs": [],
    }
    if apart:
        rows = {"a": [a for a, _ in apart], "b": [b for _, b in apart]}
        inputs["apart"] = store.put_table(pa.table(rows, schema=APART))
    if params["mode"] == "near":
        half = params["bands"] // 2
        for share in ([0, half], [half, params["bands"]]):
            unit = UnitSpec(
                stage="dedup.bands",
                inputs={"signatures": [one["signatures"] for one in signed], "hashes": hashes},
                params={**params, "bands": share},
            )
            inputs["pairs"].append(bands.run(unit, store, no_progress).outputs["pairs"])
    return clusters.run(UnitSpec(stage="dedup", inputs=inputs, params=params), store, no_progress)


def rows(store: Store, result: UnitResult, role: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = store.read_table(result.outputs[role]).to_pylist()
    return found


WORK = "或日の暮方の事である。一人の下人が、羅生門の下で雨やみを待つてゐた。廣い門の下には、"


def test_copies_share_a_cluster_across_parts(store: Store) -> None:
    result = deduplicate(
        store, [[("c", WORK), ("x", "別の文書です。")], [("a", WORK), ("b", WORK)]]
    )
    found = rows(store, result, "clusters")
    assert [(r["id"], r["part"], r["row"], r["cluster"]) for r in found] == [
        ("c", 0, 0, "a"),
        ("a", 1, 0, "a"),
        ("b", 1, 1, "a"),
    ]
    assert len({r["exact"] for r in found}) == 1
    edges = rows(store, result, "duplicates")
    assert [(e["a"], e["b"], e["jaccard"]) for e in edges] == [("c", "a", 1.0), ("c", "b", 1.0)]
    assert result.counts == {"clusters": 1, "exact_pairs": 2, "near_pairs": 0, "candidates": 0}


def test_an_old_orthography_twin_is_a_copy_only_when_folded(store: Store) -> None:
    twins = [("a", WORK), ("b", WORK.replace("廣", "広"))]
    assert deduplicate(store, [twins]).counts["exact_pairs"] == 1
    assert deduplicate(store, [twins], fold_old_kanji=False).counts["exact_pairs"] == 0


@pytest.mark.parametrize("text", ["", " \n", "短い", "四文字だ"])
def test_short_texts_are_never_near_one_another(store: Store, text: str) -> None:
    others = [("b", "別物"), ("c", "三つ"), ("d", ""), ("e", "\u3000")]
    result = deduplicate(store, [[("a", text), *others]])
    assert result.counts["clusters"] == 0


def test_equal_short_texts_are_exact_copies(store: Store) -> None:
    assert deduplicate(store, [[("a", "短い"), ("b", "短い")]]).counts["exact_pairs"] == 1


def test_planted_pairs_are_found_and_nothing_else_is_joined(store: Store) -> None:
    draw = random.Random(11)
    documents: list[tuple[str, str]] = []
    for number in range(150):
        text = prose(draw, 300)
        documents += [(f"{number:03d}a", text), (f"{number:03d}b", edited(draw, text, number % 12))]
    texts = dict(documents)
    draw.shuffle(documents)
    # 25 × 5 finds a pair at the threshold with .9999; 16 × 8 with .95.
    result = deduplicate(store, [documents[:120], documents[120:]], bands=25, rows=5)
    cluster = {row["id"]: row["cluster"] for row in rows(store, result, "clusters")}
    for number in range(150):
        a, b = f"{number:03d}a", f"{number:03d}b"
        truth = jaccard(gram_set(texts[a], ngram=5), gram_set(texts[b], ngram=5))
        assert (a in cluster and cluster[a] == cluster.get(b)) == (truth >= 0.8), truth
    for edge in rows(store, result, "duplicates"):
        sets = [gram_set(texts[edge[side]], ngram=5) for side in "ab"]
        assert edge["jaccard"] == jaccard(*sets) >= 0.8


def test_a_chain_of_editions_is_one_cluster(store: Store) -> None:
    draw = random.Random(2)
    editions = [prose(draw, 400)]
    for _ in range(12):
        editions.append(edited(draw, editions[-1], 3))
    ends = [gram_set(editions[place], ngram=5) for place in (0, -1)]
    assert jaccard(*ends) < 0.8
    result = deduplicate(store, [[(f"{n:02d}", text) for n, text in enumerate(editions)]])
    assert {row["cluster"] for row in rows(store, result, "clusters")} == {"00"}
    assert len(rows(store, result, "clusters")) == 13


def test_thousands_of_near_copies_of_one_page_take_seconds(store: Store) -> None:
    draw = random.Random(7)
    page = prose(draw, 250)
    documents = [(f"{n:05d}", page + prose(draw, 4)) for n in range(3_000)]
    start = time.process_time()
    result = deduplicate(store, [documents])
    assert time.process_time() - start < 10
    assert result.counts["clusters"] == 1
    assert result.counts["near_pairs"] == 2_999
    # Three thousand members have 4.5 million pairs.
    assert result.counts["candidates"] < 40_000


def test_a_crowd_that_shares_a_template_is_not_joined(store: Store) -> None:
    draw = random.Random(9)
    template = prose(draw, 200)
    documents = [(f"{n:04d}", template + prose(draw, 150)) for n in range(400)]
    documents += [("copy", edited(draw, documents[5][1], 2))]
    result = deduplicate(store, [documents])
    assert {row["id"] for row in rows(store, result, "clusters")} == {"0005", "copy"}


def test_mode_exact_looks_for_no_near_copies(store: Store) -> None:
    near = [("a", WORK * 3), ("b", WORK * 3 + "雨。"), ("c", WORK * 3)]
    result = deduplicate(store, [near], mode="exact")
    assert result.counts == {"clusters": 1, "exact_pairs": 1, "near_pairs": 0, "candidates": 0}


def test_the_same_documents_in_other_parts_give_the_same_rows(store: Store) -> None:
    draw = random.Random(4)
    documents = [(f"{n}", edited(draw, WORK * 2, n % 4)) for n in range(40)]
    one = deduplicate(store, [documents])
    other = deduplicate(store, [documents[:7], [], documents[7:]])
    assert one.outputs["duplicates"] == other.outputs["duplicates"]
    assert [(r["id"], r["cluster"]) for r in rows(store, one, "clusters")] == [
        (r["id"], r["cluster"]) for r in rows(store, other, "clusters")
    ]


def test_editions_in_old_and_modern_kana_are_copies_where_kana_are_folded(store: Store) -> None:
    old = "さて人々は待つてゐたが、こゝろの内では思ふことがあつた。いづれ言ひ出すにちがひない。"
    modern = "さて人々は待っていたが、こころの内では思うことがあった。いずれ言い出すにちがいない。"
    editions = [[("old", old), ("modern", modern)]]
    assert deduplicate(store, editions).counts["clusters"] == 0
    assert deduplicate(store, editions, fold_kana=True).counts["exact_pairs"] == 1


def test_no_documents_give_empty_tables(store: Store) -> None:
    result = deduplicate(store, [[]])
    assert rows(store, result, "clusters") == rows(store, result, "duplicates") == []
