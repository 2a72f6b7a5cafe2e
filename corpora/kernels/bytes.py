"""Texts told apart by their UTF-8 bytes, before anything is decoded.

A byte is compared with a constant, many of them at a time: looking for ten runs takes a third of
the time that decoding takes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined, kernel
from corpora.kernels.text import Utf8

#: The longest run of bytes that is looked for.
_LONGEST = 3


def holding(texts: Utf8, runs: Sequence[bytes]) -> NDArray[np.bool_]:
    """bool[texts]: whether one of the runs of one to three bytes stands in a text.

    >>> holding(Utf8.of(["茶の湯", "ﾁｬ", "$"]), [b"$", "ﾁ".encode()[:2]]).tolist()
    [False, True, True]
    """
    if not all(1 <= len(run) <= _LONGEST for run in runs):
        raise ValueError("a run has one to three bytes")
    wanted = np.zeros((len(runs), _LONGEST), np.uint8)
    for number, run in enumerate(runs):
        wanted[number, : len(run)] = np.frombuffer(run, np.uint8)
    sizes = np.array([len(run) for run in runs], np.int64)
    found = np.zeros(len(texts), np.bool_)
    _holding(texts.data, texts.offsets, wanted, sizes, found)
    return found


@kernel
def _holding(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    wanted: NDArray[np.uint8],
    sizes: NDArray[np.int64],
    found: NDArray[np.bool_],
) -> None:
    for text in range(len(offsets) - 1):
        own = data[offsets[text] : offsets[text + 1]]
        for run in range(len(sizes)):
            if not found[text]:
                found[text] = _stands_in(own, wanted[run], sizes[run])


@inlined
def _stands_in(own: NDArray[np.uint8], run: NDArray[np.uint8], size: int) -> bool:
    first, second, third = run[0], run[1], run[2]
    # No branch within, or they are not compared several at a time.
    found = False
    if size == 1:
        for at in range(len(own)):
            found |= own[at] == first
    elif size == 2:
        for at in range(len(own) - 1):
            found |= (own[at] == first) & (own[at + 1] == second)
    else:
        for at in range(len(own) - 2):
            found |= (own[at] == first) & (own[at + 1] == second) & (own[at + 2] == third)
    return found
