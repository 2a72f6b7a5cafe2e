"""A signal that gives another value has another version: otherwise old blobs would be reused."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from corpora.matching.words import LISTS, shipped_words
from corpora.normalize.text import Policy, normalize
from corpora.signals import GROUPS, members
from corpora.stages import STAGES

TEXTS = [
    "吾輩は猫である。名前はまだ無い。\nどこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所で…",
    "激安!送料無料!今すぐ購入!激安!送料無料!今すぐ購入!\nhttps://example.com/ 電話03-0000-0000",
    "13: 名無しさん 2019/08/18(日) 15:28:46 ID:eBvZg8h+0\n>>12 巨乳のエロ動画 ぶっ殺すぞ",
    "これはペンです。".encode().decode("cp932", "ignore") + "ｶﾀｶﾅ\ufffd\ue000",
    "朕ハ法律ヲ裁可シ茲ニ之ヲ公布セシム\n\n(1)一\n(2)二\n(2)二\n\n12345 ABC abc ★★★★",
    "〒000-0000 東京都架空区仮町1-2-3 個人番号1234 5678 9018 4111-1111-1111-1111 a@example.jp",
    "𠮷野家👩\u200d🌾" * 20,
]

#: Group -> version and digest. When a digest changes, raise the group's version and write both.
GOLDEN: dict[str, tuple[int, str]] = {
    "script": (1, "5f4051accf7f1528"),
    "layout": (1, "90b85ef7a412c22a"),
    "top_ngrams": (1, "db5002882699702b"),
    "repetition": (1, "9b5a8956456229d6"),
    "word_repetition": (1, "6ad21f6ee2b99fa4"),
    "words": (2, "71831624537649fe"),
    "personal": (1, "6ad04073d9541d77"),
    "decoding": (1, "656fbe2849c0be02"),
    "language": (1, "f38ffa962edaca57"),
    "quick_compression": (1, "a071dbd4524271af"),
    "morphology": (1, "12c76b99aeca83c7"),
    "compression": (1, "f2450a66d1419ae0"),
    "rights": (1, "10d0758c726a1335"),
}
WORD_LISTS = (2, "513062261b2a2ce6")
NORMALIZED = (3, "7155eadca948bdf8")


def digest(group: str) -> str:
    values = [[signal.of(text) for signal in members(group)] for text in TEXTS]
    rounded = np.round(np.array(values, np.float64), 6).tolist()
    names = [signal.name for signal in members(group)]
    return hashlib.sha256(repr([names, rounded]).encode()).hexdigest()[:16]


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_a_groups_values_change_only_with_its_version(group: str) -> None:
    assert (GROUPS[group].version, digest(group)) == GOLDEN[group]


def test_the_word_lists_change_only_with_the_version_of_their_group() -> None:
    words = repr([(name, shipped_words(name)) for name in LISTS])
    found = hashlib.sha256(words.encode()).hexdigest()[:16]
    assert (GROUPS["words"].version, found) == WORD_LISTS


def test_normalisation_changes_only_with_the_version_of_its_stage() -> None:
    normal = repr([normalize(text, Policy()) for text in TEXTS])
    found = hashlib.sha256(normal.encode()).hexdigest()[:16]
    assert (STAGES["normalize"].version, found) == NORMALIZED
