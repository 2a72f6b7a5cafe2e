"""Widened words find what folding finds: neither more nor less."""

from __future__ import annotations

import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpora.search.folding import Folded, fold, folded_alone, joining
from corpora.search.words import _spellings, words

#: Letters whose folding has something to it, and some that stay.
LETTERS = (
    "かがガｶﾞﾊﾟ゛\u3099\u309a東京變変国國囯神\ufa19aAａＡß\u0130ſﬁ株㈱㊑(（）)…．.・①1１½"
    "ー〜～ \u3000\n"
    "é\u0301e\u1100\u1161가각\u11a8𠮷🄰\U0001f131\u00ad\ufe0f葛\U000e0100"
)
TEXTS = st.text(st.sampled_from(LETTERS), max_size=12)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.lists(TEXTS | ANY | st.none(), max_size=5), TEXTS.filter(len))
@example(["か\u3099"], "か")
@example(["か\u3099"], "が")
@example(["社㈱社"], "株")
@example(["（株）"], "㈱")
@example(["\x00a"], "\x00")
def test_the_mask_is_what_folding_says(texts: list[str | None], asked: str) -> None:
    wanted = fold(asked)
    expected = [text is not None and wanted in fold(text) for text in texts]
    for kind in (pa.string(), pa.large_string()):
        assert words(asked).mask(pa.array(texts, kind)).tolist() == expected


@given(TEXTS | ANY, TEXTS.filter(len))
def test_a_piece_of_a_text_is_found_in_it(text: str, around: str) -> None:
    # Nothing joins across a letter that stands alone.
    whole = f"{around}茶{text}茶{around}"
    assert words(text).mask(pa.array([whole])).tolist() == [True]


@given(TEXTS | ANY, TEXTS.filter(len))
def test_spans_are_where_the_folded_words_are(text: str, asked: str) -> None:
    wanted = fold(asked)
    spans = words(asked).spans(text)
    assert bool(spans) == (wanted in fold(text))
    for start, end in spans:
        assert 0 <= start < end <= len(text)
        assert wanted in fold(text[start:end])


@given(TEXTS | ANY)
def test_folding_unit_by_unit_is_folding_the_whole(text: str) -> None:
    folded = Folded.of(text)
    assert folded.text == fold(text)
    assert folded.starts[-1] == len(text)


@given(TEXTS | ANY)
def test_what_joins_nothing_is_folded_letter_by_letter(text: str) -> None:
    alone = "".join(letter for letter in text if ord(letter) not in joining())
    assert "".join(folded_alone().get(ord(letter), letter) for letter in alone) == fold(alone)


def test_every_code_point_is_folded_as_it_is_defined() -> None:
    points = [p for p in range(0x110000) if not 0xD800 <= p < 0xE000 and p not in joining()]
    whole = "".join(map(chr, points))
    assert "".join(folded_alone().get(point, chr(point)) for point in points) == fold(whole)


@pytest.mark.parametrize(
    ("asked", "text", "marked"),
    [
        pytest.param("地獄変", "芥川の地獄變は", "地獄變", id="an old kanji"),
        pytest.param("ガス", "ｶﾞｽ会社", "ｶﾞｽ", id="half-width kana with its mark"),
        pytest.param("が", "これか\u3099", "か\u3099", id="a mark of its own"),
        pytest.param("株", "言蔵㈱です", "㈱", id="part of a square"),
        pytest.param("ＳＣＲＩＰＴ", "<script>", "script", id="width and case"),
        pytest.param("神社", "\ufa19社の森", "\ufa19社", id="a compatibility ideograph"),
        pytest.param("𠮷野", "𠮷野家", "𠮷野", id="beyond the first plane"),
        pytest.param("か", "が", "", id="a voiced kana is another one"),
        pytest.param("株", "株\n株と㈱\n株", "株株㈱株", id="around a doubtful line"),
        pytest.param("\n", "一\n\u3099二\n", "\n\u3099\n", id="a mark that joins an end of line"),
        pytest.param("う\nか", "う\nか㈱", "う\nか", id="over the end of a line"),
    ],
)
def test_a_hit_is_marked_as_it_is_written(asked: str, text: str, marked: str) -> None:
    spans = words(asked).spans(text)
    assert "".join(text[start:end] for start, end in spans) == marked


def test_a_column_of_chunks_is_one_column() -> None:
    column = pa.chunked_array([["茶"], ["湯", None], []], pa.large_string())
    assert words("湯").mask(column).tolist() == [False, True, False]
    assert words("").mask(column).dtype == np.bool_


def test_half_a_surrogate_is_left_out() -> None:
    assert words("\ud842茶").folded == "茶"
    assert unicodedata.is_normalized("NFKC", words("ｶﾞ").folded)


SPELLINGS = [
    pytest.param("国家", {ord("國")}, 2, id="an old kanji that occurs"),
    pytest.param("国家", set(), 1, id="an old kanji that does not occur"),
    pytest.param("ラジオ", set(), 1, id="kana without other widths"),
    pytest.param("the国", {ord("T"), ord("H")}, 1, id="capitals by RE2's own folding"),
    pytest.param("the国", {ord("T"), ord("國")}, 2, id="capitals and an old kanji"),
    pytest.param("KS", {0x212A, ord("ſ")}, 1, id="letters that RE2 folds, too: a class"),
    pytest.param("国国国", {ord("國")}, 1, id="too many: a class"),
    pytest.param("éα", {ord("É")}, 1, id="other letters with case: a class"),
]


@pytest.mark.parametrize(("asked", "there", "number"), SPELLINGS)
def test_words_are_looked_for_as_they_may_be_spelt(
    asked: str, there: set[int], number: int
) -> None:
    wanted = words(asked)
    assert len(_spellings(wanted, frozenset(there))) == number
    letters = [
        "".join(map(chr, there)),
        asked,
        asked.upper(),
        "國家",
        "THE國",
        "國国國",
        "ÉΑ",
        "\u212aſ",
        "ks",
    ]
    known = {ord(c) for text in letters for c in text}
    column = pa.array(letters)
    plain = np.ones(len(letters), np.bool_)
    expected = [wanted.folded in fold(text) for text in letters]
    assert wanted.mask(column, plain, frozenset(known)).tolist() == expected
