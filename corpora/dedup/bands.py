"""The unit that looks for near copies in some of a snapshot's bands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpora.arrays import put_array, read_array
from corpora.dedup.candidates import Signatures, candidates
from corpora.kernels.bands import first_equal
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

_ROWS_AT_ONCE = 1 << 20


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs: pairs (int64[pairs, 3], see candidates.Candidates). Counts: candidates.

    Params: ``bands`` [first, past the last], ``rows``, ``threshold``. Of exact copies only the
    first is looked at.
    """
    signatures = Signatures([read_array(store, blob) for blob in unit.inputs["signatures"]])
    wanted = are_first([read_array(store, blob) for blob in unit.inputs["hashes"]])
    found = candidates(
        signatures,
        wanted,
        bands=range(*unit.params["bands"]),
        rows=unit.params["rows"],
        threshold=unit.params["threshold"],
        progress=progress,
    )
    return UnitResult(outputs={"pairs": put_array(store, found)}, counts={"candidates": len(found)})


def first_copies(store: Store, blobs: list[str]) -> NDArray[np.int64]:
    """For each position the first one of the same folded text; blank texts are like no other."""
    return first_equal([read_array(store, blob) for blob in blobs])


def are_first(hashes: Sequence[NDArray[np.uint64]]) -> NDArray[np.bool_]:
    """bool[positions]: whether no position before it has the same folded text."""
    first = first_equal(hashes)
    found = np.empty(len(first), np.bool_)
    for low in range(0, len(first), _ROWS_AT_ONCE):
        some = first[low : low + _ROWS_AT_ONCE]
        found[low : low + len(some)] = some == np.arange(low, low + len(some))
    return found
