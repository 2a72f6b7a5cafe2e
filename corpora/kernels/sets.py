"""Sets of numbers as sorted arrays without repetitions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined, kernel

Set = NDArray[np.uint64]


def distinct(
    values: NDArray[np.uint64], starts: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Runs of sorted numbers without their repetitions, and where each begins now.

    >>> values, starts = distinct(np.array([1, 1, 2, 2], np.uint64), np.array([0, 3, 4]))
    >>> values.tolist(), starts.tolist()
    ([1, 2, 2], [0, 2, 3])
    """
    found = np.empty(len(values), np.uint64)
    ends = np.zeros(len(starts), np.int64)
    _distinct(values, starts, found, ends)
    return found[: ends[-1]], ends


@kernel
def _distinct(
    values: NDArray[np.uint64],
    starts: NDArray[np.int64],
    found: NDArray[np.uint64],
    ends: NDArray[np.int64],
) -> None:
    count = 0
    for run in range(len(starts) - 1):
        for place in range(starts[run], starts[run + 1]):
            if place == starts[run] or values[place] != values[place - 1]:
                found[count] = values[place]
                count += 1
        ends[run + 1] = count


def intersection(a: Set, b: Set) -> int:
    """How many numbers two sets share.

    >>> intersection(np.array([1, 3, 5], np.uint64), np.array([3, 4, 5], np.uint64))
    2
    """
    return int(_intersection(a, b))


@kernel
def _intersection(a: Set, b: Set) -> int:
    return _shared(a, b)


@inlined
def _shared(a: Set, b: Set) -> int:
    i = j = shared = 0
    while i < len(a) and j < len(b):
        # Three steps without a branch: which of two hashes is smaller cannot be foretold.
        x, y = a[i], b[j]
        shared += x == y
        i += x <= y
        j += y <= x
    return shared


def pair_intersections(
    values: NDArray[np.uint64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    pairs: NDArray[np.int64],
    least: float,
) -> NDArray[np.int64]:
    """How many numbers the sets of each pair share: int64[pairs].

    Set *i* is ``values[starts[i]:ends[i]]``. Where the sizes alone rule out that they share
    ``least`` of their union, 0. Raises IndexError when a pair names no set.
    """
    if len(pairs) and (int(pairs.min()) < 0 or int(pairs.max()) >= len(starts)):
        raise IndexError("a pair names a set that is not there")
    found = np.zeros(len(pairs), np.int64)
    _pair_intersections(values, starts, ends, pairs, least, found)
    return found


@kernel
def _pair_intersections(
    values: NDArray[np.uint64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    pairs: NDArray[np.int64],
    least: float,
    found: NDArray[np.int64],
) -> None:
    for number in range(len(pairs)):
        first, second = pairs[number, 0], pairs[number, 1]
        a = values[starts[first] : ends[first]]
        b = values[starts[second] : ends[second]]
        if min(len(a), len(b)) >= least * max(len(a), len(b)):
            found[number] = _shared(a, b)
