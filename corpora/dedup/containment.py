"""The unit that finds which documents lie inside larger ones: a work in a collection.

A is inside B when B has at least a given share of A's n-grams and more n-grams than A. Sampled
grams (dedup.samples, dedup.overlaps) propose, the whole sets decide. Nothing is said of what is
kept: that is up to the decisions.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora.arrays import read_array
from corpora.dedup.clusters import ids_of, sizes_of
from corpora.dedup.overlaps import Overlaps, added_up
from corpora.dedup.verification import THREADS, GramFile
from corpora.documents import CONTAINED
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

#: How far a sample may lie from the truth: four standard deviations lose 3 pairs in 100,000.
_DEVIATIONS = 4.0
_PAIRS_AT_ONCE = 8_192


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs: contained (documents.CONTAINED), by the places of a, then b.

    Of exact copies only the first is in it. Counts: contained, candidates.
    """
    share = unit.params["containment"]
    overlaps = added_up(
        [np.empty((0, 3), np.int64), *(read_array(store, b) for b in unit.inputs["overlaps"])]
    )
    pairs = overlaps[_likely(overlaps, _usable(store, unit), share), :2]
    with store.scratch() as folder:
        grams = GramFile(folder / "grams", np.unique(pairs))
        grams.fill(
            store,
            unit.inputs["text"],
            ngram=unit.params["ngram"],
            old_kanji=unit.params["fold_old_kanji"],
            kana=unit.params.get("fold_kana", False),
            progress=progress,
        )
        shared, sizes = _shared(grams, pairs, progress)
    # The smaller set first.
    turned = sizes[:, 0] > sizes[:, 1]
    pairs[turned], sizes[turned] = pairs[turned, ::-1], sizes[turned, ::-1]
    inside = (sizes[:, 0] < sizes[:, 1]) & (shared / np.maximum(sizes[:, 0], 1) >= share)
    table = _table(store, unit, pairs[inside], sizes[inside], shared[inside])
    return UnitResult(
        outputs={"contained": store.put_table(table)},
        counts={"contained": table.num_rows, "candidates": len(pairs)},
    )


def _usable(store: Store, unit: UnitSpec) -> NDArray[np.int64]:
    """How many sampled grams of each document were looked at, in all shares."""
    arrays = [read_array(store, blob) for blob in unit.inputs["usable"]]
    found: NDArray[np.int64] = np.sum(arrays, axis=0, dtype=np.int64)
    return found


def _likely(overlaps: Overlaps, usable: NDArray[np.int64], share: float) -> NDArray[np.bool_]:
    """Which pairs share as many sampled grams as one of the two needs to lie in the other."""
    expected = usable * share
    needed = np.ceil(expected - _DEVIATIONS * np.sqrt(expected * (1 - share)))
    least: NDArray[np.float64] = needed[overlaps[:, :2]].min(axis=1)
    return overlaps[:, 2] >= np.maximum(least, 1)


def _shared(
    grams: GramFile, pairs: NDArray[np.int64], progress: Progress
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many grams the sets of each pair share, int64[pairs], and their sizes [pairs, 2]."""
    shared = [np.empty(0, np.int64)]
    with ThreadPoolExecutor(THREADS) as threads:
        for low in range(0, len(pairs), _PAIRS_AT_ONCE):
            parts = np.array_split(pairs[low : low + _PAIRS_AT_ONCE], THREADS)
            shared += threads.map(grams.shared, parts)
            progress()
    return np.concatenate(shared), grams.sizes(pairs)


def _table(
    store: Store,
    unit: UnitSpec,
    pairs: NDArray[np.int64],
    sizes: NDArray[np.int64],
    shared: NDArray[np.int64],
) -> pa.Table:
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    pairs, sizes, shared = pairs[order], sizes[order], shared[order]
    starts = np.cumsum([0, *sizes_of(store, unit.inputs["documents"])], dtype=np.int64)
    columns: dict[str, Any] = {}
    for side, name in enumerate("ab"):
        places = pairs[:, side]
        part = np.searchsorted(starts, places, side="right") - 1
        columns[name] = ids_of(store, unit, places)
        columns[f"{name}_part"] = part.astype(np.int32)
        columns[f"{name}_row"] = (places - starts[part]).astype(np.int32)
        columns[f"{name}_grams"] = sizes[:, side]
    return pa.table({**columns, "shared": shared}, schema=CONTAINED)
