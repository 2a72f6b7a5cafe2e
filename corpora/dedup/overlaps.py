"""The unit that finds which documents share sampled n-grams, for one share of all grams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from corpora.arrays import put_array, read_array
from corpora.dedup.bands import first_copies
from corpora.kernels.bands import bucket_pairs
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

#: A gram in more documents than this says nothing of two of them, and is not looked at.
MOST_DOCUMENTS = 64

_PAIRS_AT_ONCE = 1 << 22
#: Enough for every position that a pair's number has room for.
_BITS = 32

#: int64[pairs, 3]: two positions, the lower first, and how many sampled grams they share; sorted.
Overlaps = NDArray[np.int64]


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs: overlaps (Overlaps), usable (uint32[documents]: each one's grams looked at).

    Params: ``share`` [number, of how many]. Of exact copies only the first is looked at. Counts:
    overlaps.
    """
    first = first_copies(store, unit.inputs["hashes"])
    grams, places = _postings(store, unit, first == np.arange(len(first)))
    progress()
    starts, sizes = _runs(grams)
    few = sizes <= MOST_DOCUMENTS
    counted = np.repeat(few, sizes)
    usable = np.bincount(places[counted], minlength=len(first)).astype(np.uint32)
    some = few & (sizes > 1)
    numbers = places.astype(np.uint64)
    found = np.empty((0, 3), np.int64)
    for chosen in _chunks(sizes[some]):
        codes = bucket_pairs(numbers, starts[some][chosen], sizes[some][chosen], _BITS)
        found = added_up([found, _counted(codes)])
        progress()
    return UnitResult(
        outputs={"overlaps": put_array(store, found), "usable": put_array(store, usable)},
        counts={"overlaps": len(found)},
    )


def _postings(
    store: Store, unit: UnitSpec, wanted: NDArray[np.bool_]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Grams of the share, sorted, and the position of a document that has each."""
    number, shares = unit.params["share"]
    # Exact in Python's whole numbers; the last share has no upper end that 64 bits could hold.
    low, high = ((one << 64) // shares for one in (number, number + 1))
    grams, places, start = [np.empty(0, np.uint64)], [np.empty(0, np.int64)], 0
    for blob, hashes in zip(unit.inputs["samples"], unit.inputs["hashes"], strict=True):
        samples = read_array(store, blob)
        begin = np.searchsorted(samples[:, 0], np.uint64(low))
        end = len(samples)
        if number + 1 < shares:
            end = int(np.searchsorted(samples[:, 0], np.uint64(high)))
        here = samples[begin:end, 1].astype(np.int64) + start
        grams.append(samples[begin:end, 0][wanted[here]])
        places.append(here[wanted[here]])
        start += len(read_array(store, hashes))
    every = np.concatenate(grams)
    order = np.argsort(every, kind="stable")
    return every[order], np.concatenate(places)[order]


def _runs(grams: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Start and size of each run of equal grams."""
    edges = np.flatnonzero(grams[1:] != grams[:-1]) + 1
    starts = np.concatenate([np.zeros(min(1, len(grams)), np.int64), edges])
    return starts, np.diff(starts, append=len(grams))


def _chunks(sizes: NDArray[np.int64]) -> Iterator[slice]:
    """Runs of grams that make about _PAIRS_AT_ONCE pairs."""
    made = np.cumsum(sizes * (sizes - 1) // 2)
    for low in range(0, int(made[-1]) if len(made) else 0, _PAIRS_AT_ONCE):
        edges = np.searchsorted(made, [low, low + _PAIRS_AT_ONCE], side="right")
        yield slice(int(edges[0]), int(edges[1]))


def _counted(codes: NDArray[np.uint64]) -> Overlaps:
    pairs, counts = np.unique(codes, return_counts=True)
    lower = np.uint64(0xFFFF_FFFF)
    return np.column_stack([pairs >> np.uint64(32), pairs & lower, counts]).astype(np.int64)


def added_up(found: Sequence[Overlaps]) -> Overlaps:
    """Overlaps of several shares as one: the grams of each pair added up.

    >>> added_up([np.array([[0, 1, 2]]), np.array([[0, 1, 1], [0, 2, 4]])]).tolist()
    [[0, 1, 3], [0, 2, 4]]
    """
    every = np.concatenate(found)
    codes = every[:, 0] << 32 | every[:, 1]
    pairs, back = np.unique(codes, return_inverse=True)
    counts = np.zeros(len(pairs), np.int64)
    np.add.at(counts, back, every[:, 2])
    return np.column_stack([pairs >> 32, pairs & 0xFFFF_FFFF, counts])
