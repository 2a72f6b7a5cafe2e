"""Documents at a cut: read and judged in the studio itself."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from corpora.errors import RecipeError
from corpora.recipe import Recipe, Rule
from curation.actions.review import judge_document
from curation.forms.document import RememberedForm, UndoableForm
from curation.models import Snapshot
from curation.permissions import require
from curation.queries import studio as queries
from curation.queries.boundary import readings
from curation.queries.judgements import standing_of
from curation.queries.places import locate
from curation.queries.snapshots import corpus_of
from curation.queries.what_if import Side
from curation.views.asked import Asked, bad_request, place_or_404, snapshot_or_404
from curation.views.settings_asked import Asking, asked_limit, refused_inline, require_measured
from curation.views.what_if import asks

#: Judgements of one document that a list takes back.
MOST_STOOD = 50


@require_GET
@login_required
@asks
def cut(request: Asked, snapshot_id: int) -> HttpResponse:
    """The documents nearest to a limit, on either side of it; and those that the list before
    judged, wherever they are now."""
    snapshot = snapshot_or_404(snapshot_id)
    form = RememberedForm(request.GET)
    if not form.is_valid():
        return bad_request(request, _("A judgement is keep, drop or withdrawn."))
    stood: dict[str, list[str]] = form.cleaned_data["remembered"]
    try:
        recipe, rule, side = asked_limit(request.GET, snapshot)
    except RecipeError as error:
        return refused_inline(request, error)
    require_measured(snapshot, rule)
    inside, outside = queries.at_the_cut(snapshot, recipe, rule, side)
    judged = [locate(snapshot, document_id) for document_id in stood]
    elsewhere = [place for place in judged if place and place not in (*inside, *outside)]
    context = {
        **_about(snapshot, rule, side),
        "sides": [
            (
                where,
                [
                    (reading, stood.get(reading.summary.id, []))
                    for reading in readings(snapshot, recipe, rule, places)
                ],
            )
            for where, places in (("in", inside), ("out", outside), ("elsewhere", elsewhere))
        ],
    }
    return render(request, "studio/_cut.html", context)


def _about(snapshot: Snapshot, rule: Rule, side: Side) -> dict[str, Any]:
    return {"snapshot": snapshot, "rule": rule, "side": side, "limit": getattr(rule, side)}


@require_POST
@login_required
def judge(request: Asked, snapshot_id: int, document_id: str) -> HttpResponse:
    """Record a verdict; what comes back is the document's row as it is now."""
    require(request.user, "judge")
    snapshot = snapshot_or_404(snapshot_id)
    place = place_or_404(snapshot, document_id)
    form = UndoableForm(request.POST)
    if not form.is_valid():
        return bad_request(request, _("A judgement is keep, drop or withdrawn."))
    said = form.cleaned_data
    before = standing_of([document_id]).get(document_id, "withdrawn")
    judge_document(
        corpus=corpus_of(snapshot, place.part),
        document_id=document_id,
        verdict=said["verdict"],
        note="",
        by=request.user,
    )
    # Its limits may have moved since the row was shown; its signal has not.
    recipe, rule, side = _limit(request.POST, snapshot)
    require_measured(snapshot, rule)
    (reading,) = readings(snapshot, recipe, rule, [place])
    context = {
        **_about(snapshot, rule, side),
        "reading": reading,
        # What is taken back is not taken back again; what was before it can be.
        "stood": said["stood"] if said["undo"] else [*said["stood"], before][-MOST_STOOD:],
    }
    response = render(request, "studio/_reading.html", context)
    # The sums count judgements: the board asks again.
    response["HX-Trigger-After-Swap"] = "studio:judged"
    return response


def _limit(asked: Asking, snapshot: Snapshot) -> tuple[Recipe, Rule, Side]:
    try:
        return asked_limit(asked, snapshot)
    except RecipeError as error:
        raise Http404(_("The recipe has no such limit.")) from error


_BASE = "snapshots/<int:snapshot_id>/studio/cut/"
urlpatterns = [
    path(_BASE, cut, name="studio-cut"),
    path(f"{_BASE}<str:document_id>/judge/", judge, name="studio-judge"),
]
