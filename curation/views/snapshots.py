"""A snapshot at a glance: what was kept, what was lost at which rule, and where to go."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from curation.queries import passages, snapshots
from curation.queries.review import queues_of
from curation.views.asked import Asked, snapshot_or_404


@require_GET
@login_required
def snapshot(request: Asked, snapshot_id: int) -> HttpResponse:
    found = snapshot_or_404(snapshot_id)
    sources, domains = snapshots.groups(found, "by_source"), snapshots.groups(found, "by_domain")
    context = {
        "snapshot": found,
        "counts": found.counts,
        "quarantined": sum(found.counts["quarantined"].values()),
        "manifest": snapshots.manifest(found),
        "losses": snapshots.waterfall(found),
        "repeated": passages.repeated(found),
        "sources": sources[: snapshots.GROUPS_SHOWN],
        "source_count": len(sources),
        "domains": domains[: snapshots.GROUPS_SHOWN],
        "domain_count": len(domains),
        "neighbours": snapshots.neighbours(found),
        "queues": queues_of(found),
        "exports": found.exports.all()[:20],
    }
    return render(request, "snapshots/page.html", context)


urlpatterns = [path("snapshots/<int:snapshot_id>/", snapshot, name="snapshot")]
