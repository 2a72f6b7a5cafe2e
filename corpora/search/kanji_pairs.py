"""Pairs of kanji by row: which rows hold one is known without a look at their texts.

Two arrays: the pairs, ascending, with the ends of their bytes; and these bytes, which are the rows
of each pair as the steps from one to the next, seven bits a byte, the eighth says that the number
goes on. Steps are short where a pair is frequent, so that a row takes 1 to 2 bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corpora.arrays import put_array, read_array
from corpora.storage import Store

#: As corpora.kernels.grams has it.
_FIRST, _LAST = 0x3400, 0x9FFF
_SEVEN = np.uint8(0x7F)
_MORE = np.uint8(0x80)
#: Bytes that a row's number of 32 bits may take.
_MOST_BYTES = 5
#: Rows that are packed at a time.
_AT_ONCE = 1 << 20


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


def put_pairs(store: Store, found: NDArray[np.uint64]) -> dict[str, str]:
    """Keep what was found, each once and in any order: a pair, then 32 bits of its row.

    Returns {"pairs": …, "pair_rows": …}: uint32[2, pairs], a pair over its end, and uint8.
    ``found`` is sorted in place.
    """
    found.sort()
    pairs, rows = (found >> np.uint64(32)).astype(np.uint32), found.astype(np.uint32)
    firsts = np.flatnonzero(np.diff(pairs, prepend=~pairs[:1]))
    steps = np.diff(rows, prepend=rows[:1])
    steps[firsts] = rows[firsts]
    packed = [np.zeros(0, np.uint8)]
    widths = [np.zeros(0, np.uint8)]
    for start in range(0, len(steps), _AT_ONCE):
        some, wide = _packed(steps[start : start + _AT_ONCE])
        packed.append(some)
        widths.append(wide)
    bytes_of = np.add.reduceat(np.concatenate(widths), firsts, dtype=np.uint32)
    return {
        "pairs": put_array(store, np.stack([pairs[firsts], np.cumsum(bytes_of, dtype=np.uint32)])),
        "pair_rows": put_array(store, np.concatenate(packed)),
    }


def rows_of(store: Store, search: Mapping[str, str], pair: int) -> NDArray[np.int64]:
    """The rows of a part that hold the pair, ascending. ``search`` is the part's role."""
    pairs, ends = read_array(store, search["pairs"])
    place = int(np.searchsorted(pairs, np.uint32(pair)))
    if place == len(pairs) or pairs[place] != pair:
        return np.zeros(0, np.int64)
    start = int(ends[place - 1]) if place else 0
    return np.cumsum(_unpacked(read_array(store, search["pair_rows"])[start : int(ends[place])]))


def _packed(numbers: NDArray[np.uint32]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The bytes of all numbers, and how many each has."""
    widths = np.ones(len(numbers), np.uint8)
    for byte in range(1, _MOST_BYTES):
        widths += numbers >= 1 << 7 * byte
    starts = np.cumsum(widths, dtype=np.int64) - widths
    packed = np.zeros(int(widths.sum(dtype=np.int64)), np.uint8)
    for byte in range(_MOST_BYTES):
        there = np.flatnonzero(widths > byte)
        more = np.where(widths[there] > byte + 1, _MORE, np.uint8(0))
        packed[starts[there] + byte] = (numbers[there] >> np.uint32(7 * byte)) & _SEVEN | more
    return packed, widths


def _unpacked(packed: NDArray[np.uint8]) -> NDArray[np.int64]:
    lasts = packed < _MORE
    starts = np.flatnonzero(np.append(True, lasts[:-1]))
    place = np.arange(len(packed)) - starts[np.cumsum(lasts) - lasts]
    return np.add.reduceat((packed & _SEVEN).astype(np.int64) << 7 * place, starts)
