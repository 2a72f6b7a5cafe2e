"""What the views of a snapshot share: who asks, which snapshot, and a refusal as an answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from corpora.errors import KotoguraError
from curation.models import Snapshot, User
from curation.queries.places import Place, locate
from curation.sentences import said


class Asked(HttpRequest):
    """A request by somebody who is logged in: every view here is behind login_required."""

    user: User
    htmx: HtmxDetails


def snapshot_or_404(snapshot_id: int) -> Snapshot:
    """With what its pages ask of it again and again."""
    found = Snapshot.objects.select_related("recipe", "run").prefetch_related("corpora")
    return get_object_or_404(found, pk=snapshot_id)


def place_or_404(snapshot: Snapshot, document_id: str) -> Place:
    place = locate(snapshot, document_id)
    if place is None:
        raise Http404(_("This snapshot has no document with that id."))
    return place


def refused(request: Asked, error: KotoguraError, to: str) -> HttpResponse:
    """Say why nothing was done, on the page that is shown next."""
    messages.error(request, said(error))
    return redirect(to)


def bad_request(request: HttpRequest, sentence: str) -> HttpResponseBadRequest:
    """400 with the sentence, as a page."""
    page = render(request, "snapshots/bad_request.html", {"sentence": sentence})
    return HttpResponseBadRequest(page.content)
