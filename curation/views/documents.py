"""Exploring the documents of a snapshot: the whole state is in the URL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from curation.forms.documents import FilterForm, RestForm, refusal
from curation.models import Snapshot
from curation.queries import bulk, explore
from curation.queries import documents as queries
from curation.queries.amounts import amounts
from curation.queries.documents import PAGE_ROWS, Count, count, page
from curation.queries.fields import Facet, Value
from curation.queries.places import FIRST, Place, locate
from curation.queries.scan import LEAST, MOST, NOT, Filter
from curation.queries.summaries import summaries
from curation.views.asked import Asked, bad_request, snapshot_or_404

#: How long a condition's alternative is counted, where nothing was found.
_ALTERNATIVE_SECONDS = 0.05


def filtered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of (request, snapshot, filter) as the address says; 400 when that cannot be."""

    @wraps(view)
    def answer(request: Asked, snapshot_id: int, **named: Any) -> HttpResponse:
        snapshot = snapshot_or_404(snapshot_id)
        form = FilterForm(request.GET)
        if not form.is_valid() or refusal(form.filter()):
            return refuse(request)
        return view(request, snapshot, form.filter(), **named)

    return answer


def refuse(request: HttpRequest) -> HttpResponse:
    return bad_request(request, _("The address asks for something that cannot be looked for."))


def query_of(wanted: Filter) -> str:
    return urlencode(wanted.to_query(), doseq=True)


@require_GET
@login_required
def documents(request: Asked, snapshot_id: int) -> HttpResponse:
    snapshot = snapshot_or_404(snapshot_id)
    form = FilterForm(request.GET)
    if not form.is_valid():
        return refuse(request)
    wanted = form.filter()
    if locate_id(snapshot, wanted.contains.strip()):
        return redirect("document", snapshot_id, wanted.contains.strip())
    refused = refusal(wanted)
    context = {
        "snapshot": snapshot,
        "form": form,
        "wanted": wanted,
        "query": query_of(wanted),
        "refused": refused,
        "conditions": _conditions(wanted),
        "hidden": _hidden(wanted.without("contains", "")),
        "base": snapshot.counts["documents_in"] - snapshot.counts["failed"],
        "first": form.start() == FIRST,
        "views": explore.views(snapshot),
        "jobs": bulk.under_way(snapshot),
        "last": bulk.last_judged(snapshot, request.user),
    }
    if not refused:
        context |= {
            "count": count(snapshot, wanted),
            **_rows(snapshot, wanted, form.start(), PAGE_ROWS, 0),
        }
    return render(request, "documents/page.html", context)


def _rows(
    snapshot: Snapshot,
    wanted: Filter,
    start: Place,
    room: int,
    shown: int,
    seconds: float | None = None,
) -> dict[str, Any]:
    """What _rows.html takes: some documents, and where the rest is."""
    found = page(snapshot, wanted, start, room, seconds)
    shown += len(found.places)
    nothing = not shown and not found.cut_short
    return {
        "rows": summaries(snapshot, found.places, wanted),
        "page": found,
        "room": room - len(found.places),
        "shown": shown,
        "nothing": nothing,
        "alternatives": _alternatives(snapshot, wanted) if nothing else [],
        "first": start == FIRST,
        "listed": urlencode({**wanted.to_query(), "after": str(start)}, doseq=True),
    }


@require_GET
@login_required
@filtered
def rows(request: Asked, snapshot: Snapshot, wanted: Filter) -> HttpResponse:
    """The rows that a page's search had no time for."""
    form = RestForm(request.GET)
    if not form.is_valid():
        return refuse(request)
    room, shown = form.cleaned_data["room"], form.cleaned_data["shown"]
    context = {"snapshot": snapshot, "query": query_of(wanted)}
    context |= _rows(snapshot, wanted, form.start(), room, shown, queries.MORE_SECONDS)
    return render(request, "documents/_rows.html", context)


@require_GET
@login_required
@filtered
def counted(request: Asked, snapshot: Snapshot, wanted: Filter) -> HttpResponse:
    """The count as it goes on; says so to the facets when it is through."""
    found = count(snapshot, wanted, queries.MORE_SECONDS)
    context = {
        "snapshot": snapshot,
        "query": query_of(wanted),
        "count": found,
        "base": snapshot.counts["documents_in"] - snapshot.counts["failed"],
    }
    answer = render(request, "documents/_count.html", context)
    if found.through:
        answer["HX-Trigger"] = "counted"
    return answer


@require_GET
@login_required
@filtered
def facets(request: Asked, snapshot: Snapshot, wanted: Filter) -> HttpResponse:
    """The values of each field, and the signals, under the filter."""
    found = queries.facets(snapshot, wanted)
    context = {
        "snapshot": snapshot,
        "query": query_of(wanted),
        "exact": found.exact,
        "amounts": found.amounts,
        "every": amounts(snapshot.manifest, None),
        "facets": [(facet, _choices(wanted, facet)) for facet in found.facets],
        "signals": [
            (signal, wanted.range_of(signal).low, wanted.range_of(signal).high)
            for signal in explore.signals(snapshot)
        ],
    }
    return render(request, "documents/_facets.html", context)


@require_GET
@login_required
@filtered
def brush(request: Asked, snapshot: Snapshot, wanted: Filter, signal: str) -> HttpResponse:
    """One signal's histogram, to choose a range in."""
    try:
        found = explore.brush(snapshot, wanted, signal)
    except KeyError as error:
        raise Http404(_("This signal was not measured in the snapshot.")) from error
    context = {
        "snapshot": snapshot,
        "brush": found,
        "hidden": _hidden(wanted.without(LEAST + signal, "")),
        "names": (LEAST + signal, MOST + signal),
    }
    return render(request, "documents/_brush.html", context)


def locate_id(snapshot: Snapshot, text: str) -> bool:
    """Whether the words searched for are a document's id."""
    return len(text) == 32 and locate(snapshot, text) is not None


# -- conditions -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of the filter, and the query without it."""

    #: "verdict", "rule", …, "contains", or "signal".
    kind: str
    value: str
    #: The signal that a range speaks of.
    signal: str
    negative: bool
    query: str


def _conditions(wanted: Filter) -> list[Condition]:
    return [_condition(wanted, name, value) for name, value in wanted.conditions()]


def _condition(wanted: Filter, name: str, value: str) -> Condition:
    signal = name.removeprefix(LEAST) if name.startswith(LEAST) else ""
    return Condition(
        kind="signal" if signal else name.removeprefix(NOT),
        value=value,
        signal=signal,
        negative=name.startswith(NOT),
        query=query_of(wanted.without(name, value)),
    )


def _alternatives(snapshot: Snapshot, wanted: Filter) -> list[tuple[Condition, Count]]:
    """Each condition with what would be found without it."""
    found = []
    for name, value in wanted.conditions():
        less = count(snapshot, wanted.without(name, value), _ALTERNATIVE_SECONDS)
        found.append((_condition(wanted, name, value), less))
    return sorted(found, key=lambda pair: -pair[1].number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of a field, and the queries that it can be clicked for."""

    value: Value
    #: This value alone; without it, if it is that already or is left out.
    only: str
    #: Beside the field's others; without it, if it is one of them.
    also: str
    #: Everything but it.
    without: str


def _choices(wanted: Filter, facet: Facet) -> list[Choice]:
    return [_choice(wanted, facet.name, value) for value in facet.values]


def _choice(wanted: Filter, name: str, value: Value) -> Choice:
    text, chosen = value.value, wanted.values(name)
    if value.state == "out":
        back = query_of(wanted.without(NOT + name, text))
        return Choice(value=value, only=back, also=back, without=back)
    less = wanted.without(name, text)
    only = less if chosen == (text,) else wanted.choosing(name, text)
    also = less if text in chosen else wanted.choosing(name, *chosen, text)
    return Choice(
        value=value,
        only=query_of(only),
        also=query_of(also),
        without=query_of(less.excluding(name, text)),
    )


def _hidden(wanted: Filter) -> list[tuple[str, str]]:
    """The filter as a form's hidden fields."""
    query = wanted.to_query()
    return [
        (name, value)
        for name, values in query.items()
        for value in (values if isinstance(values, list) else [values])
    ]


_BASE = "snapshots/<int:snapshot_id>/"
urlpatterns = [
    path(f"{_BASE}documents/", documents, name="documents"),
    path(f"{_BASE}explore/rows/", rows, name="explore-rows"),
    path(f"{_BASE}explore/count/", counted, name="explore-count"),
    path(f"{_BASE}explore/facets/", facets, name="explore-facets"),
    path(f"{_BASE}explore/signals/<str:signal>/", brush, name="explore-brush"),
]
