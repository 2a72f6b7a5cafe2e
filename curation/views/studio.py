"""The recipe studio: thresholds over real documents, answered without a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from corpora.errors import KotoguraError, RecipeError
from corpora.recipe import Recipe as RecipeValue
from corpora.recipe import Rule, dumps, shipped
from corpora.signals import SIGNALS
from corpora.signals.registry import Signal
from curation.actions.recipes import save_recipe
from curation.actions.runs import start_curation
from curation.forms.studio import SaveForm, written
from curation.models import Recipe, Snapshot
from curation.queries import studio as queries
from curation.queries.charts import Chart
from curation.queries.recipes import latest
from curation.queries.snapshots import AFTER_RULES, BEFORE_RULES, CONTAINED
from curation.queries.what_if import Board
from curation.sentences import said
from curation.views.asked import Asked, bad_request, snapshot_or_404
from curation.views.settings_asked import (
    SIDES,
    asked_limit,
    base_of,
    refused_inline,
    require_measured,
    settings_of,
    state_of,
    value_of,
)
from curation.views.what_if import asks, line_of

#: Fewer documents than this say little: one more or less moves every share.
FEW = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rule of the board. ``chart`` is None when its signal was not measured here."""

    number: int
    rule: Rule
    #: None for the recipe's own words and patterns.
    signal: Signal | None
    chart: Chart | None
    #: (side, limit as typed) of the limits that the rule has.
    limits: list[tuple[str, str]]
    lost: int
    failing: int


@require_GET
@login_required
@asks
def studio(request: Asked, snapshot_id: int) -> HttpResponse:
    snapshot = snapshot_or_404(snapshot_id)
    base = base_of(request.GET, snapshot)
    try:
        recipe = settings_of(request.GET, base)
    except RecipeError as error:
        return bad_request(request, said(error))
    found = queries.board(snapshot, recipe)
    versions = _versions(snapshot, base)
    own = f"my-{base.name}"[:64] if base.name in shipped() else base.name
    context = {
        "lines": [_line(n, rule, snapshot, found) for n, rule in enumerate(recipe.rules)],
        "save": SaveForm(initial={"name": own}),
        "recipes": [*versions, *(one for one in latest() if one not in versions)],
        "few": found.documents < FEW,
        "few_limit": FEW,
        **_board(request, snapshot, base, recipe, found),
    }
    return render(request, "studio/page.html", context)


def _versions(snapshot: Snapshot, base: Recipe) -> list[Recipe]:
    names = {snapshot.recipe.name, base.name, f"my-{snapshot.recipe.name}"}
    return list(Recipe.objects.filter(name__in=names)[:30])


def _line(number: int, rule: Rule, snapshot: Snapshot, found: Board) -> Line:
    known = queries.is_measured(snapshot, rule)
    return Line(
        number=number,
        rule=rule,
        signal=SIGNALS.get(rule.signal),
        chart=queries.chart_of(snapshot, rule) if known else None,
        limits=[(s, written(getattr(rule, s))) for s in SIDES if getattr(rule, s) is not None],
        lost=found.dropped.get(rule.name, 0),
        failing=found.failing.get(rule.name, 0),
    )


def _board(
    request: Asked,
    snapshot: Snapshot,
    base: Recipe,
    recipe: RecipeValue,
    found: Board,
) -> dict[str, Any]:
    """What changes with every setting: the sum, the losses, and the state itself."""
    difference = found.kept - snapshot.counts["kept"]
    after = [name for name in (CONTAINED, *AFTER_RULES) if name in found.dropped]
    return {
        "snapshot": snapshot,
        "base": base,
        "changed": recipe != value_of(base),
        "kept": found.kept,
        "documents": found.documents,
        "difference": difference,
        "moved": abs(difference),
        "before": [(name, found.dropped[name]) for name in BEFORE_RULES],
        "after": [(name, found.dropped[name]) for name in after],
        "caveats": queries.caveats(snapshot, recipe, found.partly),
        "figures": found.figures,
        "base_query": urlencode({"recipe": base.pk} if base.pk else {"toml": request.GET["toml"]}),
        "query": urlencode(state_of(request.GET, snapshot, base, recipe)),
    }


@require_GET
@login_required
@asks
def board(request: Asked, snapshot_id: int) -> HttpResponse:
    """The exact answer for the settings of the form, as a fragment."""
    snapshot = snapshot_or_404(snapshot_id)
    base = base_of(request.GET, snapshot)
    try:
        recipe = settings_of(request.GET, base)
    except RecipeError as error:
        return refused_inline(request, error)
    found = queries.board(snapshot, recipe, line_of(request, "board"))
    lines = [
        (n, found.dropped.get(rule.name, 0), found.failing.get(rule.name, 0))
        for n, rule in enumerate(recipe.rules)
    ]
    context = {
        "numbers": lines,
        "again": True,
        **_board(request, snapshot, base, recipe, found),
    }
    response = render(request, "studio/_board.html", context)
    address = reverse("studio", args=[snapshot_id])
    response["HX-Replace-Url"] = f"{address}?{context['query']}" if context["query"] else address
    return response


@require_GET
@login_required
@asks
def curve(request: Asked, snapshot_id: int) -> HttpResponse:
    """What the recipe keeps at every setting of one slider, and where those documents lie: JSON."""
    snapshot = snapshot_or_404(snapshot_id)
    try:
        recipe, rule, side = asked_limit(request.GET, snapshot)
    except RecipeError as error:
        return JsonResponse({"detail": said(error)}, status=400)
    require_measured(snapshot, rule)
    settings = queries.chart_of(snapshot, rule).settings()
    if low := request.GET.get("low"):
        settings = _as_drawn(request, low) or settings
    held = queries.held(snapshot, recipe, rule, side, settings, line_of(request, "curve"))
    step = settings[1] - settings[0]
    return JsonResponse({"low": settings[0], "step": step, "kept": held.kept, "bars": held.bars})


def _as_drawn(request: Asked, low: str) -> list[float]:
    """The settings of the slider on the page; its range does not move with the threshold."""
    try:
        start, step = float(low), float(request.GET.get("step", ""))
        count = int(request.GET.get("count", ""))
    except ValueError:
        return []
    if not (0 < count <= 2_000 and 0 < step < 1e12 and 0 <= start < 1e15):
        return []
    return [round(start + step * n, 12) for n in range(count + 1)]


@require_POST
@login_required
def save(request: Asked, snapshot_id: int) -> HttpResponse:
    """Save the settings of the URL as a new version, and run it if asked to."""
    snapshot = snapshot_or_404(snapshot_id)
    base = base_of(request.GET, snapshot)
    back = f"{reverse('studio', args=[snapshot_id])}?{request.GET.urlencode()}"
    runs = request.POST.get("then") == "run"
    try:
        saved = _saved(request, base, copies=not runs)
        if runs:
            corpora = list(snapshot.corpora.all())
            run = start_curation(corpora=corpora, recipe=saved, by=request.user)
            return redirect("run", run.pk)
    except KotoguraError as error:
        messages.error(request, said(error))
        return redirect(back)
    if saved == base:
        messages.info(
            request, _("Nothing was moved: %(recipe)s is saved as it is.") % {"recipe": saved}
        )
    else:
        messages.success(request, _("Saved as %(recipe)s.") % {"recipe": saved})
    return redirect(f"{reverse('studio', args=[snapshot_id])}?recipe={saved.pk}")


def _saved(request: Asked, base: Recipe, *, copies: bool) -> Recipe:
    """The version that holds the settings: the base itself where nothing was moved, unless it is
    to be copied under another name."""
    recipe = settings_of(request.GET, base)
    form = SaveForm(request.POST)
    moved = base.pk is None or recipe != value_of(base)
    if not moved and not (copies and request.POST.get("name") != base.name):
        return base
    if not form.is_valid():
        raise RecipeError(form.errors.as_text())
    # A text keeps its comments as long as nothing was moved since.
    named = replace(recipe, name=form.cleaned_data["name"])
    toml = base.toml if recipe == value_of(base) else dumps(named)
    return save_recipe(toml=toml, by=request.user, **form.cleaned_data)


_BASE = "snapshots/<int:snapshot_id>/studio/"
urlpatterns = [
    path(_BASE, studio, name="studio"),
    path(f"{_BASE}board/", board, name="studio-board"),
    path(f"{_BASE}curve/", curve, name="studio-curve"),
    path(f"{_BASE}save/", save, name="studio-save"),
]
