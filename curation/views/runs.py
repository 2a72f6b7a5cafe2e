"""Runs: the list, one run as it goes, starting and steering."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from corpora.errors import KotoguraError
from curation.actions import runs as actions
from curation.actions.forecasting import PAGE_PARTS, ahead
from curation.actions.forgetting import forget
from curation.forms.runs import PauseForm, RunFilterForm, RunForm, WorkersForm
from curation.models import Corpus, Run
from curation.permissions import require
from curation.queries import runs as queries
from curation.queries.forgetting import PAGE_UNITS, forgettable
from curation.queries.speed import speed
from curation.sentences import said
from curation.views.asked import Asked, bad_request, refused
from curation.views.context import back

RUNS_PAGE = 50

#: What the buttons of a run do.
_VERBS = {
    "resume": actions.resume,
    "cancel": actions.cancel,
    "retry": actions.retry_given_up,
}


@require_GET
@login_required
def runs(request: Asked) -> HttpResponse:
    form = RunFilterForm(request.GET)
    if not form.is_valid():
        return bad_request(request, _("The address asks for runs of a kind that there is not."))
    corpus = form.cleaned_data["corpus"]
    found = queries.listed(
        state=form.cleaned_data["state"],
        kind=form.cleaned_data["kind"],
        corpus=corpus.name if corpus else "",
    )
    page = Paginator(found, RUNS_PAGE).get_page(request.GET.get("page"))
    return render(request, "runs/list.html", {"form": form, "page": page})


@require_GET
@login_required
def run(request: Asked, run_id: int) -> HttpResponse:
    return render(request, "runs/page.html", _context(_run_or_404(run_id), request))


@require_GET
@login_required
def run_status(request: Asked, run_id: int) -> HttpResponse:
    """What moves on the run's page. When the state has changed, the whole page is asked for."""
    found = _run_or_404(run_id)
    response = render(request, "runs/_status.html", _context(found, request))
    if request.GET.get("state", _seen(found)) != _seen(found):
        response["HX-Refresh"] = "true"
    return response


def _seen(run: Run) -> str:
    """What the page is told apart by: the state, and whether anything more is to come."""
    return f"{run.state}-{run.moves:d}"


def _run_or_404(run_id: int) -> Run:
    runs = Run.objects.select_related("created_by", "recipe", "source", "export__snapshot")
    return get_object_or_404(runs, pk=run_id)


def _context(run: Run, request: Asked) -> dict[str, Any]:
    stages = queries.stages(run)
    now = next((stage for stage in stages if stage.name == run.stage), None)
    shown = request.GET.get("stage", "")
    return {
        "run": run,
        "corpora": run.corpora.all(),
        "stages": stages,
        "stage": now,
        "begun": sum(bool(stage.state) for stage in stages),
        "speed": speed(run, now) if now else None,
        "grid": queries.grid(run, shown if shown in run.stages else run.stage),
        "shown": shown if shown in run.stages else "",
        "seen": _seen(run),
        "errors": queries.errors(run),
        "outcome": queries.outcome(run),
        "workers": WorkersForm(initial={"workers": run.max_workers}),
        "pausing": PauseForm(),
    }


@require_POST
@login_required
def run_steer(request: Asked, run_id: int, verb: str) -> HttpResponse:
    found = get_object_or_404(Run, pk=run_id)
    action = _VERBS.get(verb)
    if action is None:
        raise Http404(_("A run can be paused, resumed, cancelled or retried."))
    return _steered(request, found, partial(action, run=found, by=request.user))


@require_POST
@login_required
def run_pause(request: Asked, run_id: int) -> HttpResponse:
    """Until the next time that the clock says ``at``, or for good."""
    found = get_object_or_404(Run, pk=run_id)
    require(request.user, "run.control")
    form = PauseForm(request.POST)
    if not form.is_valid():
        return bad_request(request, _("Give a time of day like 07:00."))
    at = form.cleaned_data["at"]
    until = actions.next_time(at) if at else None
    return _steered(request, found, partial(actions.pause, run=found, until=until, by=request.user))


@require_http_methods(["GET", "POST"])
@login_required
def run_forget(request: Asked, run_id: int) -> HttpResponse:
    """What would go with the run, and the button that lets it go."""
    require(request.user, "run.forget")
    found = _run_or_404(run_id)
    if request.method == "POST":
        try:
            forget(run=found, by=request.user)
        except KotoguraError as error:
            return refused(request, error, reverse("run-forget", args=[run_id]))
        messages.success(request, _("Run %(number)s is forgotten.") % {"number": run_id})
        return redirect("runs")
    counted = forgettable(found, most_units=PAGE_UNITS)
    return render(request, "runs/forget.html", {"run": found, "counted": counted})


@require_POST
@login_required
def run_workers(request: Asked, run_id: int) -> HttpResponse:
    found = get_object_or_404(Run, pk=run_id)
    require(request.user, "run.control")
    form = WorkersForm(request.POST)
    if not form.is_valid():
        return bad_request(request, str(form["workers"].errors[0]))
    workers = form.cleaned_data["workers"]
    return _steered(
        request,
        found,
        partial(actions.limit_workers, run=found, workers=workers, by=request.user),
    )


def _steered(request: Asked, run: Run, action: Callable[[], object]) -> HttpResponse:
    """Done, or refused with a sentence; either way the page that it was asked on."""
    try:
        action()
    except KotoguraError as error:
        messages.error(request, said(error))
    return redirect(back(request, reverse("run", args=[run.pk])))


@require_http_methods(["GET", "POST"])
@login_required
def run_new(request: Asked, name: str) -> HttpResponse:
    require(request.user, "run.create")
    corpus = get_object_or_404(Corpus.objects.select_related("tokenizer", "head"), name=name)
    recipes = queries.recipes_to_choose()
    form = RunForm(
        request.POST or None,
        corpus=corpus,
        recipes=recipes,
        initial={"recipe": _last_recipe(corpus, [recipe.pk for recipe in recipes])},
    )
    if request.method == "POST" and form.is_valid():
        try:
            started = actions.start_curation(
                corpora=form.corpora,
                recipe=form.cleaned_data["recipe"],
                tokenizer=form.cleaned_data["tokenizer"],
                by=request.user,
            )
        except KotoguraError as error:
            form.add_error(None, said(error))
        else:
            return redirect("run", started.pk)
    context = {"corpus": corpus, "form": form, "recipes": recipes}
    return render(request, "runs/new.html", context)


@require_GET
@login_required
def run_ahead(request: Asked, name: str) -> HttpResponse:
    """What the run that the form describes would compute."""
    require(request.user, "run.create")
    corpus = get_object_or_404(Corpus, name=name)
    form = RunForm(request.GET, corpus=corpus, recipes=queries.recipes_to_choose())
    if not form.is_valid():
        return bad_request(request, _("Choose the recipe, tokenizer and corpora from the form."))
    try:
        found = ahead(
            corpora=form.corpora,
            recipe=form.cleaned_data["recipe"],
            tokenizer=form.cleaned_data["tokenizer"],
            by=request.user,
            most_parts=PAGE_PARTS,
        )
    except KotoguraError as error:
        return render(request, "runs/_ahead.html", {"refusal": said(error)})
    return render(request, "runs/_ahead.html", {"ahead": found})


def _last_recipe(corpus: Corpus, offered: list[int]) -> int | None:
    """The recipe of the last run when it is still the newest, else the first offered."""
    last = corpus.runs.filter(recipe__in=offered).values_list("recipe", flat=True).first()
    return last or next(iter(offered), None)


urlpatterns = [
    path("runs/", runs, name="runs"),
    path("runs/<int:run_id>/", run, name="run"),
    path("runs/<int:run_id>/status/", run_status, name="run-status"),
    path("runs/<int:run_id>/pause/", run_pause, name="run-pause"),
    path("runs/<int:run_id>/forget/", run_forget, name="run-forget"),
    path("runs/<int:run_id>/workers/", run_workers, name="run-workers"),
    path("runs/<int:run_id>/<slug:verb>/", run_steer, name="run-steer"),
    path("corpora/<str:name>/run/", run_new, name="run-new"),
    path("corpora/<str:name>/run/ahead/", run_ahead, name="run-ahead"),
]
