"""What kernels make of many texts is what ``normalize`` makes of each."""

from __future__ import annotations

import itertools
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpora.composition import assigned, combining
from corpora.kernels.text import Utf8
from corpora.normalize.batch import normalize_texts
from corpora.normalize.text import Policy, normalize
from corpora.sample.build import sample_documents
from tests.corpora.trusted import TRUSTED

POLICIES = [
    Policy(form=form, punctuation=punctuation, invisible=invisible, spaces=spaces)
    for form, punctuation, invisible, spaces in itertools.product(
        ("NFKC", "NFC", "none"), ("unify", "keep"), (True, False), (True, False)
    )
]
_PIECES = [
    "あ",
    "か",
    "漢",
    "ア",
    "，",
    "．",
    "～",
    "１",
    "1",
    "」",
    "（",
    "(",
    "\n",
    "\r",
    "\r\n",
    "\u2028",
    " ",
    "\u3000",
    "\t",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\x00",
    "\x0b",
    "…",
    "㈱",
    "ｶ",
    "ﾞ",
    "か\u3099",
    "゛",
    "￣",
    "\u200d",
    "👩",
    "葛\U000e0100",
    "𠮷",
    "é",
    "e\u0301",
    "각",
    "\ufa19",
    "❤\ufe0f",
    "\u200d\u200d",
]
#: What joins its neighbours, changes places with them, or stands in their way.
_JOINING = [
    "か", "が", "ｶ", "ﾞ", "ﾟ", "\u3099", "\u309a", "゛", "e", "é", "ç", "=", "㌀", "¨", "´", "΅",
    "\u0301", "\u0308", "\u0323", "\u0327", "\u0338", "\u0344", "\u0340", "\u094d", "\u09c7",
    "\u09be", "\u0e39", "\u0e49", "\u0651", "\ufc5e", "\ufb2a", "ᄀ", "ᅡ", "ᆨ", "가", "\u0f71\u0f72",
    "\u200b", " ", "\n", "\U00011099", "\U000110ba", "\u1e9b", "Ω", "\u0345",
]  # fmt: skip
TEXTS = st.lists(
    st.lists(st.sampled_from(_PIECES), max_size=14).map("".join)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    max_size=4,
)


def agree(texts: list[str], policy: Policy) -> None:
    expected = [normalize(text, policy) for text in texts]
    found, lengths = normalize_texts(Utf8.of(texts), policy)
    assert found.to_arrow().to_pylist() == expected
    assert lengths.tolist() == [len(text) for text in expected]


@settings(max_examples=300)
@given(TEXTS, st.sampled_from(POLICIES))
@example(["", "\n\n", " \u3000\n\n\n\n　a \n \n\n\n\n b \r\n\r"], Policy())
@example(["ア．目的", "図．１", "です．ます．２", "あ，，い．．う～"], Policy())
def test_on_any_text(texts: list[str], policy: Policy) -> None:
    agree(texts, policy)


@settings(max_examples=1_000)
@given(st.lists(st.sampled_from(_JOINING), max_size=8).map("".join), st.sampled_from(POLICIES))
def test_on_characters_that_join(text: str, policy: Policy) -> None:
    agree([text, "か" + text], policy)


@pytest.mark.parametrize("policy", [Policy(), Policy(form="NFC")], ids=lambda p: p.form)
def test_on_every_character_that_joins(policy: Policy) -> None:
    firsts = ["e", "é", "が", "a\u0323", "\u0915", "\u1ea1", "㌀", "´"]
    agree(
        [
            first + chr(point) + end
            for point in combining()
            for first in firsts
            for end in ("", "\u0301")
        ],
        policy,
    )
    decomposed = {unicodedata.normalize("NFD", chr(point)) for point in assigned()}
    agree(sorted(text for text in decomposed if len(text) > 1 and not "ᄀ" <= text < "ᇿ"), policy)


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(["👩", "❤\ufe0f", "あ", "．", "１", "\u200d", "\u200b", "\r", "\n"])
    ).map("".join),
    st.sampled_from(POLICIES),
)
def test_on_joiners(text: str, policy: Policy) -> None:
    agree([text], policy)


@pytest.mark.parametrize(
    "data",
    [
        b"a\xff",
        b"\xe3\x81",
        b"\xed\xa0\x80",
        b"\xe0\x80\x80",
        "茶".encode() + b"\x81",
        b"\xf4\x90\x80\x80",
    ],
    ids=bytes.hex,
)
def test_what_is_no_utf8_is_refused(data: bytes) -> None:
    for padded in (data, data + b"abc", b"abc" + data):
        texts = Utf8(offsets=np.array([0, len(padded)]), data=np.frombuffer(padded, np.uint8))
        with pytest.raises(ValueError, match=r"(?i)utf-8"):
            normalize_texts(texts, Policy())


def test_texts_that_grow_and_texts_of_nothing() -> None:
    agree(["\ufdfa" * 500, "", "\ufdfa", "\u3000" * 9, "ﾊﾟ" * 900], Policy())


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_on_the_sample(policy: Policy) -> None:
    agree([document.text for document in sample_documents()], policy)


@pytest.mark.parametrize("corpus", TRUSTED)
def test_on_real_articles(corpus: str, shared_corpora: Path) -> None:
    agree(TRUSTED[corpus](shared_corpora), Policy())


@pytest.mark.parametrize("policy", [Policy(), Policy(form="NFC")], ids=lambda p: p.form)
def test_on_every_character(policy: Policy) -> None:
    # Between kana, since some of them join what is before them.
    points = (*range(0xD800), *range(0xE000, 0x20000), *range(0x2F800, 0x2FA20))
    agree([f"か{chr(point)}か" for point in points], policy)
