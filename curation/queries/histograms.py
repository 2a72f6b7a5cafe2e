"""Histograms of a snapshot's signals: of all documents, and of some in the same bars."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256 as hash_of

import numpy as np
import numpy.typing as npt

from corpora.arrays import read_array
from corpora.decisions.bins import Steps, pieces, rounded_up
from corpora.decisions.what_if import Histogram, folded, histogram
from curation.queries.snapshots import contents
from curation.store import store


def whole(sha256: str, signal: str) -> Histogram:
    """The signal of all documents. KeyError for a signal that was not measured."""
    return _whole(contents(sha256)["columns"][signal])


@lru_cache(maxsize=512)
def _whole(column: str) -> Histogram:
    """By the column's blob; a tenth of a second for ten million documents, so kept in the store."""
    key = hash_of(f"studio.histogram:1:{column}".encode()).hexdigest()
    known = store().lookup(key)
    if known is None:
        found = histogram(read_array(store(), column))
        known = {
            "outputs": {},
            "counts": {
                "bins": found.counts.tolist(),
                "edges": found.edges.tolist(),
                "missing": found.missing,
            },
        }
        store().record(key, known)
    counts = known["counts"]
    return Histogram(
        counts=np.array(counts["bins"], np.int64),
        edges=np.array(counts["edges"], np.float64),
        missing=counts["missing"],
    )


def among(sha256: str, signal: str, mask: npt.NDArray[np.bool_] | None) -> Histogram:
    """The same of the documents of a mask (None: of all), in the bars of all documents."""
    every = whole(sha256, signal)
    if mask is None:
        return every
    column = read_array(store(), contents(sha256)["columns"][signal])
    bars = Steps(rounded_up(every.edges))
    counts = np.zeros(bars.count + 1, np.int64)
    missing = 0
    for piece in pieces(len(mask)):
        values = np.asarray(column[piece])[mask[piece]]
        there = values[np.isfinite(values)]
        missing += len(values) - len(there)
        counts += bars.counted(there)
    return Histogram(counts=folded(counts), edges=every.edges, missing=missing)
