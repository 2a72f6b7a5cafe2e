"""The unit that finds, for a share of all hashes, the passages that many documents have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.arrays import put_array, read_array
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

#: Entries of all parts that are merged at a time: some 230 MB.
_AT_ONCE = 1 << 21

Hashes = NDArray[np.uint64]
#: uint32[n, 3]: documents, and the part's number and row of the first.
Places = NDArray[np.uint32]


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs: hashes (uint64[n], ascending), and places (``Places``). Counts: copies.

    Inputs: hashes and places by part label. Params: ``first_bytes`` [first, past the last] of
    the hashes that are looked at, ``min_documents``. Only what is found is held in memory: the
    parts' arrays are sorted and mapped, and merged a range of hashes at a time.
    """
    parts = sorted(unit.inputs["hashes"])
    hashes = [read_array(store, unit.inputs["hashes"][part]) for part in parts]
    places = [read_array(store, unit.inputs["places"][part]) for part in parts]
    numbers = [int(part) for part in parts]
    found = [(np.empty(0, np.uint64), np.empty((0, 3), np.uint32))]
    for cuts in _ranges(hashes, unit.params["first_bytes"]):
        some = [(number, slice(*cut)) for number, cut in zip(numbers, cuts, strict=True)]
        merged = merge(
            [array[cut] for array, (_, cut) in zip(hashes, some, strict=True)],
            [_with_part(array[cut], n) for array, (n, cut) in zip(places, some, strict=True)],
        )
        often = merged[1][:, 0] >= unit.params["min_documents"]
        found.append((merged[0][often], merged[1][often]))
        progress()
    copies, where = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
    outputs = {"hashes": put_array(store, copies), "places": put_array(store, where)}
    return UnitResult(outputs=outputs, counts={"copies": len(copies)})


def _with_part(places: NDArray[np.uint32], part: int) -> Places:
    return np.insert(places, 1, np.uint32(part), axis=1)


def _ranges(
    hashes: Sequence[Hashes], first_bytes: Sequence[int]
) -> Iterator[list[tuple[int, int]]]:
    """For each range of hashes, where it begins and ends in each array; few enough to merge."""
    low, high = (byte << 56 for byte in first_bytes)
    entries = sum(_place(array, high) - _place(array, low) for array in hashes)
    # Hashes are spread evenly, so equal ranges hold about as many.
    steps = -(-entries // _AT_ONCE) or 1
    edges = [low + (high - low) * step // steps for step in range(steps + 1)]
    before = [_place(array, low) for array in hashes]
    for edge in edges[1:]:
        after = [_place(array, edge) for array in hashes]
        yield list(zip(before, after, strict=True))
        before = after


def _place(hashes: Hashes, edge: int) -> int:
    """How many hashes are below the edge, which may be 2⁶⁴."""
    return len(hashes) if edge >> 64 else int(np.searchsorted(hashes, np.uint64(edge)))


def merge(hashes: Sequence[Hashes], places: Sequence[Places]) -> tuple[Hashes, Places]:
    """Distinct hashes of all arrays, their documents added up, the first place of the first array.

    >>> one = np.array([3, 5], np.uint64), np.array([[2, 0, 4], [1, 0, 9]], np.uint32)
    >>> other = np.array([5], np.uint64), np.array([[6, 1, 0]], np.uint32)
    >>> found, where = merge(*zip(one, other))
    >>> found.tolist(), where.tolist()
    ([3, 5], [[2, 0, 4], [7, 0, 9]])
    """
    all_hashes, all_places = np.concatenate(hashes), np.concatenate(places)
    order = np.argsort(all_hashes, kind="stable")
    sorted_hashes, sorted_places = all_hashes[order], all_places[order]
    new = np.ones(len(sorted_hashes), np.bool_)
    new[1:] = sorted_hashes[1:] != sorted_hashes[:-1]
    first = np.flatnonzero(new)
    found = sorted_places[first]
    if len(first):
        found[:, 0] = np.add.reduceat(sorted_places[:, 0], first)
    return sorted_hashes[first], found


class Copies:
    """The copies that a snapshot's units found, in order of their hashes; mapped into memory."""

    def __init__(self, store: Store, inputs: dict[str, Any]) -> None:
        """``inputs`` has the blobs of hashes and places, in order of their shares."""
        self._hashes = [read_array(store, blob) for blob in inputs["hashes"]]
        self._places = [read_array(store, blob) for blob in inputs["places"]]
        self._starts = np.cumsum([0, *(len(array) for array in self._hashes)])

    def __len__(self) -> int:
        return int(self._starts[-1])

    def find(self, hashes: Hashes) -> NDArray[np.int64]:
        """int64[hashes]: the number of each among all copies, −1 for what is none."""
        found = np.full(len(hashes), -1, np.int64)
        for start, known in zip(self._starts[:-1].tolist(), self._hashes, strict=True):
            if len(known):
                place = np.searchsorted(known, hashes)
                is_copy = known[np.minimum(place, len(known) - 1)] == hashes
                found[is_copy] = start + place[is_copy]
        return found

    def places(self, numbers: NDArray[np.int64]) -> Places:
        """Documents, part and row of copies by their numbers."""
        found = np.empty((len(numbers), 3), np.uint32)
        for start, known in zip(self._starts[:-1].tolist(), self._places, strict=True):
            here = (numbers >= start) & (numbers < start + len(known))
            found[here] = known[numbers[here] - start]
        return found
