"""Upkeep, for administrators: what was last checked, what could be freed, who is at work."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from corpora.errors import KotoguraError
from curation.actions import chores as actions
from curation.models import Chore
from curation.permissions import require
from curation.queries import chores as queries
from curation.views.asked import Asked, bad_request, refused


@require_http_methods(["GET", "POST"])
@login_required
def upkeep(request: Asked) -> HttpResponse:
    """The page asks for itself again while something is under way; a button asks for a chore."""
    require(request.user, "upkeep")
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        if kind not in Chore.Kind.values:
            return bad_request(request, _("There is no such chore."))
        try:
            actions.ask(kind=Chore.Kind(kind), by=request.user)
        except KotoguraError as error:
            return refused(request, error, reverse("upkeep"))
        return redirect("upkeep")
    return render(request, "upkeep/page.html", {"upkeep": queries.upkeep()})


urlpatterns = [path("upkeep/", upkeep, name="upkeep")]
