"""Pairs of documents whose signatures say that they may be near copies.

Nothing here joins two documents: what comes out is checked exactly, in ``verification``. The
estimate from the whole signature only throws out what cannot pass.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.dedup.minhash import signed
from corpora.kernels.bands import (
    Matrix,
    Packed,
    agreements,
    bucket_pairs,
    buckets,
    merged,
    packed_keys,
)
from corpora.kernels.sets import distinct
from corpora.stages import Progress, no_progress

#: int64[pairs, 3]: two positions, the lower first, and in how many entries their signatures
#: agree; sorted, each pair once.
Candidates = NDArray[np.int64]

#: A bucket up to this size is compared pair by pair.
SMALL_BUCKET = 64
#: A larger one is compared with this many of its members at most.
LEADERS = 64

#: How far the estimate may lie from the truth: four standard deviations lose 3 pairs in 100,000.
_DEVIATIONS = 4.0

#: Pairs that are held until those that came again are taken out, and compared at a time.
_PAIRS_AT_ONCE = 1 << 23

#: Pairs whose signatures are put together at a time: at most twice as many, of half a kilobyte.
_GATHERED = 1 << 16


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


class Signatures:
    """The signatures of all parts as one matrix that is never put together.

    A position counts the rows through all parts. The parts are memory maps: what is read of
    them is the page cache's.
    """

    def __init__(self, parts: Sequence[Matrix]) -> None:
        self.parts = list(parts)
        #: int64[parts + 1], the position of each part's first row.
        self.starts = np.cumsum([0, *(len(part) for part in parts)], dtype=np.int64)

    def __len__(self) -> int:
        return int(self.starts[-1])

    @property
    def permutations(self) -> int:
        return self.parts[0].shape[1] if self.parts else 1

    def agreements(self, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
        """In how many entries the signatures of each pair of positions agree, int64[pairs].

        What a few pairs name is put together first: they lie in as many parts as there are.
        """
        found = np.empty(len(pairs), np.int64)
        for low in range(0, len(pairs), _GATHERED):
            some = pairs[low : low + _GATHERED]
            positions = np.unique(some)
            rows = self.rows(positions)
            places = np.searchsorted(positions, some)
            found[low : low + len(some)] = agreements(rows, rows, places)
        return found

    def rows(self, positions: NDArray[np.int64]) -> Matrix:
        """The signatures at ascending positions."""
        found = np.empty((len(positions), self.permutations), np.uint32)
        edges = np.searchsorted(positions, self.starts)
        for number in np.flatnonzero(np.diff(edges)).tolist():
            here = slice(edges[number], edges[number + 1])
            found[here] = self.parts[number][positions[here] - self.starts[number]]
        return found


def candidates(
    signatures: Signatures,
    wanted: NDArray[np.bool_],
    *,
    bands: range,
    rows: int,
    threshold: float,
    progress: Progress = no_progress,
) -> Candidates:
    """Pairs of wanted positions that share one of the bands and whose estimate allows it.

    A text without a gram is near nothing (minhash.signed).

    A pair of similarity s shares one of b bands of r rows with probability 1 − (1 − sʳ)ᵇ
    (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4): at .8 that is .95 for 16 × 8
    and .9999 for 25 × 5.

    A bucket above SMALL_BUCKET is not compared pair by pair: its first member leads, all are
    compared with it, those surely near it leave the bucket, and the next that is left leads, up
    to LEADERS times. Ten thousand copies of one page so cost one round. What is left after that
    is lost in this band only: two documents that are near each other meet again, in smaller
    company, in the bands that their own sentences decide.

    Memory: eight bytes a document and band, and some hundred MB for pairs.
    """
    limits = Limits.of(signatures.permutations, threshold)
    bits = max(1, len(signatures).bit_length())
    keys = _keys(signatures, wanted, bands=bands, rows=rows, bits=bits, progress=progress)
    found = []
    for pairs in _distinct(_codes(signatures, keys, bits, limits)):
        agreeing = signatures.agreements(pairs)
        near = agreeing >= limits.needed
        found.append(np.column_stack([pairs[near], agreeing[near]]))
        progress()
    return found[0] if len(found) == 1 else together(found)


def _distinct(codes: Iterable[NDArray[np.uint64]]) -> Iterator[NDArray[np.int64]]:
    """int64[pairs, 2], sorted and each once, of as many bands as fit into memory.

    A pair that is alike shares most of its bands: it is compared once, not once a band.
    """
    waiting: list[NDArray[np.uint64]] = []
    held = 0
    for some in codes:
        waiting.append(some)
        held += len(some)
        if held > _PAIRS_AT_ONCE:
            waiting = [_sorted_once(waiting)]
            # Hardly any came again: then waiting for more bands is no use.
            if len(waiting[0]) > _PAIRS_AT_ONCE // 2:
                yield _pairs_of(waiting.pop())
            held = sum(map(len, waiting))
    if waiting:
        yield _pairs_of(_sorted_once(waiting))


def _sorted_once(codes: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    together = np.concatenate(codes)
    # numpy.unique would put them into a hash table first, which takes five times as long.
    together.sort()
    found, _ = distinct(together, np.array([0, len(together)], np.int64))
    return found


def _pairs_of(codes: NDArray[np.uint64]) -> NDArray[np.int64]:
    lower = np.uint64(0xFFFF_FFFF)
    return np.column_stack([codes >> np.uint64(32), codes & lower]).astype(np.int64)


def together(found: Iterable[Candidates]) -> Candidates:
    """Candidates of several bands: sorted, each pair once. Holds two times what comes out."""
    every = np.empty((0, 3), np.int64)
    for some in found:
        every = merged(every, some)
    return every


def _keys(
    signatures: Signatures,
    wanted: NDArray[np.bool_],
    *,
    bands: range,
    rows: int,
    bits: int,
    progress: Progress,
) -> Packed:
    """uint64[bands, wanted]: one pass over the signatures for all the bands."""
    found = np.empty((len(bands), int(np.count_nonzero(wanted))), np.uint64)
    low = 0
    for part, start in zip(signatures.parts, signatures.starts.tolist(), strict=False):
        here = wanted[start : start + len(part)] & signed(part)
        keys = packed_keys(part, here, start=start, bands=bands, rows=rows, bits=bits)
        found[:, low : low + keys.shape[1]] = keys
        low += keys.shape[1]
        progress(documents=len(part))
    return found[:, :low]


def _codes(
    signatures: Signatures, keys: Packed, bits: int, limits: Limits
) -> Iterator[NDArray[np.uint64]]:
    """Pairs of the buckets of every band, as kernels.bands.bucket_pairs gives them."""
    for packed in keys:
        packed.sort()
        starts, sizes = buckets(packed, bits)
        small = sizes <= SMALL_BUCKET
        for chosen in _chunks(sizes[small]):
            yield bucket_pairs(packed, starts[small][chosen], sizes[small][chosen], bits)
        mask = np.uint64((1 << bits) - 1)
        for start, size in zip(starts[~small].tolist(), sizes[~small].tolist(), strict=True):
            yield from _led(signatures, packed[start : start + size] & mask, limits)


def _chunks(sizes: NDArray[np.int64]) -> Iterator[slice]:
    """Runs of buckets that make about _PAIRS_AT_ONCE pairs."""
    made = np.cumsum(sizes * (sizes - 1) // 2)
    low = 0
    while low < len(sizes):
        before = int(made[low - 1]) if low else 0
        high = int(np.searchsorted(made, before + _PAIRS_AT_ONCE, side="right"))
        high = max(high, low + 1)
        yield slice(low, high)
        low = high


def _led(
    signatures: Signatures, bucket: NDArray[np.uint64], limits: Limits
) -> Iterator[NDArray[np.uint64]]:
    """Of members in their order; the signatures of many are put together once for all leaders."""
    leaders: list[tuple[np.uint64, Matrix]] = []
    for low in range(0, len(bucket), _GATHERED):
        members = bucket[low : low + _GATHERED]
        rows = signatures.rows(members.astype(np.int64))
        left = np.arange(len(members))
        for number in range(LEADERS):
            if not len(left):
                break
            if number == len(leaders):
                leaders.append((members[left[0]], rows[left[:1]]))
                left = left[1:]
            leader, own = leaders[number]
            agreeing = agreements(own, rows, np.column_stack([np.zeros_like(left), left]))
            yield leader << np.uint64(32) | members[left[agreeing >= limits.needed]]
            left = left[agreeing < limits.sure]
