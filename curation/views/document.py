"""One document: its text, why it is in or out, where it came from and where it went."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from corpora.errors import KotoguraError
from curation.actions import comments, opt_outs, review
from curation.forms.document import CommentForm, JudgementForm, ReadingForm
from curation.models import Comment, OptOut
from curation.permissions import require
from curation.queries import document as queries
from curation.queries.document import Detail
from curation.queries.fetched import fetched_as
from curation.queries.judgements import standing_of
from curation.queries.lineage import positions, source_bytes
from curation.queries.percentiles import standings
from curation.queries.reading import read
from curation.queries.snapshots import corpus_of
from curation.queries.stepping import before, behind
from curation.views.asked import Asked, bad_request, place_or_404, refused, snapshot_or_404

#: Exports whose places a page states.
EXPORTS_SHOWN = 10


@require_GET
@login_required
def document(request: Asked, snapshot_id: int, document_id: str) -> HttpResponse:
    snapshot = snapshot_or_404(snapshot_id)
    place = place_or_404(snapshot, document_id)
    form = ReadingForm(request.GET)
    if not form.is_valid():
        return bad_request(request, _("The address asks for a text that there is not."))
    found = queries.detail(snapshot, place)
    reading = read(snapshot, found, form.wish())
    if request.htmx and not request.htmx.history_restore_request:
        context = {"snapshot": snapshot, "document": found, "reading": reading}
        answer = render(request, "documents/_reading.html", context)
        patch_vary_headers(answer, ["HX-Request"])
        return answer
    context = {
        "snapshot": snapshot,
        "document": found,
        "reading": reading,
        "members": queries.members(snapshot, found),
        "history": queries.history(found.id),
        "standing": standing_of([found.id]).get(found.id, ""),
        "positions": positions(queries.exports_with(snapshot, found)[:EXPORTS_SHOWN], found.id),
        "standings": standings(snapshot, found.signals),
        "opt_outs": _opt_outs(found),
        "fetched": fetched_as(corpus_of(snapshot, place.part), str(found.fields["source"])),
    }
    return render(request, "documents/document.html", context)


@require_GET
@login_required
def step(request: Asked, snapshot_id: int, document_id: str, to: str) -> HttpResponse:
    """To the document before or behind this one in the list that the address names."""
    snapshot = snapshot_or_404(snapshot_id)
    place = place_or_404(snapshot, document_id)
    form = ReadingForm(request.GET)
    if not form.is_valid():
        return bad_request(request, _("The address asks for a text that there is not."))
    wish = form.wish()
    found = (behind if to == "next" else before)(snapshot, wish.wanted, place)
    if found.place is not None:
        document_id = queries.id_at(snapshot, found.place)
    elif found.cut_short:
        messages.info(request, _("Not found yet: the search is not through. Once more goes on."))
    elif to == "next":
        messages.info(request, _("This is the last document of the list."))
    else:
        messages.info(request, _("This is the first document of the list."))
    return redirect(_address(snapshot_id, document_id, wish.listed))


def _address(snapshot_id: int, document_id: str, listed: str) -> str:
    """The document's page, knowing the list that one came from."""
    query = "?" + urlencode({"list": listed}) if listed else ""
    return reverse("document", args=[snapshot_id, document_id]) + query


def _as_it_was(request: Asked, snapshot_id: int, document_id: str) -> str:
    """The document's page with the text that was being read, and the list that one came from."""
    came = urlsplit(request.headers.get("Referer", ""))
    page = _address(snapshot_id, document_id, "")
    if came.path == page and came.query:
        return f"{page}?{came.query}"
    return _address(snapshot_id, document_id, request.POST.get("list", ""))


@require_GET
@login_required
def source(request: Asked, snapshot_id: int, document_id: str) -> HttpResponse:
    """The first bytes of the record as they are in the source: a part of the page."""
    require(request.user, "source.look")
    snapshot = snapshot_or_404(snapshot_id)
    found = queries.detail(snapshot, place_or_404(snapshot, document_id))
    context = {"document": found, "bytes": source_bytes(snapshot, found)}
    return render(request, "documents/_source.html", context)


def _opt_outs(found: Detail) -> list[OptOut]:
    """The opt-outs that name this document by its id."""
    return list(OptOut.objects.filter(kind=OptOut.Kind.ID, value=found.id, withdrawn_at=None))


@require_POST
@login_required
def judge(request: Asked, snapshot_id: int, document_id: str) -> HttpResponse:
    snapshot = snapshot_or_404(snapshot_id)
    place = place_or_404(snapshot, document_id)
    form = JudgementForm(request.POST)
    if not form.is_valid():
        return bad_request(request, _("A judgement is keep, drop or withdrawn."))
    given = form.cleaned_data
    review.judge_document(
        corpus=corpus_of(snapshot, place.part),
        document_id=document_id,
        verdict=given["verdict"],
        note=given["note"],
        by=request.user,
    )
    # The panel beside the text says what stands now: a message above would push the text down.
    return redirect(_as_it_was(request, snapshot_id, document_id))


@require_POST
@login_required
def comment(request: Asked, snapshot_id: int, document_id: str) -> HttpResponse:
    snapshot = snapshot_or_404(snapshot_id)
    place = place_or_404(snapshot, document_id)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return bad_request(
            request,
            _("A comment has 1 to %(most)s characters.") % {"most": f"{Comment.LONGEST:,}"},
        )
    comments.comment(
        corpus=corpus_of(snapshot, place.part),
        document_id=document_id,
        text=form.cleaned_data["text"],
        by=request.user,
    )
    messages.success(request, _("The comment is in the document's history."))
    return redirect(_as_it_was(request, snapshot_id, document_id))


@require_POST
@login_required
def opt_out(request: Asked, snapshot_id: int, document_id: str) -> HttpResponse:
    snapshot = snapshot_or_404(snapshot_id)
    place_or_404(snapshot, document_id)
    reason = request.POST.get("reason", "")
    try:
        opt_outs.opt_out(kind=OptOut.Kind.ID, value=document_id, reason=reason, by=request.user)
    except KotoguraError as error:
        return refused(request, error, reverse("document", args=[snapshot_id, document_id]))
    messages.success(request, _("Opted out. It is in no snapshot from the next run on."))
    return redirect("document", snapshot_id, document_id)


_BASE = "snapshots/<int:snapshot_id>/documents/<str:document_id>/"
urlpatterns = [
    path(_BASE, document, name="document"),
    path(f"{_BASE}next/", step, {"to": "next"}, name="document-next"),
    path(f"{_BASE}previous/", step, {"to": "previous"}, name="document-previous"),
    path(f"{_BASE}source/", source, name="document-source"),
    path(f"{_BASE}judge/", judge, name="document-judge"),
    path(f"{_BASE}comment/", comment, name="document-comment"),
    path(f"{_BASE}opt-out/", opt_out, name="document-opt-out"),
]
