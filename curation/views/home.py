"""The first page: every corpus, and what to do next."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from corpora.errors import KotoguraError
from curation.actions import sources
from curation.models import Run
from curation.queries.corpora import cards
from curation.queries.runs import listed
from curation.queries.steps import steps
from curation.sentences import said
from curation.views.asked import Asked

#: The most urgent ones; each corpus's page has its own.
STEPS_SHOWN = 8
#: Runs that the page shows: those at work, and the last ones.
RUNS_SHOWN = 6


@require_GET
@login_required
def home(request: Asked) -> HttpResponse:
    found = cards()
    working = Q(state__in=(Run.State.RUNNING, Run.State.PAUSED))
    at_work = listed().filter(working)[:RUNS_SHOWN]
    context = {
        "cards": found,
        "steps": steps(request.user, found)[:STEPS_SHOWN],
        "working": at_work,
        "moving": bool(at_work),
        "ended": listed().exclude(working)[:RUNS_SHOWN],
    }
    return render(request, "home/page.html", context)


@require_POST
@login_required
def load_sample(request: Asked) -> HttpResponse:
    try:
        run = sources.load_sample(by=request.user)
    except KotoguraError as error:
        messages.error(request, said(error))
        return redirect("home")
    return redirect("run", run.pk)


urlpatterns = [
    path("", home, name="home"),
    path("sample/", load_sample, name="load-sample"),
]
