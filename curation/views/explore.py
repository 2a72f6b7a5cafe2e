"""What is done from the explore page: views kept by name, many documents judged at once."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from corpora.errors import KotoguraError
from curation.actions import explore
from curation.models import BulkJudgement, SavedView, Snapshot
from curation.queries.documents import count
from curation.queries.scan import Filter
from curation.views.asked import Asked, refused, snapshot_or_404
from curation.views.documents import filtered, query_of, refuse

#: Seconds that the preview counts.
_SECONDS = 10.0


def _page(snapshot_id: int, query: str) -> str:
    return reverse("documents", args=[snapshot_id]) + (f"?{query}" if query else "")


@require_GET
@login_required
@filtered
def preview(request: Asked, snapshot: Snapshot, wanted: Filter) -> HttpResponse:
    """How many documents would be judged, before anything is."""
    found = count(snapshot, wanted, _SECONDS)
    context = {
        "snapshot": snapshot,
        "query": query_of(wanted),
        "count": found,
        "most": explore.MOST_AT_ONCE,
        "possible": found.exact and 0 < found.number <= explore.MOST_AT_ONCE,
    }
    return render(request, "documents/_bulk.html", context)


@require_POST
@login_required
@filtered
def judge(request: Asked, snapshot: Snapshot, wanted: Filter) -> HttpResponse:
    try:
        expected = int(request.POST.get("expected", ""))
    except ValueError:
        return refuse(request)
    to = _page(snapshot.pk, query_of(wanted))
    try:
        bulk = explore.judge_all(
            snapshot=snapshot,
            wanted=wanted,
            verdict=request.POST.get("verdict", ""),
            expected=expected,
            by=request.user,
        )
    except KotoguraError as error:
        return refused(request, error, to)
    sentence = ngettext(
        "%(number)s document judged. It counts from the next run on.",
        "%(number)s documents judged. They count from the next run on.",
        bulk.documents,
    )
    messages.success(request, sentence % {"number": f"{bulk.documents:,}"})
    return redirect(to)


@require_POST
@login_required
def undo(request: Asked, snapshot_id: int) -> HttpResponse:
    snapshot = snapshot_or_404(snapshot_id)
    bulk = get_object_or_404(BulkJudgement, pk=request.POST.get("bulk") or 0, snapshot=snapshot)
    to = _page(snapshot_id, request.GET.urlencode())
    try:
        number = explore.undo_all(bulk=bulk, by=request.user)
    except KotoguraError as error:
        return refused(request, error, to)
    sentence = ngettext(
        "Undone: %(number)s document is as it was.",
        "Undone: %(number)s documents are as they were.",
        number,
    )
    messages.success(request, sentence % {"number": f"{number:,}"})
    return redirect(to)


@require_POST
@login_required
@filtered
def save(request: Asked, snapshot: Snapshot, wanted: Filter) -> HttpResponse:
    query = query_of(wanted)
    name = request.POST.get("name", "")
    try:
        explore.save_view(snapshot=snapshot, name=name, wanted=wanted, query=query, by=request.user)
    except KotoguraError as error:
        return refused(request, error, _page(snapshot.pk, query))
    messages.success(request, _("Saved."))
    return redirect(_page(snapshot.pk, query))


@require_POST
@login_required
def delete(request: Asked, snapshot_id: int, view_id: int) -> HttpResponse:
    snapshot_or_404(snapshot_id)
    to = _page(snapshot_id, request.GET.urlencode())
    view = get_object_or_404(SavedView, pk=view_id)
    try:
        explore.delete_view(view=view, by=request.user)
    except KotoguraError as error:
        return refused(request, error, to)
    messages.success(request, _("Deleted."))
    return redirect(to)


_BASE = "snapshots/<int:snapshot_id>/explore/"
urlpatterns = [
    path(f"{_BASE}bulk/", preview, name="explore-bulk"),
    path(f"{_BASE}judge/", judge, name="explore-judge"),
    path(f"{_BASE}undo/", undo, name="explore-undo"),
    path(f"{_BASE}views/", save, name="view-save"),
    path(f"{_BASE}views/<int:view_id>/delete/", delete, name="view-delete"),
]
