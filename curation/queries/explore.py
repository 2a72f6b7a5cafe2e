"""What the explore page says beside its list: views, histograms, and what was judged at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db.models import QuerySet

from corpora.decisions.what_if import Histogram, histogram
from corpora.recipe import Rule
from curation.models import BulkJudgement, SavedView, Snapshot, User
from curation.queries import fields
from curation.queries.charts import Chart, chart
from curation.queries.fields import Mask, offsets, together
from curation.queries.scan import LEAST, Filter
from curation.queries.search import hits
from curation.queries.snapshots import contents, manifest, read_rows, recipe_of

#: Values that a histogram's range is taken from.
_SAMPLE = 200_000
_AT_ONCE = 1 << 18


def views(snapshot: Snapshot) -> QuerySet[SavedView]:
    """The views of the snapshot's corpora, whichever snapshot they were saved on."""
    same = SavedView.objects.filter(snapshot__corpora__in=snapshot.corpora.all())
    return same.select_related("owner").distinct()


def last_judged(snapshot: Snapshot, user: User) -> BulkJudgement | None:
    """The person's latest judgement of many documents here that still stands."""
    mine = BulkJudgement.objects.filter(snapshot=snapshot, by=user).first()
    return mine if mine is not None and mine.undone_at is None else None


def ids_of(snapshot: Snapshot, rows: npt.NDArray[np.int64]) -> Iterator[tuple[int, str]]:
    """(part, document id) of some rows, ascending ones of all parts in order."""
    starts = offsets(snapshot.manifest)
    parts = np.searchsorted(starts, rows, side="right") - 1
    for number in np.unique(parts).tolist():
        here = rows[parts == number] - starts[number]
        blob = manifest(snapshot)["parts"][number]["documents"]
        first, last = int(here[0]), int(here[-1]) + 1
        column: Any = read_rows(blob, first, last, ["id"])["id"]
        for id_ in column.take(pa.array(here - first)).to_pylist():
            yield number, id_


@dataclass(frozen=True, slots=True, kw_only=True)
class Brush:
    """A signal's histogram over what the rest of the filter finds, to choose a range in."""

    signal: str
    chart: Chart
    #: The range that is asked for, as it is typed; "" where it is open.
    low: str
    high: str
    #: Documents that the rest of the filter finds.
    documents: int


def brush(snapshot: Snapshot, wanted: Filter, signal: str) -> Brush:
    """Raises KeyError for a signal that was not measured."""
    sha256 = snapshot.manifest
    values = fields.column(sha256, signal)
    if values is None:
        raise KeyError(signal)
    asked = wanted.range_of(signal)
    mask = together(sha256, fields.masks(sha256, wanted.without(LEAST + signal)))
    if found := hits(sha256, wanted):
        mask = found.rows if mask is None else mask & found.rows
    rule = Rule(name=signal, signal=signal, min=asked.low, max=asked.high)
    return Brush(
        signal=signal,
        chart=chart(_histogram(values, _edges(sha256, signal), mask), rule),
        low=_typed(asked.low),
        high=_typed(asked.high),
        documents=int(len(values) if mask is None else np.count_nonzero(mask)),
    )


def _typed(limit: float | None) -> str:
    return "" if limit is None else f"{limit:.12g}"


@lru_cache(maxsize=256)
def _edges(sha256: str, signal: str) -> npt.NDArray[np.float64]:
    """The same bars for every filter, from an even sample of all documents."""
    values = fields.column(sha256, signal)
    assert values is not None
    return histogram(np.asarray(values[:: max(1, len(values) // _SAMPLE)])).edges


def _histogram(
    values: npt.NDArray[np.float32], edges: npt.NDArray[np.float64], mask: Mask | None
) -> Histogram:
    """Counts between edges that lie evenly; what is outside counts to the first and last."""
    bars = len(edges) - 1
    counts = np.zeros(bars, np.int64)
    missing = 0
    per_bar = bars / (float(edges[-1]) - float(edges[0]))
    for first in range(0, len(values), _AT_ONCE):
        some = values[first : first + _AT_ONCE]
        if mask is not None:
            some = some[mask[first : first + _AT_ONCE]]
        there = some[np.isfinite(some)]
        missing += len(some) - len(there)
        places = (there - np.float32(edges[0])) * np.float32(per_bar)
        counts += np.bincount(np.clip(places, 0, bars - 1).astype(np.int32), minlength=bars)
    return Histogram(counts=counts, edges=edges, missing=missing)


def signals(snapshot: Snapshot) -> list[str]:
    """Those that were measured: those that the recipe's rules ask about first."""
    measured = sorted(contents(snapshot.manifest)["columns"])
    asked = [rule.signal for rule in recipe_of(snapshot).active_rules if rule.signal in measured]
    return list(dict.fromkeys([*asked, *measured]))
