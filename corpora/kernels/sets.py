"""Sets of numbers as sorted arrays without repetitions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined, kernel

Set = NDArray[np.uint64]
#: Smaller sets than this are merged from one end to the other.
_FEW = 64


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
    """Four quarters are merged side by side: each step of one waits for its step before, and
    the processor has time for the steps of the others.
    """
    if min(len(a), len(b)) < _FEW:
        return _merged(a, b)
    zero, quarter = np.uint64(0), np.uint64(len(a) // 4)
    i, last_i = zero, quarter
    j, last_j = zero, _first_not_below(b, a[last_i])
    k, last_k = last_i, quarter * np.uint64(2)
    m, last_m = last_j, _first_not_below(b, a[last_k])
    p, last_p = last_k, quarter * np.uint64(3)
    q, last_q = last_m, _first_not_below(b, a[last_p])
    s, last_s = last_p, np.uint64(len(a))
    t, last_t = last_q, np.uint64(len(b))
    shared = 0
    while True:
        # So many steps end in no quarter: none takes more than one number of each set.
        first = min(min(last_i - i, last_j - j), min(last_k - k, last_m - m))
        second = min(min(last_p - p, last_q - q), min(last_s - s, last_t - t))
        steps = min(first, second)
        if steps == zero:
            break
        for _ in range(steps):
            u, v = a[i], b[j]
            w, x = a[k], b[m]
            # Three steps without a branch: which of two hashes is smaller cannot be foretold.
            shared += u == v
            i += np.uint64(u <= v)
            j += np.uint64(v <= u)
            shared += w == x
            k += np.uint64(w <= x)
            m += np.uint64(x <= w)
            u, v = a[p], b[q]
            w, x = a[s], b[t]
            shared += u == v
            p += np.uint64(u <= v)
            q += np.uint64(v <= u)
            shared += w == x
            s += np.uint64(w <= x)
            t += np.uint64(x <= w)
    shared += _merged(a[i:last_i], b[j:last_j]) + _merged(a[k:last_k], b[m:last_m])
    return shared + _merged(a[p:last_p], b[q:last_q]) + _merged(a[s:last_s], b[t:last_t])


@inlined
def _merged(a: Set, b: Set) -> int:
    i = j = np.uint64(0)
    shared = 0
    while i < np.uint64(len(a)) and j < np.uint64(len(b)):
        x, y = a[i], b[j]
        shared += x == y
        i += np.uint64(x <= y)
        j += np.uint64(y <= x)
    return shared


@inlined
def _first_not_below(numbers: Set, bound: np.uint64) -> np.uint64:
    low, high = np.uint64(0), np.uint64(len(numbers))
    while low < high:
        middle = (low + high) >> np.uint64(1)
        if numbers[middle] < bound:
            low = middle + np.uint64(1)
        else:
            high = middle
    return low


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
