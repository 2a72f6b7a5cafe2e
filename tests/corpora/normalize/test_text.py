"""What normalisation promises: nothing Japanese is lost, and twice is the same as once."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.normalize.text import Policy, normalize

NFKC = Policy()
NFC = Policy(form="NFC")
NOTHING = Policy(form="none", punctuation="keep", invisible=False, spaces=False)

POLICIES = [
    Policy(form=form, punctuation=punctuation, invisible=invisible, spaces=spaces)
    for form in ("none", "NFC", "NFKC")
    for punctuation in ("keep", "unify")
    for invisible in (True, False)
    for spaces in (True, False)
]

# Characters whose neighbours matter, so that hypothesis meets them side by side.
TRICKY = st.sampled_from(
    list("かはﾊｶﾞﾟ゙゚゛゜￣´，．,.、。～〜「」1１①㈱…‥ \t　\u00a0\n\r\x0b\u200b\u200d\ufe0f👩🌾\u2028A")
)
TEXTS = st.lists(st.one_of(TRICKY, st.characters(exclude_categories=["Cs"])), max_size=40).map(
    "".join
)


@pytest.mark.parametrize("policy", POLICIES, ids=str)
@settings(max_examples=30)
@given(text=TEXTS)
def test_normalising_twice_is_normalising_once(policy: Policy, text: str) -> None:
    once = normalize(text, policy)
    assert normalize(once, policy) == once


def test_every_single_character_is_stable_under_the_default_policy() -> None:
    """Each between two kana, so that none touches another; 128 a text."""
    for first in range(0, 0x110000, 128):
        if not 0xD800 <= first < 0xE000:
            once = normalize("あ".join(["", *map(chr, range(first, first + 128)), ""]), NFKC)
            assert normalize(once, NFKC) == once, hex(first)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("か\u3099は\u309a", "がぱ", id="combining marks compose, never vanish"),
        pytest.param("ｶﾞｷﾞﾊﾟｱ", "ガギパア", id="half-width kana with its marks"),
        pytest.param("①㈱㍻髙", "1(株)平成髙", id="CP932 symbols; 髙 is its own character"),
        pytest.param("10〜20", "10〜20", id="wave dash stays"),
        pytest.param("10～20", "10〜20", id="full-width tilde is CP932's wave dash"),
        pytest.param("葛\U000e0100城市", "葛\U000e0100城市", id="ideographic variation stays"),
        pytest.param("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧", id="joiner inside an emoji stays"),
        pytest.param("が\u200dぎ", "がぎ", id="joiner between kana goes"),
        pytest.param("か\u200b\u3099", "が", id="zero-width space does not part か from its mark"),
        pytest.param("𠮷野家", "𠮷野家", id="kanji outside the BMP"),
        pytest.param("え゛っ", "え゛っ", id="spacing voiced mark is not a blank and a mark"),
        pytest.param("左\u202e右\u2066中", "左右中", id="bidi controls go"),
        pytest.param("インター\u00adネット", "インターネット", id="soft hyphen goes"),
        pytest.param("空\x00文字", "空文字", id="NUL goes"),
        pytest.param("\ufeff先頭", "先頭", id="byte order mark goes"),
        pytest.param("ＡＢＣ１２３", "ABC123", id="full-width Latin and digits"),
        pytest.param("ヴァ", "ヴァ", id="ヴ stays one character"),
    ],
)
def test_nfkc_keeps_japanese_whole(text: str, expected: str) -> None:
    assert normalize(text, NFKC) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("見た，聞いた．", "見た、聞いた。", id="between kana"),
        pytest.param("入院した．\n次に", "入院した。\n次に", id="at a line's end"),
        pytest.param("「見た」，と", "「見た」、と", id="after a closing bracket"),
        pytest.param("１，２００", "1,200", id="thousands separator"),
        pytest.param("図３．５", "図3.5", id="decimal point"),
        pytest.param("図．１に示す", "図.1に示す", id="figure number"),
        pytest.param("入院した．３日後", "入院した。3日後", id="a sentence begins with a digit"),
        pytest.param("ア．目的\n　イ．方法", "ア.目的\n イ.方法", id="label of a list item"),
        pytest.param("A，B", "A,B", id="between Latin letters"),
    ],
)
def test_punctuation_is_unified_only_after_japanese(text: str, expected: str) -> None:
    assert normalize(text, NFKC) == expected


def test_the_policy_of_doing_nothing_only_unifies_newlines() -> None:
    text = "ｶﾞ，\u200b  ①\r\n"
    assert normalize(text, NOTHING) == "ｶﾞ，\u200b  ①\n"


def test_nfc_keeps_width() -> None:
    assert normalize("ｶﾞ①か\u3099", NFC) == "ｶﾞ①が"


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_nfc_alone_is_unicodes_nfc(text: str) -> None:
    policy = Policy(form="NFC", punctuation="keep", invisible=False, spaces=False)
    lines = text.replace("\r\n", "\n")
    for newline in "\r\x0b\x0c\x85\u2028\u2029":
        lines = lines.replace(newline, "\n")
    assert normalize(text, policy) == unicodedata.normalize("NFC", lines)
