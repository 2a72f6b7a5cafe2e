"""The duplicates of a snapshot: its groups by size and kind, the whole state in the URL."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from curation.forms.documents import names_offered
from curation.forms.duplicates import KIND_TITLES, ClustersForm
from curation.models import Snapshot
from curation.queries import clusters as queries
from curation.queries.cluster_lines import lines
from curation.queries.places import locate, row_of
from curation.queries.snapshots import recipe_of
from curation.views.asked import Asked, bad_request, snapshot_or_404


@require_GET
@login_required
def duplicates(request: Asked, snapshot_id: int) -> HttpResponse:
    snapshot = snapshot_or_404(snapshot_id)
    form = ClustersForm(request.GET)
    if not form.is_valid():
        return bad_request(request, _("The address asks for something that cannot be looked for."))
    asked_id = form.cleaned_data["document"].strip()
    if name := group_of(snapshot, asked_id):
        return redirect("cluster", snapshot_id, name)
    wanted, start = form.wanted(), form.start()
    found = queries.page(snapshot, wanted, start, queries.PAGE)
    context = {
        "snapshot": snapshot,
        "form": form,
        "query": urlencode(wanted.to_query()),
        "page": found,
        "first": start is None,
        "lines": lines(snapshot, found.numbers),
        "every": len(queries.groups(snapshot).sizes),
        "base": snapshot.counts["documents_in"] - snapshot.counts["failed"],
        "kinds": [
            (kind, title, found.kinds[kind])
            for kind, title in KIND_TITLES.items()
            if found.kinds[kind] or kind == wanted.kind
        ],
        "domains": names_offered(snapshot.counts["by_domain"]),
        "sources": names_offered(snapshot.counts["by_source"]),
        "missing": asked_id,
        "mode": recipe_of(snapshot).dedup.mode,
    }
    return render(request, "duplicates/page.html", context)


def group_of(snapshot: Snapshot, document_id: str) -> str:
    """The name of the cluster that a document is in, "" when it is in none or not there."""
    place = locate(snapshot, document_id) if document_id else None
    if place is None:
        return ""
    every = queries.groups(snapshot)
    number = every.holding(row_of(snapshot.manifest, place))
    return "" if number is None else every.name(number)


_BASE = "snapshots/<int:snapshot_id>/duplicates/"
urlpatterns = [path(_BASE, duplicates, name="duplicates")]
