"""How each signal of a snapshot lies: its histogram, and values to place one among the others.

Read from the columns once, on a worker: of ten million documents that takes a tenth of a second a
signal, which no page should.
"""

from __future__ import annotations

import numpy as np

from corpora.arrays import array_writer, read_array
from corpora.decisions.what_if import histogram
from corpora.rules import Column
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

#: Up to so many rows all are looked at; of more, this many in blocks spread evenly, because
#: neighbours come from one page of the file. A share is then right within about half a point.
SAMPLE = 1 << 16
_BLOCK = 64
#: Values that are kept of a column: enough for a tenth of a percent.
KEPT = 4_097


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs {"shapes": {"histograms": blob, "quantiles": blob}}; counts signals.

    ``histograms`` is JSON: signal -> {"bins", "edges", "missing"}, the signals sorted.
    ``quantiles`` is float32[signals, KEPT], in their order: of each the values of ``quantiles``,
    NaN behind the last.
    """
    columns: dict[str, str] = unit.inputs["columns"]
    histograms = {}
    with array_writer(store, "<f4", (len(columns), KEPT)) as writer:
        for signal in sorted(columns):
            column = read_array(store, columns[signal])
            found = histogram(column)
            histograms[signal] = {
                "bins": found.counts.tolist(),
                "edges": found.edges.tolist(),
                "missing": found.missing,
            }
            row = np.full((1, KEPT), np.nan, np.float32)
            values = quantiles(column)
            row[0, : len(values)] = values
            writer.write(row)
            progress()
    shapes = {"histograms": store.put_json(histograms), "quantiles": writer.sha256}
    return UnitResult(outputs={"shapes": shapes}, counts={"signals": len(columns)})


def quantiles(column: Column) -> Column:
    """At most KEPT values of a column in order, evenly spread over its documents; NaN left out.

    >>> quantiles(np.array([3, np.nan, 1, 2], np.float32)).tolist()
    [1.0, 2.0, 3.0]
    """
    values = sample(column)
    values = np.sort(values[~np.isnan(values)])
    if len(values) <= KEPT:
        return values
    places = np.linspace(0, len(values) - 1, KEPT).round().astype(np.int64)
    return values[places]


def sample(column: Column) -> Column:
    """All rows, or SAMPLE of them in blocks; always the same ones."""
    rows = len(column)
    if rows <= SAMPLE:
        return np.array(column)
    starts = np.linspace(0, rows - _BLOCK, SAMPLE // _BLOCK).astype(np.int64)
    # Not as the mapped file that it may be: slicing one takes as long as reading it.
    plain = np.asarray(column)
    return np.concatenate([plain[start : start + _BLOCK] for start in starts.tolist()])
