"""Historical and modern kana usage written alike, for comparison only.

What old usage writes otherwise depends on words (思ふ but ふね), which no table knows. So kana that
one usage writes for the other become one, everywhere and in both: 思ふ and 思う, and also はし and
わし. In a whole text that hides an old edition's spelling, and next to nothing else: the measures
are in docs/decisions/0012-kana-usage.md.
"""

from __future__ import annotations

import sys
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from corpora.kernels.text import Points

#: Name -> kana, and what they are compared as, in the order of docs/decisions/0012-kana-usage.md.
GROUPS = {
    "wi, we": ("ゐゑヰヱ𛅐𛅑𛅤𛅥", "いえイエいえイエ"),
    "small kana": (
        "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ",
        "あいうえおつやゆよわかけアイウエオツヤユヨワカケ",
    ),
    "di, du": ("ぢづヂヅ", "じずジズ"),
    "ha row": ("はひふへほをハヒフヘホヲ", "わいうえおおワイウエオオ"),
}

_FIRST, _LAST = 0x3040, 0x30FF
_PLAIN, _VOICED = "ゝヽ", "ゞヾ"
#: Kana of which every second is the voiced form of the one before it, or every third.
_BY_TWO = ("かがきぎくぐけげこごさざしじすずせぜそぞただちぢ", "つづてでとど")
_BY_THREE = "はばぱひびぴふぶぷへべぺほぼぽ"


@cache
def pairs() -> dict[str, str]:
    """Kana -> the kana it is compared as, one code point each.

    >>> pairs()["ゐ"], pairs()["ふ"], pairs().get("あ")
    ('い', 'う', None)
    """
    return {old: new for olds, news in GROUPS.values() for old, new in zip(olds, news, strict=True)}


@cache
def voicings() -> dict[str, str]:
    """Unvoiced kana -> the same voiced.

    >>> voicings()["か"], voicings()["ホ"]
    ('が', 'ボ')
    """
    found = {a: b for row in _BY_TWO for a, b in list(pairwise(row))[::2]}
    found |= {_BY_THREE[n]: _BY_THREE[n + 1] for n in range(0, len(_BY_THREE), 3)}
    # Katakana lie as far above hiragana in Unicode as ア does above あ.
    above = ord("ア") - ord("あ")
    return found | {chr(ord(a) + above): chr(ord(b) + above) for a, b in found.items()}


def written_out(text: str) -> str:
    """Iteration marks as the kana they repeat; after anything but kana a mark stays.

    〱 repeats an unknown number of characters, and stays.

    >>> written_out("こゝろ、たゞ、ほゞ、すゞめ、ヽ")
    'こころ、ただ、ほぼ、すずめ、ヽ'
    """
    unvoiced = {voiced: plain for plain, voiced in voicings().items()}
    found = ""
    for character in text:
        before = found[-1:]
        if character in _PLAIN + _VOICED and _repeats(before):
            before = unvoiced.get(before, before)
            character = before if character in _PLAIN else voicings().get(before, before)
        found += character
    return found


def _repeats(character: str) -> bool:
    """Whether a mark after this character stands for it."""
    return character != "" and ("ぁ" <= character <= "ゖ" or "ァ" <= character <= "ヺ")


def folded(text: str) -> str:
    """The text as kana usage is left out of it.

    >>> folded("思ふところがあつたゐる") == folded("思うところがあったいる")
    True
    """
    return written_out(text).translate({ord(old): new for old, new in pairs().items()})


def folded_points(points: Points) -> Points:
    """``folded`` of every text."""
    from corpora.kernels.kana import rewritten  # the compiler: see corpora.folding.fold_texts

    return rewritten(points, _table(), _marks(), _FIRST)


@cache
def _table() -> NDArray[np.uint32]:
    table = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    for old, new in pairs().items():
        table[ord(old)] = ord(new)
    table.setflags(write=False)
    return table


@cache
def _marks() -> NDArray[np.uint32]:
    """uint32[3, kana], as kernels.kana.rewritten takes it: which mark, plain, voiced."""
    marks = np.zeros((3, _LAST + 1 - _FIRST), np.uint32)
    for kind, characters in enumerate((_PLAIN, _VOICED), 1):
        for mark in characters:
            marks[0, ord(mark) - _FIRST] = kind
    for point in range(_FIRST, _LAST + 1):
        for kind, mark in enumerate((_PLAIN[0], _VOICED[0]), 1):
            repeated = written_out(chr(point) + mark)[1:]
            marks[kind, point - _FIRST] = ord(repeated) if repeated != mark else 0
    marks.setflags(write=False)
    return marks
