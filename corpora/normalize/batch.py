"""Many texts normalised at once: what ``normalize`` gives for each, by kernels."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpora.composition import compositions
from corpora.kernels.normalization import (
    BLANK,
    DIGIT,
    HIRAGANA,
    INVISIBLE,
    JAPANESE,
    LINE_END,
    OPENING,
    Steps,
    normalized,
)
from corpora.kernels.text import Utf8, decode, encode, replaced
from corpora.normalize.text import (
    BLANKS,
    BRACKETS,
    INVISIBLES,
    JAPANESE_LETTERS,
    LINE_ENDS,
    Policy,
    normalize,
    spacing_marks,
)


def normalize_texts(texts: Utf8, policy: Policy) -> tuple[Utf8, NDArray[np.int64]]:
    """The normalised texts, and int64[texts], the code points of each.

    A text in which characters join their neighbours (half-width ｶﾞ, a lone U+3099, emoji put
    together) goes through ``normalize`` by itself.

    >>> found, lengths = normalize_texts(Utf8.of(["ﾃｽﾄ，です。\\r\\n", "ｶﾞｽ"]), Policy())
    >>> found.data.tobytes().decode(), lengths.tolist()
    ('テスト、です。ガス', [7, 2])
    """
    points, unsure = normalized(decode(texts), _steps(policy))
    others = {
        number: normalize(texts.text(number), policy) for number in np.flatnonzero(unsure).tolist()
    }
    points = replaced(points, others)
    return encode(points), np.diff(points.starts)


@cache
def _steps(policy: Policy) -> Steps:
    found = compositions(policy.form)
    table = found.table
    if policy.form == "NFKC":
        table = table.copy()
        for mark in spacing_marks():
            table[ord(mark)] = ord(mark)
    return Steps(
        kinds=_kinds(),
        compositions=table,
        expansions=found.values,
        expansion_starts=found.starts,
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
