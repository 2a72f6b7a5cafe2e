"""Review: queues drawn from filters, judged one document after the other."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from corpora.errors import KotoguraError
from curation.actions import review
from curation.actions.review import StaleItem
from curation.forms.documents import FilterForm
from curation.forms.judging import VerdictForm
from curation.forms.review import QueueForm
from curation.models import ReviewItem, ReviewQueue, Snapshot
from curation.queries import review as queries
from curation.queries.documents import count
from curation.queries.scan import Filter
from curation.sentences import said
from curation.views.asked import Asked, bad_request, refused, snapshot_or_404


@require_GET
@login_required
def queues(request: Asked) -> HttpResponse:
    snapshots = Snapshot.objects.prefetch_related("corpora")[:5]
    context = {"queues": queries.queues()[:200], "snapshots": snapshots}
    return render(request, "review/queues.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def create(request: Asked, snapshot_id: int) -> HttpResponse:
    snapshot = snapshot_or_404(snapshot_id)
    filtered = FilterForm(request.GET)
    if not filtered.is_valid():
        return bad_request(request, _("The address asks for something that cannot be looked for."))
    wanted = filtered.filter()
    form = QueueForm(request.POST or None, snapshot=snapshot, initial=_suggested(wanted))
    if request.method == "POST" and form.is_valid():
        try:
            queue = review.create_queue(
                snapshot=snapshot, filter=wanted.to_query(), by=request.user, **form.cleaned_data
            )
            return redirect("queue", queue.pk)
        except KotoguraError as error:
            form.add_error(None, said(error))
    context = {
        "snapshot": snapshot,
        "form": form,
        "wanted": wanted,
        "conditions": wanted.to_query(),
        "count": count(snapshot, wanted),
        "queues": queries.queues_of(snapshot),
    }
    return render(request, "review/create.html", context, status=200 if not form.errors else 422)


def _suggested(wanted: Filter) -> dict[str, Any]:
    """A name that says what is looked at, and a seed that no queue of that name has."""
    subject = slugify(" ".join(wanted.rule or wanted.verdict)) or "sample"
    made = ReviewQueue.objects.filter(name__startswith=subject).count()
    return {"name": f"{subject[:50]}-{made + 1}", "size": 20, "seed": made}


@require_GET
@login_required
def queue(request: Asked, queue_id: int) -> HttpResponse:
    found = _queue(queue_id)
    item = None
    if "item" in request.GET:
        asked = request.GET["item"]
        item = found.items.filter(pk=int(asked)).first() if asked.isdecimal() else None
        if item is None:
            return bad_request(request, _("This queue has no such item."))
    return render(request, "review/queue.html", _desk(found, item))


def _queue(queue_id: int) -> ReviewQueue:
    related = ReviewQueue.objects.select_related("corpus", "snapshot__recipe", "created_by")
    return get_object_or_404(related, pk=queue_id)


def _desk(found: ReviewQueue, item: ReviewItem | None = None) -> dict[str, Any]:
    """The current card, those behind it, and what is beside them."""
    items = [item] if item else []
    room = 1 + queries.AHEAD - len(items)
    items += queries.open_items(found, limit=room, besides=[item.pk for item in items])
    cards = queries.cards(found, items)
    return {
        **_beside(found),
        "card": cards[0] if cards else None,
        "ahead": cards[1:],
        "outcome": None if cards else queries.outcome(found),
    }


def _beside(found: ReviewQueue) -> dict[str, Any]:
    return {
        "queue": found,
        "snapshot": found.snapshot,
        "progress": queries.progress(found),
        "last": queries.last_judged(found),
    }


@require_POST
@login_required
def judge(request: Asked, queue_id: int) -> HttpResponse:
    """Record a verdict. To a script: what is beside, and the next card to hold ready."""
    found = _queue(queue_id)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return bad_request(request, _("A verdict is keep, drop or skip, of an item of the queue."))
    given = form.cleaned_data
    item = get_object_or_404(found.items.select_related("queue__corpus"), pk=given["item"])
    try:
        review.judge(
            item=item,
            verdict=given["verdict"],
            version=given["version"],
            by=request.user,
            note=given["note"],
        )
    except StaleItem as error:
        return _stale(request, found, item, error)
    if not request.headers.get("X-Review"):
        return redirect("queue", queue_id)
    fresh = queries.open_items(found, limit=1, besides=form.held_ids())
    context = {**_beside(found), "ahead": queries.cards(found, fresh)}
    return render(request, "review/_after.html", context)


def _stale(request: Asked, found: ReviewQueue, item: ReviewItem, error: StaleItem) -> HttpResponse:
    """409 with the item as it is now, and the verdict and note that were not recorded."""
    fresh = found.items.select_related("judgement__by").get(pk=item.pk)
    context = {**_desk(found, fresh), "draft": request.POST, "error": said(error)}
    template = "review/_desk.html" if request.headers.get("X-Review") else "review/queue.html"
    return render(request, template, context, status=409)


@require_POST
@login_required
def undo(request: Asked, queue_id: int) -> HttpResponse:
    found = _queue(queue_id)
    try:
        item = review.undo(queue=found, by=request.user)
    except KotoguraError as error:
        if request.headers.get("X-Review"):
            return HttpResponse(said(error), status=409, content_type="text/plain; charset=utf-8")
        return refused(request, error, reverse("queue", args=[queue_id]))
    if request.headers.get("X-Review"):
        return render(request, "review/_desk.html", _desk(found, item))
    messages.success(request, _("Taken back."))
    return redirect(f"{reverse('queue', args=[queue_id])}?item={item.pk}")


urlpatterns = [
    path("review/", queues, name="queues"),
    path("snapshots/<int:snapshot_id>/queues/", create, name="queues"),
    path("review/<int:queue_id>/", queue, name="queue"),
    path("review/<int:queue_id>/judge/", judge, name="queue-judge"),
    path("review/<int:queue_id>/undo/", undo, name="queue-undo"),
]
