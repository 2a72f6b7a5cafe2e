"""Keys of 64 bits for code points and words, of which keys of n-grams are made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined, kernel
from corpora.kernels.mixing import MIX, SHIFT
from corpora.kernels.text import Points


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Keys:
    """Keys of texts: those of text *i* are ``values[starts[i]:starts[i + 1]]``."""

    #: uint64.
    values: NDArray[np.uint64]
    #: int64[texts + 1], ascending from 0 to the number of keys.
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def longest(self) -> int:
        """Keys of the longest text. Raises ValueError where 32 bits cannot number them."""
        return longest_of(self.starts)


def longest_of(starts: NDArray[np.int64]) -> int:
    """Entries of the longest text. Raises ValueError where 32 bits cannot number them."""
    longest = int(np.diff(starts).max(initial=0))
    if longest >= 1 << 31:
        raise ValueError("a text is too long to count its keys")
    return longest


def mixed(points: Points) -> Keys:
    """A key for every code point: its number spread over 64 bits (corpora.signals.ngrams).

    >>> from corpora.kernels.text import Utf8, decode
    >>> len(mixed(decode(Utf8.of(["茶の湯", "茶"]))).values)
    4
    """
    values = np.empty(len(points.values), np.uint64)
    _mixed(points.values, values)
    return Keys(values=values, starts=points.starts)


@inlined
def mixed_point(point: np.uint32) -> np.uint64:
    """The key of one code point."""
    value = (np.uint64(point) + np.uint64(1)) * MIX
    return value ^ (value >> SHIFT)


@kernel
def _mixed(points: NDArray[np.uint32], values: NDArray[np.uint64]) -> None:
    for place in range(len(points)):
        values[place] = mixed_point(points[place])
