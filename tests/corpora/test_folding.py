from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpora.folding import fold, fold_points, fold_texts
from corpora.kernels.text import Utf8
from corpora.old_kanji import old_kanji_pairs


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("地獄變", "地獄変", id="old and new kanji"),
        pytest.param("ﾊﾟｿｺﾝ", "パソコン", id="half-width kana with its mark"),
        pytest.param("東京〜大阪", "東京～大阪", id="wave dash and full-width tilde"),
        pytest.param("です，ます．", "です、ます。", id="commas and full stops"),
        pytest.param("本 文\n\t　です", "本文です", id="every kind of blank"),
        pytest.param("本\u200b文\ufeff", "本文", id="zero-width characters"),
        pytest.param("か\u3099", "が", id="a combining mark is composed, not stripped"),
        pytest.param("神社", "\ufa19社", id="CJK compatibility ideograph"),
        pytest.param("‖—−", "∥―－", id="one JIS cell, two code points"),
    ],
)
def test_what_an_edition_changes_is_folded_away(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("かき", "がき", id="voiced and unvoiced"),
        pytest.param("ハ", "パ", id="semi-voiced"),
        pytest.param("A", "a", id="case"),
        pytest.param("𠮷", "吉", id="a variant that no table calls the same"),
    ],
)
def test_what_changes_the_meaning_stays(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("old", "modern"),
    [
        pytest.param("居る、ゐる", "居る、いる", id="wi"),
        pytest.param("思ふ、言ひ、まへ、あはれ、かほ", "思う、言い、まえ、あわれ、かお", id="ha"),
        pytest.param("待つて、きやう", "待って、きゃう", id="small kana"),
        pytest.param("いづれ、はぢ", "いずれ、はじ", id="du and di"),
        pytest.param("をかし", "おかし", id="wo"),
        pytest.param("こゝろ、たゞ、ほゞ、づゝ", "こころ、ただ、ほぼ、づつ", id="iteration marks"),
        pytest.param("思フ、ヰル、サヽゲ", "思ウ、イル、ササゲ", id="katakana"),
    ],
)
def test_kana_usage_is_folded_where_the_recipe_says_so(old: str, modern: str) -> None:
    assert fold(old, kana=True) == fold(modern, kana=True)
    assert fold(old) != fold(modern)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("かき", "がき", id="voiced and unvoiced"),
        pytest.param("かき", "カキ", id="hiragana and katakana"),
        pytest.param("だらう", "だろう", id="what only a word tells"),
        pytest.param("各〱", "各各", id="a mark of unknown length"),
        pytest.param("ばば", "わわ", id="voiced ha"),
    ],
)
def test_more_than_single_kana_is_not_folded(one: str, other: str) -> None:
    assert fold(one, kana=True) != fold(other, kana=True)


@given(st.text(st.sampled_from("ゝゞヽヾかがはばぱつづっカガハヴ々一 〱ゟ\u3099")))
def test_marks_are_written_out_alike_by_both_ways(text: str) -> None:
    found = fold_texts(Utf8.of([text, text]), kana=True)
    assert found[1].tolist() == fold_points(text, kana=True).tolist()


def test_old_kanji_fold_only_when_the_recipe_says_so() -> None:
    assert fold("國語學", old_kanji=False) == "國語學"


def test_the_table_is_one_step_and_one_code_point() -> None:
    pairs = old_kanji_pairs()
    assert all(len(old) == len(new) == 1 for old, new in pairs.items())
    assert not pairs.keys() & set(pairs.values())
    # A pair that NFKC folds already could never be reached.
    assert all(unicodedata.normalize("NFKC", old) == old for old in pairs)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    # Taking a blank out may bring a mark next to a letter, which NFKC would then compose.
    if not any(
        unicodedata.combining(character) for character in unicodedata.normalize("NFKD", text)
    ):
        once = fold(text)
        assert fold(once) == once


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=4))
@example(["か\u3099ﾊﾟ", "각", "①㈱…ｶﾞ", "地獄變", "e\u0301\u0323"])
def test_a_batch_is_folded_as_each_text_is(texts: list[str]) -> None:
    for kana in (False, True):
        found = fold_texts(Utf8.of(texts), kana=kana)
        assert [found[n].tolist() for n in range(len(texts))] == [
            fold_points(text, kana=kana).tolist() for text in texts
        ]


@pytest.mark.parametrize("kana", [False, True], ids=["kana as written", "kana folded"])
def test_every_character_is_folded_alike_by_both_ways(kana: bool) -> None:
    assigned = (*range(0xD800), *range(0xE000, 0x20000), *range(0x2F800, 0x2FA20))
    # Of the planes that NFKC leaves as they are, one in a hundred.
    others = range(0x20000, 0x110000, 101)
    # After か, since some of them join it.
    texts = [f"か{chr(point)}" for point in (*assigned, *others, *range(0xE0000, 0xE0200))]
    found = fold_texts(Utf8.of(texts), kana=kana)
    starts = found.starts.tolist()
    folded = found.values.tobytes().decode("utf-32-le")
    for number, text in enumerate(texts):
        assert folded[starts[number] : starts[number + 1]] == fold(text, kana=kana), f"{text!r}"


#: What joins its neighbours, changes places with them, or stands in their way.
_JOINING = [
    "か", "が", "ｶ", "ﾞ", "ﾟ", "\u3099", "\u309a", "゛", "e", "é", "ç", "=", "㌀", "¨", "´", "΅",
    "\u0301", "\u0308", "\u0323", "\u0327", "\u0338", "\u0344", "\u0340", "\u094d", "\u09c7",
    "\u09be", "\u0e39", "\u0e49", "\u0651", "\ufc5e", "\ufb2a", "ᄀ", "ᅡ", "ᆨ", "가", "\u0f71\u0f72",
    "\u200b", " ", "\n", "\U00011099", "\U000110ba", "\u1e9b", "Ω", "\u0345", "變",
]  # fmt: skip


@settings(max_examples=1_000)
@given(st.lists(st.sampled_from(_JOINING), max_size=8).map("".join))
def test_characters_that_join_are_folded_alike_by_both_ways(text: str) -> None:
    found = fold_texts(Utf8.of([text, "か" + text]))
    assert [found[n].tolist() for n in range(2)] == [
        fold_points(one).tolist() for one in (text, "か" + text)
    ]


def test_texts_that_grow_are_folded_whole() -> None:
    texts = ["\ufdfa" * 500, "", "㌖" * 9, "\u3000" * 9]
    found = fold_texts(Utf8.of(texts))
    assert [found[n].tolist() for n in range(4)] == [fold_points(text).tolist() for text in texts]


def test_what_is_no_utf8_is_not_folded() -> None:
    for data in (b"a\xff", b"\xe3\x81", b"\xed\xa0\x80abc", b"\xe0\x80\x80", b"\x81ab"):
        texts = Utf8(offsets=np.array([0, len(data)]), data=np.frombuffer(data, np.uint8))
        with pytest.raises(ValueError, match="UTF-8"):
            fold_texts(texts)
