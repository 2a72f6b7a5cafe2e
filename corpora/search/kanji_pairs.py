"""Pairs of kanji by row: which rows hold one is known without a look at their texts.

Two arrays: uint32[2, pairs], the pairs, ascending, over the ends of their bytes; and the bytes, the
rows of each pair (corpora.kernels.row_lists). Steps are short where a pair is frequent, so that a
row takes 1 to 2 bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corpora.arrays import read_array
from corpora.kernels.tables import KANJI
from corpora.storage import Store

_FIRST, _LAST = KANJI
_SEVEN = np.uint8(0x7F)
_MORE = np.uint8(0x80)


def pairs_of(folded: str) -> list[int]:
    """The pairs of kanji of a folded text: two code points of 16 bits.

    >>> [f"{pair:x}" for pair in pairs_of("大学の言葉")]
    ['59275b66', '8a008449']
    """
    return [
        ord(one) << 16 | ord(other)
        for one, other in pairwise(folded)
        if _FIRST <= ord(one) <= _LAST and _FIRST <= ord(other) <= _LAST
    ]


def rows_of(store: Store, search: Mapping[str, str], pair: int) -> NDArray[np.int64]:
    """The rows of a part that hold the pair, ascending. ``search`` is the part's role."""
    pairs, ends = read_array(store, search["pairs"])
    place = int(np.searchsorted(pairs, np.uint32(pair)))
    if place == len(pairs) or pairs[place] != pair:
        return np.zeros(0, np.int64)
    start = int(ends[place - 1]) if place else 0
    return np.cumsum(_unpacked(read_array(store, search["pair_rows"])[start : int(ends[place])]))


def _unpacked(packed: NDArray[np.uint8]) -> NDArray[np.int64]:
    lasts = packed < _MORE
    starts = np.flatnonzero(np.append(True, lasts[:-1]))
    place = np.arange(len(packed)) - starts[np.cumsum(lasts) - lasts]
    return np.add.reduceat((packed & _SEVEN).astype(np.int64) << 7 * place, starts)
