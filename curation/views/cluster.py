"""One duplicate group: its members, two of them side by side, and what people decide."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from corpora.errors import KotoguraError
from curation.actions import duplicates as actions
from curation.forms.duplicates import PairForm, TwoForm
from curation.models import Snapshot
from curation.queries import cluster as queries
from curation.queries.apart import last_word, verdict_on
from curation.queries.pairs import pair as compared
from curation.queries.places import places_of
from curation.views.asked import Asked, bad_request, refused, snapshot_or_404


@require_GET
@login_required
def cluster(request: Asked, snapshot_id: int, group: str) -> HttpResponse:
    snapshot, found, form = _asked(request, snapshot_id, group)
    if not form.is_valid():
        return _refuse(request)
    rows, start = found.rows, form.cleaned_data["start"] or 0
    start = min(start, len(rows) - 1) // queries.PAGE * queries.PAGE
    shown = rows[start : start + queries.PAGE]
    context = {
        "snapshot": snapshot,
        "group": found,
        "members": queries.members(snapshot, shown),
        "start": start,
        "end": start + len(shown),
        "earlier": max(0, start - queries.PAGE) if start else None,
        "later": start + queries.PAGE if start + queries.PAGE < len(rows) else None,
        **side_by_side(request, snapshot, found, shown, form),
    }
    return render(request, "duplicates/cluster.html", context)


@require_GET
@login_required
def pair(request: Asked, snapshot_id: int, group: str) -> HttpResponse:
    """The two members alone, as a fragment."""
    snapshot, found, form = _asked(request, snapshot_id, group)
    if not form.is_valid():
        return _refuse(request)
    context = {
        "snapshot": snapshot,
        "group": found,
        "start": form.cleaned_data["start"] or 0,
        **side_by_side(request, snapshot, found, found.rows, form),
    }
    response = render(request, "duplicates/_pair.html", context)
    address = reverse("cluster", args=[snapshot_id, group])
    response["HX-Replace-Url"] = f"{address}?{urlencode(form.asked())}"
    return response


def _asked(
    request: Asked, snapshot_id: int, group: str
) -> tuple[Snapshot, queries.Group, PairForm]:
    snapshot = snapshot_or_404(snapshot_id)
    return snapshot, group_or_404(snapshot, group), PairForm(request.GET)


def _refuse(request: Asked) -> HttpResponse:
    return bad_request(request, _("The address asks for members that there are not."))


def group_or_404(snapshot: Snapshot, name: str) -> queries.Group:
    found = queries.group(snapshot, name)
    if found is None:
        raise Http404(_("This snapshot has no group of that name."))
    return found


def side_by_side(
    request: Asked,
    snapshot: Snapshot,
    found: queries.Group,
    shown: list[int],
    form: PairForm,
) -> dict[str, Any]:
    """The two that the address names; without a word the one kept, and the first other."""
    left = _row(snapshot, found, form.cleaned_data["left"], found.rows[0])
    other = next((row for row in shown if row != left), found.rows[0])
    right = _row(snapshot, found, form.cleaned_data["right"], other)
    keeper, one, two = queries.members(snapshot, [found.rows[0], left, right])
    here, there = places_of(snapshot.manifest, [left, right])
    return {
        "keeper": keeper,
        "apart": verdict_on(one.id, two.id) if left != right else None,
        "undoable": last_word(snapshot, found.name, request.user),
        "why": queries.why(snapshot, found.name, keeper),
        "left": one,
        "right": two,
        "pair": compared(snapshot, here, there, form.cleaned_data["at"] or 0),
    }


def _row(snapshot: Snapshot, found: queries.Group, asked: str, usual: int) -> int:
    if not asked:
        return usual
    row = queries.member_row(snapshot, found.name, asked)
    if row is None:
        raise Http404(_("This group has no document with that id."))
    return row


@require_POST
@login_required
def keep(request: Asked, snapshot_id: int, group: str) -> HttpResponse:
    """The right one of the two that are shown."""
    return _decide(request, snapshot_id, group, "keep")


@require_POST
@login_required
def apart(request: Asked, snapshot_id: int, group: str) -> HttpResponse:
    return _decide(request, snapshot_id, group, "apart")


@require_POST
@login_required
def undo(request: Asked, snapshot_id: int, group: str) -> HttpResponse:
    return _decide(request, snapshot_id, group, "undo")


def _decide(request: Asked, snapshot_id: int, group: str, what: str) -> HttpResponse:
    """Do it, and show the same two again with what has become of them."""
    snapshot = snapshot_or_404(snapshot_id)
    group_or_404(snapshot, group)
    form = TwoForm(request.POST)
    if not form.is_valid():
        return _refuse(request)
    left, right = form.cleaned_data["left"], form.cleaned_data["right"]
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    back = f"{reverse('cluster', args=[snapshot_id, group])}?{urlencode(asked)}"
    by = request.user
    try:
        if what == "keep":
            actions.keep_this_one(snapshot=snapshot, name=group, document_id=right, by=by)
            said = _("Chosen among its copies. It counts from the next run on.")
        elif what == "apart":
            actions.not_duplicates(snapshot=snapshot, name=group, one=left, other=right, by=by)
            said = _("Not duplicates: from the next run on they are in different groups.")
        else:
            actions.undo(snapshot=snapshot, name=group, by=by)
            said = _("Taken back.")
    except KotoguraError as error:
        return refused(request, error, back)
    messages.success(request, said)
    return redirect(back)


_BASE = "snapshots/<int:snapshot_id>/duplicates/<str:group>/"
urlpatterns = [
    path(_BASE, cluster, name="cluster"),
    path(f"{_BASE}pair/", pair, name="cluster-pair"),
    path(f"{_BASE}keep/", keep, name="cluster-keep"),
    path(f"{_BASE}apart/", apart, name="cluster-apart"),
    path(f"{_BASE}undo/", undo, name="cluster-undo"),
]
