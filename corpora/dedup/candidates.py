"""Pairs of documents whose signatures say that they may be near copies.

Nothing here joins two documents: what comes out is checked exactly, in ``verification``. The
estimate from the whole signature only throws out what cannot pass.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.stages import Progress, no_progress

#: uint32[documents, permutations]; a memory map where there are many.
Matrix = NDArray[np.uint32]
#: int64[pairs, 2], the lower position first, sorted, each once.
Pairs = NDArray[np.int64]

#: A bucket up to this size is compared pair by pair.
SMALL_BUCKET = 64
#: A larger one is compared with this many of its members at most.
LEADERS = 64

#: How far the estimate may lie from the truth: four standard deviations lose 3 pairs in 100,000.
_DEVIATIONS = 4.0

_PAIRS_AT_ONCE = 1 << 16


def candidates(
    matrix: Matrix, *, bands: int, rows: int, threshold: float, progress: Progress = no_progress
) -> Pairs:
    """Pairs of rows of ``matrix`` that share a band and whose estimate allows ``threshold``.

    A pair of similarity s shares one of b bands of r rows with probability 1 − (1 − sʳ)ᵇ
    (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4): at .8 that is .95 for 16 × 8
    and .9999 for 25 × 5.

    One band is held at a time. A bucket above SMALL_BUCKET is not compared pair by pair: its
    first member leads, all are compared with it, those surely near it leave the bucket, and the
    next that is left leads, up to LEADERS times. Ten thousand copies of one page so cost one
    round. What is left after that is lost in this band only: two documents that are near each
    other meet again, in smaller company, in the bands that their own sentences decide.
    """
    limits = Limits.of(matrix.shape[1], threshold)
    codes = np.empty(0, np.int64)
    for band in range(bands):
        columns = matrix[:, band * rows : (band + 1) * rows]
        found = [codes]
        for pairs in _of_band(matrix, columns, limits):
            found.append(_codes(pairs, len(matrix)))
            progress()
        codes = np.unique(np.concatenate(found))
    return np.stack(np.divmod(codes, max(1, len(matrix))), axis=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many equal entries of two signatures say that they are near."""

    #: Fewer, and the pair is all but surely under the threshold.
    needed: int
    #: As many, and it is all but surely over it.
    sure: int

    @classmethod
    def of(cls, permutations: int, threshold: float) -> Limits:
        """
        >>> Limits.of(128, 0.8)
        Limits(needed=85, sure=121)
        """
        middle = permutations * threshold
        margin = _DEVIATIONS * math.sqrt(middle * (1 - threshold))
        needed = max(1, math.ceil(middle - margin))
        return cls(needed=needed, sure=min(permutations, math.ceil(middle + margin)))


def _codes(pairs: Pairs, count: int) -> NDArray[np.int64]:
    """A pair as one number that sorts like the pair."""
    return pairs[:, 0] * count + pairs[:, 1]


def _of_band(matrix: Matrix, columns: Matrix, limits: Limits) -> Iterator[Pairs]:
    order, starts, sizes = _buckets(_band_keys(columns))
    for size in np.unique(sizes).tolist():
        chosen = starts[sizes == size]
        if size > SMALL_BUCKET:
            for start in chosen:
                yield from _led(matrix, order[start : start + size], limits)
            continue
        left, right = np.triu_indices(size, 1)
        step = max(1, _PAIRS_AT_ONCE // len(left))
        for low in range(0, len(chosen), step):
            members = order[chosen[low : low + step, None] + np.arange(size)]
            yield _near(matrix, members[:, left].ravel(), members[:, right].ravel(), limits)


def _buckets(
    keys: NDArray[np.uint64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Rows ordered by key (equal keys ascending by row); start and size of each shared key."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    sizes = np.diff(np.concatenate([starts, [len(keys)]]))
    shared = sizes > 1
    return order, starts[shared], sizes[shared]


def _band_keys(columns: Matrix) -> NDArray[np.uint64]:
    """One uint64 a row; a chance collision only costs a comparison."""
    keys = np.zeros(len(columns), np.uint64)
    for column in columns.T:
        keys = (keys ^ column) * np.uint64(0x9FB2_1C65_1E98_DF25)
        keys ^= keys >> np.uint64(29)
    return keys


def _near(
    matrix: Matrix, left: NDArray[np.int64], right: NDArray[np.int64], limits: Limits
) -> Pairs:
    pairs = np.stack([left, right], axis=1)
    return pairs[agreement(matrix, pairs) >= limits.needed]


def _led(matrix: Matrix, bucket: NDArray[np.int64], limits: Limits) -> Iterator[Pairs]:
    for _ in range(LEADERS):
        if len(bucket) < 2:
            return
        rest = bucket[1:]
        pairs = np.stack([np.full_like(rest, bucket[0]), rest], axis=1)
        agreeing = agreement(matrix, pairs)
        yield pairs[agreeing >= limits.needed]
        bucket = rest[agreeing < limits.sure]


def agreement(matrix: Matrix, pairs: Pairs) -> NDArray[np.int64]:
    """In how many entries the signatures of each pair are equal, int64[pairs]."""
    counts = np.empty(len(pairs), np.int64)
    for low in range(0, len(pairs), _PAIRS_AT_ONCE):
        some = pairs[low : low + _PAIRS_AT_ONCE]
        equal = matrix[some[:, 0]] == matrix[some[:, 1]]
        counts[low : low + len(some)] = np.count_nonzero(equal, axis=1)
    return counts
