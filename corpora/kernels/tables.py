"""The tables that texts are composed and folded by: a tuple of arrays, as kernels take them.

Nothing is compiled here, so that whoever makes the tables need not load the compiler.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Entry of a character of which the tables do not say what becomes.
UNSURE = 0xFFFF_FFFF
#: Added to the number of an expansion, where a character becomes several.
SEVERAL = 0x8000_0000
#: What a character folds to that is left out.
REMOVED = 0xFFFF_FFFF
#: Bits of a code point, where two are one number.
POINT_BITS = 21
#: Kanji that two bytes hold, pairs of which are listed by row: the first and the last.
KANJI = (0x3400, 0x9FFF)

_POINTS = 0x110000


class Compositions(NamedTuple):
    """What each code point becomes, and how what it becomes joins what is before it."""

    #: uint32[0x110000]: a code point, UNSURE, or SEVERAL + the number of an expansion.
    table: NDArray[np.uint32]
    #: Expansion *i* is ``values[starts[i]:starts[i + 1]]``: uint32 and int64. The first of its
    #: code points joins nothing.
    values: NDArray[np.uint32]
    starts: NDArray[np.int64]
    #: bool[0x110000]: whether the code point may join the one before it, or change places with it.
    joins: NDArray[np.bool_]
    #: uint8[0x110000] both: the canonical combining class of the code point, and of the last one
    #: of its decomposition.
    classes: NDArray[np.uint8]
    trailing: NDArray[np.uint8]
    #: uint64[pairs], ascending: two code points that become one, the first ``<< POINT_BITS``;
    #: and that one, uint32[pairs].
    pairs: NDArray[np.uint64]
    composites: NDArray[np.uint32]

    @property
    def longest(self) -> int:
        """Code points that one becomes, at most."""
        return max(1, int(np.diff(self.starts).max(initial=1)))


def check(found: Compositions, *others: NDArray[np.generic]) -> None:
    """Raises ValueError when a table (``others``, too) does not hold every code point, or names
    what is not there: kernels look without asking."""
    whole = (found.table, found.joins, found.classes, found.trailing, *others)
    if any(len(table) != _POINTS for table in whole) or len(found.pairs) != len(found.composites):
        raise ValueError("a table does not hold every code point")
    starts = found.starts
    if starts[0] != 0 or (starts[1:] < starts[:-1]).any() or starts[-1] > len(found.values):
        raise ValueError("an expansion lies outside")
    single = found.table[found.table < SEVERAL]
    several = found.table[(found.table >= SEVERAL) & (found.table != UNSURE)]
    if len(several) and int(several.max()) - SEVERAL >= len(starts) - 1:
        raise ValueError("a character has no expansion")
    made = (single, found.values, found.composites)
    if max(int(some.max(initial=0)) for some in made) >= _POINTS:
        raise ValueError("a character becomes none")
