"""The unit that looks for near copies in some of a snapshot's bands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.arrays import put_array, read_array
from corpora.dedup.candidates import Signatures, candidates
from corpora.dedup.minhash import signed
from corpora.kernels.bands import first_equal
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs: pairs (int64[pairs, 3], see candidates.Candidates). Counts: candidates.

    Params: ``bands`` [first, past the last], ``rows``, ``threshold``. Of exact copies only the
    first is looked at.
    """
    signatures = Signatures([read_array(store, blob) for blob in unit.inputs["signatures"]])
    wanted = first_copies(store, unit.inputs["hashes"]) == np.arange(len(signatures))
    for part, start in zip(signatures.parts, signatures.starts.tolist(), strict=False):
        wanted[start : start + len(part)] &= signed(part)
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
    hashes = [np.empty((0, 2), np.uint64), *(read_array(store, blob) for blob in blobs)]
    return first_equal(np.concatenate(hashes))
