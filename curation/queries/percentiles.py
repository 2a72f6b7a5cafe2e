"""Where a document's signals stand among all documents of its snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from corpora.arrays import read_array
from curation.models import Snapshot
from curation.queries.snapshots import manifest
from curation.store import store

#: Up to so many rows all are looked at; of more, this many in blocks spread evenly, because
#: neighbours come from one page of the file. A share is then right within about half a point.
SAMPLE = 1 << 16
_BLOCK = 64
#: Values that are kept of a column: enough for a tenth of a percent.
_KEPT = 4_097


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    signal: str
    #: None: not measured.
    value: float | None
    #: Share of the documents that have less, those that have as much counted half; 0 to 1.
    percentile: float | None

    @property
    def unusual(self) -> float:
        """0 in the middle, 1 at either end; −1 for what cannot be placed."""
        return -1.0 if self.percentile is None else abs(2 * self.percentile - 1)

    @property
    def percent(self) -> float | None:
        return None if self.percentile is None else 100 * self.percentile


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    #: The most unusual first.
    signals: list[Standing]
    documents: int
    #: How many were looked at: fewer than ``documents`` makes it an estimate.
    seen: int


def standings(snapshot: Snapshot, signals: Mapping[str, float | None]) -> Standings:
    columns = manifest(snapshot)["columns"]
    rows = sum(part["rows"] for part in manifest(snapshot)["parts"])
    found = [
        Standing(
            signal=name,
            value=value,
            percentile=None
            if value is None or name not in columns
            else percentile(columns[name], value),
        )
        for name, value in signals.items()
    ]
    found.sort(key=lambda standing: (-standing.unusual, standing.signal))
    return Standings(signals=found, documents=rows, seen=min(rows, SAMPLE))


def percentile(blob: str, value: float) -> float | None:
    """Share of a column's measured values below, half of the equal ones added."""
    values = _quantiles(blob)
    if not len(values):
        return None
    sought = np.float32(value)
    below = np.searchsorted(values, sought, "left")
    up_to = np.searchsorted(values, sought, "right")
    return float(below + up_to) / 2 / len(values)


@lru_cache(maxsize=1024)
def _quantiles(blob: str) -> npt.NDArray[np.float32]:
    """Values of a column in order, evenly spread over its documents; NaN left out."""
    values = sample(read_array(store(), blob))
    values = np.sort(values[~np.isnan(values)])
    if len(values) <= _KEPT:
        return values
    places = np.linspace(0, len(values) - 1, _KEPT).round().astype(np.int64)
    return values[places]


def sample(column: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """All rows, or SAMPLE of them in blocks; always the same ones."""
    rows = len(column)
    if rows <= SAMPLE:
        return np.array(column)
    starts = np.linspace(0, rows - _BLOCK, SAMPLE // _BLOCK).astype(np.int64)
    return np.concatenate([column[start : start + _BLOCK] for start in starts.tolist()])
