"""What is done from the explore page: views kept by name, many documents judged at once."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from corpora.errors import KotoguraError
from curation.actions import bulk as bulks
from curation.actions import explore
from curation.models import BulkJudgement, SavedView, Snapshot
from curation.queries import bulk as queries
from curation.queries.documents import MORE_SECONDS, count
from curation.queries.scan import Filter
from curation.views.asked import Asked, refused, snapshot_or_404
from curation.views.documents import filtered, query_of, refuse


def _page(snapshot_id: int, query: str) -> str:
    return reverse("documents", args=[snapshot_id]) + (f"?{query}" if query else "")


@require_GET
@login_required
@filtered
def preview(request: Asked, snapshot: Snapshot, wanted: Filter) -> HttpResponse:
    """How many documents would be judged, before anything is; goes on counting by itself."""
    context = {
        "snapshot": snapshot,
        "query": query_of(wanted),
        "count": count(snapshot, wanted, MORE_SECONDS),
        "most": bulks.MOST_AT_ONCE,
    }
    return render(request, "documents/_bulk.html", context)


@require_GET
@login_required
@filtered
def judging(request: Asked, snapshot: Snapshot, wanted: Filter) -> HttpResponse:
    """What of many documents is being judged or undone, and what the person can undo."""
    context = {
        "snapshot": snapshot,
        "query": query_of(wanted),
        "jobs": queries.under_way(snapshot),
        "last": queries.last_judged(snapshot, request.user),
        "asked_again": True,
    }
    return render(request, "documents/_judging.html", context)


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
        bulk = bulks.judge_all(
            snapshot=snapshot,
            wanted=wanted,
            verdict=request.POST.get("verdict", ""),
            expected=expected,
            by=request.user,
        )
    except KotoguraError as error:
        return refused(request, error, to)
    if bulk.state == bulk.State.DONE:
        sentence = ngettext(
            "%(number)s document judged. It counts from the next run on.",
            "%(number)s documents judged. They count from the next run on.",
            bulk.judged,
        )
        messages.success(request, sentence % {"number": f"{bulk.judged:,}"})
    return redirect(to)


def _steer(
    request: Asked, snapshot_id: int, steer: Callable[..., BulkJudgement]
) -> tuple[BulkJudgement | None, HttpResponse]:
    """What became of the judgement that the form names, and the answer; None when refused."""
    snapshot = snapshot_or_404(snapshot_id)
    number = request.POST.get("bulk", "")
    number = number if number.isdecimal() and len(number) < 19 else "0"
    bulk = get_object_or_404(BulkJudgement, pk=number, snapshot=snapshot)
    to = _page(snapshot_id, request.GET.urlencode())
    try:
        return steer(bulk=bulk, by=request.user), redirect(to)
    except KotoguraError as error:
        return None, refused(request, error, to)


@require_POST
@login_required
def undo(request: Asked, snapshot_id: int) -> HttpResponse:
    bulk, answer = _steer(request, snapshot_id, bulks.undo_all)
    if bulk is not None and bulk.state == bulk.State.UNDONE:
        sentence = ngettext(
            "Undone: %(number)s document is as it was.",
            "Undone: %(number)s documents are as they were.",
            bulk.undone,
        )
        messages.success(request, sentence % {"number": f"{bulk.undone:,}"})
    return answer


@require_POST
@login_required
def stop(request: Asked, snapshot_id: int) -> HttpResponse:
    return _steer(request, snapshot_id, bulks.stop)[1]


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
    path(f"{_BASE}judging/", judging, name="explore-judging"),
    path(f"{_BASE}undo/", undo, name="explore-undo"),
    path(f"{_BASE}stop/", stop, name="explore-stop"),
    path(f"{_BASE}views/", save, name="view-save"),
    path(f"{_BASE}views/<int:view_id>/delete/", delete, name="view-delete"),
]
