"""Unicode normalisation one character at a time, for the texts where that is the whole of it.

NFC and NFKC look at neighbours only where a character may join the one before it, or change
places with it (UAX #15). A text without such characters is normalised character by character,
by a table; any other is left to ``unicodedata``.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

#: Entry of a character that may join, or become one that may join, its neighbour.
UNSURE = 0xFFFF_FFFF
#: Added to the number of an expansion, where a character becomes several.
SEVERAL = 0x8000_0000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compositions:
    """What each code point becomes by itself."""

    #: uint32[0x110000]: a code point, UNSURE, or SEVERAL + the number of an expansion.
    table: NDArray[np.uint32]
    #: Expansion *i* is ``values[starts[i]:starts[i + 1]]``: uint32 and int64.
    values: NDArray[np.uint32]
    starts: NDArray[np.int64]


@cache
def compositions(form: Literal["none", "NFC", "NFKC"]) -> Compositions:
    """The table of a normalisation form.

    >>> found = compositions("NFKC")
    >>> chr(found.table[ord("Ａ")]), int(found.table[0x3099]) == UNSURE
    ('A', True)
    >>> number = found.table[ord("㈱")] - SEVERAL
    >>> [chr(c) for c in found.values[found.starts[number] : found.starts[number + 1]]]
    ['(', '株', ')']
    """
    table = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    values: list[int] = []
    starts = [0]
    joining = combining()
    for point in assigned():
        if form == "none":
            break
        points = [ord(character) for character in unicodedata.normalize(form, chr(point))]
        if point in joining or not joining.isdisjoint(points):
            table[point] = UNSURE
        elif len(points) == 1:
            table[point] = points[0]
        else:
            table[point] = SEVERAL + len(starts) - 1
            values += points
            starts.append(len(values))
    table.setflags(write=False)
    return Compositions(
        table=table, values=np.array(values, np.uint32), starts=np.array(starts, np.int64)
    )


def assigned() -> Iterator[int]:
    """Code points that a normalisation may change, or that are blank or combine.

    Planes 2 and 3 hold kanji (their compatibility forms apart), 4 to 13 nothing, 14 tags and
    selectors, 15 and 16 private use.
    """
    yield from range(0xD800)
    yield from range(0xE000, 0x20000)
    yield from range(0x2F800, 0x2FA20)
    yield from range(0xE0000, 0xE0200)


@cache
def combining() -> frozenset[int]:
    """Code points that may join the one before them, or change places with it (UAX #15)."""
    found = set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))  # Hangul vowels and finals
    for point in assigned():
        if unicodedata.combining(chr(point)):
            found.add(point)
        parts = unicodedata.decomposition(chr(point)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            found.add(int(parts[1], 16))
    return frozenset(found)
