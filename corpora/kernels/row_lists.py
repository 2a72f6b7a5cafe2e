"""Rows by key as bytes: the steps from one row to the next, seven bits a byte, low ones first.

The eighth bit says that a number goes on. Reading takes no kernel (corpora.search.kanji_pairs).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import kernel

#: Bytes that a number of 32 bits may take.
_MOST_BYTES = 5
_SEVEN, _LOW = np.uint64(7), np.uint64(0x7F)
_HALF, _ROW = np.uint64(32), np.uint64(0xFFFF_FFFF)


def packed_rows(
    found: NDArray[np.uint64],
) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint8]]:
    """The keys, where the bytes of each end, and the bytes.

    ``found``, ascending: a key (32 bits), then a row (32 bits); what comes twice counts once.

    >>> keys, ends, steps = packed_rows(np.array([7 << 32 | 1, 7 << 32 | 130, 9 << 32], np.uint64))
    >>> keys.tolist(), ends.tolist(), steps.tolist()
    ([7, 9], [3, 4], [1, 129, 1, 0])
    """
    keys, ends = np.empty(len(found), np.uint32), np.empty(len(found), np.uint32)
    steps = np.empty(_MOST_BYTES * len(found), np.uint8)
    number, size = _pack(found, keys, ends, steps)
    return keys[:number].copy(), ends[:number].copy(), steps[:size].copy()


@kernel
def _pack(
    found: NDArray[np.uint64],
    keys: NDArray[np.uint32],
    ends: NDArray[np.uint32],
    steps: NDArray[np.uint8],
) -> tuple[int, int]:
    number, size = 0, 0
    for place in range(len(found)):
        entry = found[place]
        before = entry if place == 0 else found[place - 1]
        step = entry & _ROW
        if place and entry >> _HALF == before >> _HALF:
            if entry == before:
                continue
            step -= before & _ROW
        else:
            keys[number] = entry >> _HALF
            number += 1
        while step > _LOW:
            steps[size] = (step & _LOW) | np.uint64(0x80)
            step >>= _SEVEN
            size += 1
        steps[size] = step
        size += 1
        ends[number - 1] = size
    return number, size
