"""Many texts normalised at once: what ``normalize`` gives for each, by kernels."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpora.composition import compositions
from corpora.kernels.normalization import (
    BLANK,
    DIGIT,
    EMOJI,
    HIRAGANA,
    INVISIBLE,
    JAPANESE,
    LINE_END,
    OPENING,
    Steps,
    normalized,
    steps_by,
)
from corpora.kernels.text import Utf8
from corpora.normalize.text import (
    BLANKS,
    BRACKETS,
    EMOJIS,
    INVISIBLES,
    JAPANESE_LETTERS,
    LINE_ENDS,
    Policy,
    normalize,
    spacing_marks,
)


def normalize_texts(texts: Utf8, policy: Policy) -> tuple[Utf8, NDArray[np.int64]]:
    """The normalised texts, and int64[texts], the code points of each.

    A text in which combining characters change places goes through ``normalize`` by itself.

    >>> found, lengths = normalize_texts(Utf8.of(["ﾃｽﾄ，です。\\r\\n", "ｶﾞｽ"]), Policy())
    >>> found.data.tobytes().decode(), lengths.tolist()
    ('テスト、です。ガス', [7, 2])
    """
    found, lengths, unsure = normalized(texts, _steps(policy))
    others = np.flatnonzero(unsure).tolist()
    if not others:
        return found, lengths
    strings = {number: normalize(texts.text(number), policy) for number in others}
    lengths[others] = [len(string) for string in strings.values()]
    return _filled(found, strings), lengths


def _filled(texts: Utf8, others: Mapping[int, str]) -> Utf8:
    """The texts with others in the place of some empty ones.

    >>> _filled(Utf8.of(["茶", "", "湯"]), {1: "緑茶"}).strings()
    ['茶', '緑茶', '湯']
    """
    pieces, low = [], 0
    sizes = np.diff(texts.offsets)
    for number, other in others.items():
        high = texts.offsets[number]
        piece = np.frombuffer(other.encode(), np.uint8)
        pieces += [texts.data[low:high], piece]
        sizes[number] = len(piece)
        low = high
    offsets = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    return Utf8(offsets=offsets, data=np.concatenate([*pieces, texts.data[low:]]))


@cache
def _steps(policy: Policy) -> Steps:
    found = compositions(policy.form, spacing_marks() if policy.form == "NFKC" else "")
    return steps_by(
        _kinds(),
        found,
        invisible=policy.invisible,
        punctuation=policy.punctuation == "unify",
        spaces=policy.spaces,
    )


@cache
def _kinds() -> NDArray[np.uint8]:
    """uint8[0x110000]: the bits of corpora.kernels.normalization."""
    kinds = np.zeros(0x110000, np.uint8)
    for bit, ranges in (
        (INVISIBLE, INVISIBLES),
        (LINE_END, LINE_ENDS),
        (BLANK, BLANKS),
        (JAPANESE, JAPANESE_LETTERS + BRACKETS),
        (HIRAGANA, "ぁ-ゖ"),
        (OPENING, "（("),
        (DIGIT, "0-9０-９"),
        (EMOJI, EMOJIS),
    ):
        for first, last in _ranges(ranges):
            kinds[first : last + 1] |= bit
    return kinds


def _ranges(written: str) -> list[tuple[int, int]]:
    """What a regular expression's class means, its "-" between two characters.

    >>> _ranges("a-c々") == [(97, 99), (0x3005, 0x3005)]
    True
    """
    found: list[tuple[int, int]] = []
    place = 0
    while place < len(written):
        last = place + 2 if written[place + 1 : place + 2] == "-" else place
        found.append((ord(written[place]), ord(written[last])))
        place = last + 1
    return found
