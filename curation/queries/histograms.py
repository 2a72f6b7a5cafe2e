"""How a snapshot's signals lie: histograms of all documents or of some, and quantiles."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from corpora.arrays import read_array
from corpora.decisions.bins import Steps, pieces, rounded_up
from corpora.decisions.shapes import quantiles as quantiles_of
from corpora.decisions.what_if import Histogram, folded, histogram
from curation.queries.snapshots import contents
from curation.store import store

Values = npt.NDArray[np.float32]


@lru_cache(maxsize=512)
def whole(sha256: str, signal: str) -> Histogram:
    """The signal of all documents. KeyError for a signal that was not measured.

    A snapshot that was made before histograms were kept takes a tenth of a second for ten million
    documents.
    """
    column = contents(sha256)["columns"][signal]
    if "shapes" not in contents(sha256):
        return histogram(read_array(store(), column))
    kept = _histograms(sha256)[signal]
    return Histogram(
        counts=np.array(kept["bins"], np.int64),
        edges=np.array(kept["edges"], np.float64),
        missing=kept["missing"],
    )


@lru_cache(maxsize=16)
def _histograms(sha256: str) -> Mapping[str, Any]:
    found: dict[str, Any] = store().read_json(contents(sha256)["shapes"]["histograms"])
    return found


@lru_cache(maxsize=1024)
def quantiles(sha256: str, signal: str) -> Values:
    """Values of the signal in order, evenly spread over the documents; NaN left out.

    KeyError for a signal that was not measured.
    """
    value = contents(sha256)
    if "shapes" not in value:
        return quantiles_of(read_array(store(), value["columns"][signal]))
    row = sorted(value["columns"]).index(signal)
    kept: Values = read_array(store(), value["shapes"]["quantiles"])[row]
    found: Values = np.array(kept[~np.isnan(kept)])
    return found


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
