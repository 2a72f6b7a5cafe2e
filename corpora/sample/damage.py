"""Ways in which a text comes to harm: half-width kana, wrong decoding, small edits."""

from __future__ import annotations

import random
import re
import unicodedata
from typing import Literal

from corpora.sample.similarity import jaccard

_HALF_WIDTH = {
    unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF61, 0xFF9E)
}
_VOICED = {"\u3099": "ﾞ", "\u309a": "ﾟ"}

_SENTENCE = re.compile(r"[^。\n]+。(?!」)")

#: What people change when they take a text over: never the sense.
_REWORDINGS = (
    ("たとえば", "例えば"),
    ("けれども", "しかし"),
    ("ところが", "しかしながら"),
    ("ほとんど", "ほぼ"),
    ("いちばん", "最も"),
    ("だいたい", "およそ"),
    ("はじめて", "初めて"),
    ("すべて", "全部"),
    ("大切", "重要"),
    ("ください", "下さい"),
    ("あいだ", "間"),
    ("ように", "様に"),
    ("という", "と言う"),
)
_ADDITIONS = (
    "以上のことは、あくまで一つの例である。",
    "詳しいことは、また別の機会に書きたい。",
    "なお、この文章は以前に書いたものを改めたものである。",
    "くわしい資料は、近くの図書館でも見ることができる。",
)

#: Planted near copies stay above this Jaccard, whatever their target.
NEAR_FLOOR = 0.825

Misreading = Literal["utf-8 as latin-1", "utf-8 as cp1252", "utf-8 as cp932", "euc-jp as cp932"]


def half_width(text: str) -> str:
    """Katakana, Japanese punctuation and marks in half width; the rest unchanged.

    >>> half_width("ガラスのパン。")
    'ｶﾞﾗｽのﾊﾟﾝ｡'
    """
    return "".join(_half_width_character(character) for character in text)


def _half_width_character(character: str) -> str:
    parts = unicodedata.normalize("NFD", character)
    if parts[0] not in _HALF_WIDTH:
        return character
    return _HALF_WIDTH[parts[0]] + "".join(_VOICED[mark] for mark in parts[1:])


def misread(text: str, how: Misreading) -> str:
    """The text decoded by the wrong codec; what has no reading becomes U+FFFD.

    >>> misread("あ", "utf-8 as latin-1")
    'ã\\x81\\x82'
    """
    written, read = how.split(" as ")
    return text.encode(written, errors="replace").decode(read, errors="replace")


def near_copy(text: str, *, target: float, seed: str) -> str:
    """The text edited step by step until its Jaccard with the original is ≤ ``target``.

    Rewordings first, then one sentence added, then sentences dropped. An edit
    that would go below ``NEAR_FLOOR`` is left out.
    """
    edited = text
    for old, new in _edits(text, random.Random(seed)):
        candidate = edited.replace(old, new, 1)
        if jaccard(text, candidate) >= NEAR_FLOOR:
            edited = candidate
        if jaccard(text, edited) <= target:
            break
    return edited


def _edits(text: str, rng: random.Random) -> list[tuple[str, str]]:
    usable = [pair for pair in _REWORDINGS if pair[0] in text]
    sentences = [
        found for found in _SENTENCE.findall(text) if len(found) < 60 and "「" not in found
    ]
    rng.shuffle(sentences)
    host, *dropped = sentences
    return [
        *rng.sample(usable, min(3, len(usable))),
        (host, host + rng.choice(_ADDITIONS)),
        *((sentence, "") for sentence in dropped),
    ]
