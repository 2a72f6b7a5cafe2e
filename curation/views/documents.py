"""The documents of a snapshot: filtered, in pages, the whole state in the URL."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from curation.forms.documents import FilterForm, names_offered, rules_offered
from curation.models import Snapshot
from curation.queries.document import locate
from curation.queries.documents import Count, count, page
from curation.queries.scan import Filter
from curation.queries.summaries import summaries
from curation.views.asked import Asked, bad_request, snapshot_or_404


@require_GET
@login_required
def documents(request: Asked, snapshot_id: int) -> HttpResponse:
    snapshot = snapshot_or_404(snapshot_id)
    form = FilterForm(request.GET)
    if not form.is_valid():
        return bad_request(request, _("The address asks for something that cannot be looked for."))
    wanted, start = form.filter(), form.start()
    if locate_id(snapshot, wanted.contains):
        return redirect("document", snapshot_id, wanted.contains)
    found = page(snapshot, wanted, start)
    context = {
        "snapshot": snapshot,
        "form": form,
        "query": urlencode(wanted.to_query()),
        "rows": summaries(snapshot, found.places, wanted.contains),
        "page": found,
        "first": start.part == 0 and start.row == 0,
        "count": count(snapshot, wanted),
        "rules": rules_offered(snapshot),
        "domains": names_offered(snapshot.counts["by_domain"]),
        "sources": names_offered(snapshot.counts["by_source"]),
        "conditions": _conditions(snapshot, wanted),
        "base": snapshot.counts["documents_in"] - snapshot.counts["failed"],
    }
    return render(request, "documents/page.html", context)


def locate_id(snapshot: Snapshot, text: str) -> bool:
    """Whether the words searched for are a document's id."""
    return len(text) == 32 and locate(snapshot, text) is not None


def _conditions(snapshot: Snapshot, wanted: Filter) -> list[tuple[str, str, str, Count]]:
    """Each condition with its value, the query without it, and what that would find."""
    asked = [name for name in wanted.to_query() if name != "any_rule"]
    found = []
    for name in asked:
        less = wanted.without(name)
        if name == "rule":
            less = less.without("any_rule")
        value = str(getattr(wanted, name))
        found.append((name, value, urlencode(less.to_query()), count(snapshot, less)))
    return found


urlpatterns = [path("snapshots/<int:snapshot_id>/documents/", documents, name="documents")]
