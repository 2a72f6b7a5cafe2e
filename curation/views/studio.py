"""The recipe studio: thresholds over real documents, answered without a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from corpora.decisions.what_if import Waterfall
from corpora.errors import KotoguraError, RecipeError
from corpora.recipe import Recipe as RecipeValue
from corpora.recipe import Rule, dumps
from curation.actions.recipes import save_recipe
from curation.actions.runs import start_curation
from curation.forms.studio import SaveForm, edited, stated, written
from curation.models import Recipe, Snapshot
from curation.queries import studio as queries
from curation.queries.charts import Chart
from curation.queries.snapshots import AFTER_RULES, BEFORE_RULES
from curation.queries.summaries import summaries
from curation.sentences import said
from curation.views.asked import Asked, bad_request, snapshot_or_404

SIDES = ("min", "max")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rule of the board. ``chart`` is None when its signal was not measured here."""

    number: int
    rule: Rule
    chart: Chart | None
    #: (side, limit as typed) of the limits that the rule has.
    limits: list[tuple[str, str]]
    lost: int
    failing: int


@require_GET
@login_required
def studio(request: Asked, snapshot_id: int) -> HttpResponse:
    snapshot = snapshot_or_404(snapshot_id)
    base = _base(request, snapshot)
    try:
        recipe = edited(base.value, request.GET.dict())
    except RecipeError as error:
        return bad_request(request, said(error))
    field = queries.field(snapshot)
    answer = queries.what_if(field, recipe)
    own = f"my-{base.name}"[:64] if base.shipped else base.name
    context = {
        "lines": [_line(n, rule, field, answer) for n, rule in enumerate(recipe.rules)],
        "save": SaveForm(initial={"name": own}),
        "recipes": _versions(snapshot, base),
        **_board(snapshot, base, recipe, field, answer),
    }
    return render(request, "studio/page.html", context)


def _base(request: Asked, snapshot: Snapshot) -> Recipe:
    """The saved version that is edited: the snapshot's own, or the one that the URL names."""
    asked = request.GET.get("recipe", "")
    if not asked:
        return snapshot.recipe
    if not asked.isdecimal() or len(asked) > 18:
        raise Http404(_("There is no such recipe."))
    return get_object_or_404(Recipe, pk=int(asked))


def _versions(snapshot: Snapshot, base: Recipe) -> list[Recipe]:
    names = {snapshot.recipe.name, base.name, f"my-{snapshot.recipe.name}"}
    return list(Recipe.objects.filter(name__in=names)[:30])


def _line(number: int, rule: Rule, field: queries.Field, answer: Waterfall) -> Line:
    measured = rule.signal in field.columns
    return Line(
        number=number,
        rule=rule,
        chart=queries.chart_of(field, rule) if measured else None,
        limits=[(s, written(getattr(rule, s))) for s in SIDES if getattr(rule, s) is not None],
        lost=answer.dropped.get(rule.name, 0),
        failing=answer.failing.get(rule.name, 0),
    )


def _board(
    snapshot: Snapshot,
    base: Recipe,
    recipe: RecipeValue,
    field: queries.Field,
    answer: Waterfall,
) -> dict[str, Any]:
    """What changes with every setting: the sum, the losses, and the state itself."""
    state = stated(base.value, recipe)
    if base.pk != snapshot.recipe_id:
        state = {"recipe": str(base.pk), **state}
    difference = answer.kept - snapshot.counts["kept"]
    return {
        "snapshot": snapshot,
        "base": base,
        "changed": recipe != base.value,
        "kept": answer.kept,
        "documents": answer.documents,
        "difference": difference,
        "moved": abs(difference),
        "before": [(name, answer.dropped[name]) for name in BEFORE_RULES],
        "after": [(name, answer.dropped[name]) for name in AFTER_RULES],
        "caveats": queries.caveats(snapshot, recipe, field),
        "query": urlencode(state),
    }


@require_GET
@login_required
def board(request: Asked, snapshot_id: int) -> HttpResponse:
    """The exact answer for the settings of the form, as a fragment."""
    snapshot = snapshot_or_404(snapshot_id)
    base = _base(request, snapshot)
    try:
        recipe = edited(base.value, request.GET.dict())
    except RecipeError as error:
        return render(request, "studio/_refused.html", {"sentence": said(error)})
    field = queries.field(snapshot)
    answer = queries.what_if(field, recipe)
    lines = [
        (n, answer.dropped.get(rule.name, 0), answer.failing.get(rule.name, 0))
        for n, rule in enumerate(recipe.rules)
    ]
    context = {"numbers": lines, **_board(snapshot, base, recipe, field, answer)}
    response = render(request, "studio/_board.html", context)
    address = reverse("studio", args=[snapshot_id])
    response["HX-Replace-Url"] = f"{address}?{context['query']}" if context["query"] else address
    return response


def _asked_limit(request: Asked, snapshot: Snapshot) -> tuple[RecipeValue, Rule, str]:
    """The recipe in the URL, and the rule and side that it asks about. Raises Http404."""
    recipe = edited(_base(request, snapshot).value, request.GET.dict())
    rules = [rule for rule in recipe.rules if rule.name == request.GET.get("rule")]
    side = request.GET.get("side")
    if not rules or side not in SIDES or getattr(rules[0], side) is None:
        raise Http404(_("The recipe has no such limit."))
    return recipe, rules[0], side


@require_GET
@login_required
def curve(request: Asked, snapshot_id: int) -> HttpResponse:
    """How many documents the recipe keeps at every setting of one slider, as JSON."""
    snapshot = snapshot_or_404(snapshot_id)
    try:
        recipe, rule, side = _asked_limit(request, snapshot)
    except RecipeError as error:
        return JsonResponse({"detail": said(error)}, status=400)
    field = queries.field(snapshot)
    if rule.signal not in field.columns:
        raise Http404(_("This signal was not measured in the snapshot."))
    settings = queries.chart_of(field, rule).settings()
    if low := request.GET.get("low"):
        settings = _as_drawn(request, low) or settings
    kept = queries.kept_at_settings(field, recipe, rule, side, settings)
    return JsonResponse({"low": settings[0], "step": settings[1] - settings[0], "kept": kept})


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


@require_GET
@login_required
def cut(request: Asked, snapshot_id: int) -> HttpResponse:
    """The documents nearest to a limit, on either side of it."""
    snapshot = snapshot_or_404(snapshot_id)
    try:
        recipe, rule, side = _asked_limit(request, snapshot)
    except RecipeError as error:
        return render(request, "studio/_refused.html", {"sentence": said(error)})
    field = queries.field(snapshot)
    if rule.signal not in field.columns:
        raise Http404(_("This signal was not measured in the snapshot."))
    found = queries.at_the_cut(field, recipe, rule, side)
    context = {
        "snapshot": snapshot,
        "rule": rule,
        "limit": getattr(rule, side),
        "sides": [
            (inside, _valued(snapshot, field, rule, places))
            for inside, places in ((True, found.inside), (False, found.outside))
        ],
    }
    return render(request, "studio/_cut.html", context)


def _valued(
    snapshot: Snapshot, field: queries.Field, rule: Rule, places: list[Any]
) -> list[tuple[float, Any]]:
    """Each document with its value."""
    column = field.columns[rule.signal]
    values = [float(column[field.offsets[place.part] + place.row]) for place in places]
    return list(zip(values, summaries(snapshot, places), strict=True))


@require_POST
@login_required
def save(request: Asked, snapshot_id: int) -> HttpResponse:
    """Save the settings of the URL as a new version, and run it if asked to."""
    snapshot = snapshot_or_404(snapshot_id)
    base = _base(request, snapshot)
    back = f"{reverse('studio', args=[snapshot_id])}?{request.GET.urlencode()}"
    form = SaveForm(request.POST)
    try:
        recipe = edited(base.value, request.GET.dict())
        if recipe != base.value:
            if not form.is_valid():
                raise RecipeError(form.errors.as_text())
            base = save_recipe(toml=dumps(recipe), by=request.user, **form.cleaned_data)
        if request.POST.get("then") == "run":
            corpora = list(snapshot.corpora.all())
            run = start_curation(corpora=corpora, recipe=base, by=request.user)
            return redirect("run", run.pk)
    except KotoguraError as error:
        messages.error(request, said(error))
        return redirect(back)
    messages.success(request, _("Saved as %(recipe)s.") % {"recipe": base})
    return redirect(f"{reverse('recipe', args=[base.name])}?version={base.version}")


_BASE = "snapshots/<int:snapshot_id>/studio/"
urlpatterns = [
    path(_BASE, studio, name="studio"),
    path(f"{_BASE}board/", board, name="studio-board"),
    path(f"{_BASE}curve/", curve, name="studio-curve"),
    path(f"{_BASE}cut/", cut, name="studio-cut"),
    path(f"{_BASE}save/", save, name="studio-save"),
]
