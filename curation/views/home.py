"""The first page: every corpus, and what to do next."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from corpora.errors import KotoguraError
from curation.actions import sources
from curation.forms.home import BudgetForm
from curation.models import Run
from curation.queries.budget import budget
from curation.queries.corpora import cards
from curation.queries.runs import listed
from curation.queries.steps import steps
from curation.sentences import said
from curation.views.asked import Asked, bad_request

#: The most urgent ones; each corpus's page has its own.
STEPS_SHOWN = 8
#: Runs that the page shows: those at work, then the last ones.
RUNS_SHOWN = 6
_WORKING = Q(state__in=(Run.State.RUNNING, Run.State.PAUSED))
_YEAR = 365 * 24 * 3600


@require_GET
@login_required
def home(request: Asked) -> HttpResponse:
    form = BudgetForm(request.GET if "budget" in request.GET else request.COOKIES)
    if not form.is_valid():
        return bad_request(request, _("The address asks for a token budget that is not offered."))
    found = cards()
    wanted = form.cleaned_data["budget"]
    runs = [*listed().filter(_WORKING)[:RUNS_SHOWN], *listed().exclude(_WORKING)[:RUNS_SHOWN]]
    context = {
        "cards": found,
        "steps": steps(request.user, found)[:STEPS_SHOWN],
        "runs": runs[:RUNS_SHOWN],
        "moving": any(run.moves for run in runs),
        "budget": budget(found, wanted),
        "budget_form": BudgetForm(initial={"budget": wanted}),
    }
    response = render(request, "home/page.html", context)
    if "budget" in request.GET:
        response.set_cookie(
            "budget", str(wanted), max_age=_YEAR, samesite="Lax", secure=request.is_secure()
        )
    return response


@require_POST
@login_required
def load_sample(request: Asked) -> HttpResponse:
    try:
        sources.load_sample(by=request.user)
    except KotoguraError as error:
        messages.error(request, said(error))
    else:
        messages.success(
            request, _("The sample is being read. Curating and exporting follow by themselves.")
        )
    return redirect("home")


urlpatterns = [
    path("", home, name="home"),
    path("sample/", load_sample, name="load-sample"),
]
