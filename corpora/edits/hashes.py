"""The unit that hashes the passages of one part's kept documents."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.arrays import put_array
from corpora.edits.kept import kept_documents
from corpora.edits.known import KnownFooters
from corpora.edits.passages import Comparison
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs: hashes (uint64[n], distinct, ascending) and places (uint32[n, 2]: in how many of
    the part's documents, the row of the first). Counts: passages.

    Footers are left out: what they cut is gone before passages are looked at.
    """
    comparison = Comparison.of(unit.params)
    footers = KnownFooters(store, unit.inputs["footers"], unit.params["footer_lines"])
    hashes = [np.empty(0, np.uint64)]
    rows = [np.empty(0, np.uint32)]
    for kept in kept_documents(store, unit.inputs):
        texts = footers.find(kept).bodies(kept)
        numbers = kept.rows.astype(np.uint32)
        for first, found in comparison.passages(texts, kept.groups.each()):
            long = found.characters >= comparison.min_characters
            hashes.append(found.hashes[long])
            rows.append(numbers[first + found.texts[long]])
        progress(documents=kept.read)
    distinct, places = _counted(np.concatenate(hashes), np.concatenate(rows))
    outputs = {"hashes": put_array(store, distinct), "places": put_array(store, places)}
    return UnitResult(outputs=outputs, counts={"passages": len(distinct)})


def _counted(
    hashes: NDArray[np.uint64], rows: NDArray[np.uint32]
) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    """``rows`` ascend. A passage that a document has twice counts once.

    >>> counted = _counted(np.array([7, 7, 5, 7], np.uint64), np.array([0, 0, 1, 2], np.uint32))
    >>> [array.tolist() for array in counted]
    [[5, 7], [[1, 1], [2, 0]]]
    """
    order = np.argsort(hashes, kind="stable")
    hashes, rows = hashes[order], rows[order]
    new = np.ones(len(hashes), np.bool_)
    new[1:] = hashes[1:] != hashes[:-1]
    first = np.flatnonzero(new)
    new[1:] |= rows[1:] != rows[:-1]
    documents = np.add.reduceat(new, first, dtype=np.uint32) if len(first) else first
    return hashes[first], np.column_stack([documents, rows[first]]).astype(np.uint32)
