"""What the explore page says beside its list: views and histograms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet

from corpora.recipe import Rule
from curation.models import SavedView, Snapshot
from curation.queries import fields, histograms
from curation.queries.charts import Chart, chart
from curation.queries.fields import together
from curation.queries.places import offsets
from curation.queries.scan import LEAST, Filter
from curation.queries.search import hits
from curation.queries.snapshots import contents, recipe_of

#: Values that a histogram's range is taken from.
_SAMPLE = 200_000
_AT_ONCE = 1 << 18


def views(snapshot: Snapshot) -> QuerySet[SavedView]:
    """The views of the snapshot's corpora, whichever snapshot they were saved on."""
    same = SavedView.objects.filter(snapshot__corpora__in=snapshot.corpora.all())
    return same.select_related("owner").distinct()


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
    asked = wanted.range_of(signal)
    mask = together(sha256, fields.masks(sha256, wanted.without(LEAST + signal, "")))
    if found := hits(sha256, wanted):
        mask = found.rows() if mask is None else mask & found.rows()
    rule = Rule(name=signal, signal=signal, min=asked.low, max=asked.high)
    return Brush(
        signal=signal,
        chart=chart(histograms.among(sha256, signal, mask), rule),
        low=_typed(asked.low),
        high=_typed(asked.high),
        documents=int(offsets(sha256)[-1] if mask is None else np.count_nonzero(mask)),
    )


def _typed(limit: float | None) -> str:
    return "" if limit is None else f"{limit:.12g}"


def signals(snapshot: Snapshot) -> list[str]:
    """Those that were measured: those that the recipe's rules ask about first."""
    measured = sorted(contents(snapshot.manifest)["columns"])
    asked = [rule.signal for rule in recipe_of(snapshot).active_rules if rule.signal in measured]
    return list(dict.fromkeys([*asked, *measured]))
