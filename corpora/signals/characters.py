"""Character classes: one byte a code point, from tables that are written down here."""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt

from corpora.composition import asked

CLASSES = (
    "other",
    "hiragana",
    "katakana",
    "kanji",
    "kuten",
    "toten",
    "long mark",
    "half-width kana",
    "latin",
    "digit",
    "blank",
    "newline",
    "symbol",
    "replacement",
    "private",
)
(
    OTHER,
    HIRAGANA,
    KATAKANA,
    KANJI,
    KUTEN,
    TOTEN,
    LONG_MARK,
    HALF_KANA,
    LATIN,
    DIGIT,
    BLANK,
    NEWLINE,
    SYMBOL,
    REPLACEMENT,
    PRIVATE,
) = range(len(CLASSES))

#: What Swallow calls Japanese letters (quality.py): kana and kanji with 、。 and their kin.
JAPANESE = (HIRAGANA, KATAKANA, KANJI, KUTEN, TOTEN)

#: Kana of every kind.
KANA = (HIRAGANA, KATAKANA, LONG_MARK, HALF_KANA)

# The ranges of Swallow's quality.py, so that its thresholds mean here what they meant there.
_RANGES = (
    (HIRAGANA, 0x3041, 0x3096),
    (KATAKANA, 0x30A1, 0x30FA),
    (KANJI, 0x3400, 0x9FFF),
    (KANJI, 0xF900, 0xFAFF),
    (KANJI, 0x20000, 0x3FFFD),
    (HALF_KANA, 0xFF66, 0xFF9F),
    (PRIVATE, 0xE000, 0xF8FF),
    (PRIVATE, 0xF0000, 0x10FFFF),
)
_SINGLE = {
    KANJI: "々〇〻",
    KUTEN: "。．！？",
    TOTEN: "、，",
    LONG_MARK: "ー",
    NEWLINE: "\n",
    BLANK: " \t\u3000\u00a0",
    REPLACEMENT: "\ufffd",
}
# Basic Latin to Latin Extended-B, Extended Additional, Extended-C and -D, full-width letters.
_LATIN = ((0x41, 0x24F), (0x1E00, 0x1EFF), (0x2C60, 0x2C7F), (0xA720, 0xA7FF), (0xFF21, 0xFF5A))
_BY_CATEGORY = {"Zs": BLANK, "Nd": DIGIT, "Co": PRIVATE}


@cache
def class_table() -> npt.NDArray[np.uint8]:
    """uint8[0x110000]: the class of every code point.

    >>> [CLASSES[class_table()[ord(c)]] for c in "あア亜。ーｱaＡ1 ★"][:8]
    ['hiragana', 'katakana', 'kanji', 'kuten', 'long mark', 'half-width kana', 'latin', 'latin']
    """
    table = np.zeros(0x110000, np.uint8)
    # Above the last symbol block nothing but kanji, tags and private use is assigned.
    categories = [category for _, category in asked(unicodedata.category, range(0x20000))]
    classes = {category: _class_of(category) for category in set(categories)}
    table[: len(categories)] = [classes[category] for category in categories]
    for first, last in _LATIN:
        for code in range(first, last + 1):
            if categories[code][0] == "L":
                table[code] = LATIN
    for name, first, last in _RANGES:
        table[first : last + 1] = name
    for name, characters in _SINGLE.items():
        for character in characters:
            table[ord(character)] = name
    table.setflags(write=False)
    return table


def _class_of(category: str) -> int:
    return _BY_CATEGORY.get(category, SYMBOL if category[0] in "PS" else OTHER)


def of_classes(*classes: int) -> npt.NDArray[np.bool_]:
    """bool, one a class: whether it is one of these.

    >>> of_classes(HIRAGANA).nonzero()[0].tolist()
    [1]
    """
    table = np.zeros(len(CLASSES), np.bool_)
    table[list(classes)] = True
    return table


# Frequent function words and inflections written with one kana: FineWeb-2's Japanese stop
# words (configs/jpn_Jpan.yml) as far as they are kana, and their katakana twins, since laws and
# documents before 1945 are written in them.
PARTICLES = "のにをはたてがとでしれさノニヲハタテガトデシレサ"


@cache
def particle_table() -> npt.NDArray[np.bool_]:
    """bool[0x110000]: whether a code point is one of PARTICLES."""
    table = np.zeros(0x110000, np.bool_)
    table[[ord(character) for character in PARTICLES]] = True
    table.setflags(write=False)
    return table
