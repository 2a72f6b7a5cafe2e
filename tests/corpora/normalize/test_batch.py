"""What kernels make of many texts is what ``normalize`` makes of each."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

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
    "あ", "か", "漢", "ア", "，", "．", "～", "１", "1", "」", "（", "(", "\n", "\r", "\r\n",
    "\u2028", " ", "\u3000", "\t", "\u00a0", "\u200b", "\ufeff", "\x00", "\x0b", "…", "㈱", "ｶ",
    "ﾞ", "か\u3099", "゛", "￣", "\u200d", "👩", "葛\U000e0100", "𠮷", "é", "e\u0301",
    "각", "\ufa19",
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
