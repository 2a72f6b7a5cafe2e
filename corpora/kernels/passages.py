"""Hashes of passages: 64 bits over the code points that are compared.

Each step is a bijection of what was before (xor, an odd factor, xor with itself shifted), so two
passages of one length that differ in one code point never share a hash. Of *n* others two share
one with probability n² / 2⁶⁵: one in 37 million for a million, 0.03 for a billion.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import kernel
from corpora.kernels.text import Points

_STEP = np.uint64(0x9E37_79B9_7F4A_7C15)
_LAST = np.uint64(0xD6E8_FEB8_6659_FD93)


def passage_hashes(points: Points, seeds: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """uint64[passages]; equal code points under another seed give another hash.

    Raises ValueError when there is not one seed a passage.

    >>> from corpora.kernels.text import Utf8, decode
    >>> one, other, again = passage_hashes(decode(Utf8.of(["茶", "湯", "茶"])), np.ones(3, "u8"))
    >>> bool(one == again), bool(one == other)
    (True, False)
    """
    if len(seeds) != len(points):
        raise ValueError("a passage has one seed")
    found = np.empty(len(points), np.uint64)
    _passage_hashes(points.values, points.starts, seeds, found)
    return found


@kernel
def _passage_hashes(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    seeds: NDArray[np.uint64],
    found: NDArray[np.uint64],
) -> None:
    for passage in range(len(found)):
        mixed = seeds[passage]
        for place in range(starts[passage], starts[passage + 1]):
            mixed = (mixed ^ np.uint64(values[place])) * _STEP
            mixed ^= mixed >> np.uint64(29)
        # Hashes are shared out by their first bits: the last code points must reach them.
        mixed *= _LAST
        mixed ^= mixed >> np.uint64(32)
        found[passage] = mixed * _STEP
