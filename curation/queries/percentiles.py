"""Where a document's signals stand among all documents of its snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from corpora.decisions.shapes import SAMPLE
from curation.models import Snapshot
from curation.queries.histograms import Values, quantiles
from curation.queries.snapshots import manifest


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
            else percentile(quantiles(snapshot.manifest, name), value),
        )
        for name, value in signals.items()
    ]
    found.sort(key=lambda standing: (-standing.unusual, standing.signal))
    return Standings(signals=found, documents=rows, seen=min(rows, SAMPLE))


def percentile(values: Values, value: float) -> float | None:
    """Share of the values (in order) below, half of the equal ones added; None of no values.

    >>> percentile(np.array([0, 0, 0, 1], np.float32), 0.0)
    0.375
    """
    if not len(values):
        return None
    sought = np.float32(value)
    below = np.searchsorted(values, sought, "left")
    up_to = np.searchsorted(values, sought, "right")
    return float(below + up_to) / 2 / len(values)
