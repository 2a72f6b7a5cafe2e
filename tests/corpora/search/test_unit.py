"""The index: what it says cannot be somewhere is not there, whatever the texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.arrays import put_array
from corpora.documents import DOCUMENTS, TEXT
from corpora.kernels.grams import LEFT, PLAIN, mark_grams
from corpora.kernels.row_lists import packed_rows
from corpora.kernels.text import Utf8, decode
from corpora.search import unit as search
from corpora.search.folding import fold, folded_alone, joining
from corpora.search.index import (
    is_pair_of_kanji,
    plain_rows,
    row_runs,
    rows_of_kanji,
    variants,
)
from corpora.search.kanji_pairs import rows_of
from corpora.search.places import keys_of, places
from corpora.search.words import words
from corpora.stages import UnitSpec, no_progress
from corpora.storage import Store
from tests.corpora.search.test_words import ANY, TEXTS


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("store"))


def index_of(
    store: Store, texts: list[str], titles: list[str | None] | None = None
) -> dict[str, Any]:
    documents = pa.table(
        {
            name: titles or [None] * len(texts) if name == "title" else [None] * len(texts)
            for name in DOCUMENTS.names
        },
        schema=DOCUMENTS,
    )
    spec = UnitSpec(
        stage="search",
        inputs={
            "text": store.put_table(pa.table({"text": texts}, schema=TEXT)),
            "documents": store.put_table(documents),
        },
    )
    found: dict[str, Any] = search.run(spec, store, no_progress).outputs["search"]
    return found


def rows_left(store: Store, index: dict[str, Any], asked: str) -> set[int]:
    return {row for run in row_runs(store, index, words(asked)).tolist() for row in range(*run)}


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEXTS | ANY, max_size=20), st.data())
def test_nothing_that_is_there_is_skipped(
    kept: Store, texts: list[str], data: st.DataObject
) -> None:
    index = index_of(kept, texts)
    for asked in data.draw(st.lists(TEXTS.filter(len) | ANY.filter(len), min_size=1, max_size=8)):
        there = {row for row, text in enumerate(texts) if fold(asked) in fold(text)}
        assert there <= rows_left(kept, index, asked)
        plain = plain_rows(kept, index, len(texts))
        column = pa.array(texts, pa.large_string())
        for known in (None, variants(kept, index)):
            found = words(asked).mask(column, plain, known)
            assert set(np.flatnonzero(found).tolist()) == there


@given(st.lists(TEXTS | ANY, max_size=6))
def test_the_kernel_sets_the_bits_of_the_reference(texts: list[str]) -> None:
    log2 = 12
    bits = np.zeros((1 << log2) // 8, np.uint8)
    table, expansions = search._table()
    seen = np.zeros(0x110000, np.bool_)
    kinds, _ = mark_grams(decode(Utf8.of(texts)), table, expansions, bits, seen)
    left = kinds == LEFT
    sure = [text for text, one_is_left in zip(texts, left, strict=True) if not one_is_left]
    assert (kinds == PLAIN).tolist() == [
        all(len(folded_alone().get(ord(c), c)) == 1 and ord(c) not in joining() for c in text)
        for text in texts
    ]
    expected = {
        place for text in sure for key in keys_of(fold(text)) for place in places(key, log2)
    }
    found = set(np.flatnonzero(np.unpackbits(bits, bitorder="little")).tolist())
    # Of a text that is left to others some bits may be set: they do no harm.
    assert expected <= found
    assert left.any() or expected == found


#: Kanji side by side, and what becomes some, or has to be left to folding.
KANJI = st.text(st.sampled_from("国國家大学㍿㊑株か\u3099é\u0301Ａ変變"), max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(KANJI | TEXTS | ANY, max_size=20), st.data())
def test_two_kanji_are_in_the_rows_that_the_index_says_and_more_in_no_others(
    kept: Store, texts: list[str], data: st.DataObject
) -> None:
    titles = [data.draw(st.none() | KANJI) for _ in texts]
    index = index_of(kept, texts, titles)
    for asked in data.draw(st.lists(KANJI, min_size=1, max_size=8)):
        wanted, known = words(asked), rows_of_kanji(kept, index, words(asked))
        there = [
            row
            for row, both in enumerate(zip(texts, titles, strict=True))
            if any(text is not None and fold(asked) in fold(text) for text in both)
        ]
        assert known is None or set(there) <= set(known.tolist())
        if is_pair_of_kanji(wanted):
            assert known is not None
            assert known.tolist() == there


def test_rows_of_a_pair_come_back_however_far_they_lie_apart(kept: Store) -> None:
    pair, other = 0x5927_5B66, 0x56FD_5BB6
    rows = np.array([0, 1, 128, 129, 16_512, 2_113_664, 270_549_120, 2**32 - 1], np.uint64)
    entries = [rows | np.uint64(n << 32) for n in (pair, other)]
    pairs, ends, steps = packed_rows(np.sort(np.concatenate(entries + entries)))
    index = {
        "pairs": put_array(kept, np.stack([pairs, ends])),
        "pair_rows": put_array(kept, steps),
    }
    for asked in (pair, other):
        assert rows_of(kept, index, asked).tolist() == rows.tolist()
    assert rows_of(kept, index, pair + 1).tolist() == []


def test_a_title_counts_as_text(kept: Store) -> None:
    index = index_of(kept, ["本文です"] * 4, [None, "写し", "羅生門", None])
    assert 2 in rows_left(kept, index, "羅生門")


def test_blocks_that_cannot_hold_the_words_are_skipped(kept: Store) -> None:
    texts = [f"{chr(0x4E00 + number)}という文字の話です。" * 40 for number in range(400)]
    texts[250] += "蝦蟇"
    index = index_of(kept, texts)
    left = rows_left(kept, index, "ガマと蝦蟇"[3:])
    assert 250 in left
    assert len(left) < 150


def test_a_small_part_has_a_small_index(kept: Store) -> None:
    texts = [f"第{number}話。海辺の町で、朝の市場が開く。" * 20 for number in range(300)]
    index = index_of(kept, texts)
    size = sum(len(text.encode()) for text in texts)
    assert kept.path(index["grams"]).stat().st_size < 0.15 * size


def test_a_part_without_documents_has_no_rows(kept: Store) -> None:
    assert rows_left(kept, index_of(kept, []), "茶") == set()


@pytest.mark.parametrize("bits", [0, 3])
def test_bits_that_are_no_power_of_two_are_refused(bits: int) -> None:
    table, expansions = search._table()
    seen = np.zeros(0x110000, np.bool_)
    with pytest.raises(ValueError, match="power of two"):
        mark_grams(decode(Utf8.of(["茶"])), table, expansions, np.zeros(bits, np.uint8), seen)


def test_the_same_texts_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = Store(tmp_path / "a"), Store(tmp_path / "b")
    texts = [f"{number}番の言葉" * number for number in range(50)]
    assert index_of(first, texts) == index_of(second, texts)
