"""Beside the studio's rules: another recipe to compare with, TOML in and out, words on trial."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from corpora.errors import RecipeError
from corpora.recipe import dumps, parse
from corpora.recipe_writing import toml_table
from curation.forms.recipe_lines import line_of
from curation.forms.studio import TomlForm, TryForm, WordRuleForm
from curation.permissions import require
from curation.queries.comparing import compare
from curation.queries.trying import try_out
from curation.sentences import said
from curation.store import store
from curation.views.asked import Asked, bad_request, snapshot_or_404
from curation.views.settings_asked import base_of, refused_inline, saved, settings_of, value_of
from curation.views.what_if import asks


@require_GET
@login_required
@asks
def comparison(request: Asked, snapshot_id: int) -> HttpResponse:
    """The settings against another recipe: rule by rule, and document by document."""
    snapshot = snapshot_or_404(snapshot_id)
    other = saved(request.GET.get("against", ""))
    try:
        recipe = settings_of(request.GET, base_of(request.GET, snapshot))
    except RecipeError as error:
        return refused_inline(request, error)
    found = compare(snapshot, recipe, value_of(other))
    context = {"snapshot": snapshot, "other": other, "found": found}
    return render(request, "studio/_comparison.html", context)


@require_GET
@login_required
def toml(request: Asked, snapshot_id: int) -> HttpResponse:
    """The settings as a file."""
    snapshot = snapshot_or_404(snapshot_id)
    base = base_of(request.GET, snapshot)
    try:
        recipe = settings_of(request.GET, base)
    except RecipeError as error:
        return bad_request(request, said(error))
    text = base.toml if recipe == value_of(base) else dumps(recipe)
    response = HttpResponse(text, content_type="application/toml; charset=utf-8")
    name = base.name if recipe == value_of(base) else f"{base.name}-changed"
    response["Content-Disposition"] = f'attachment; filename="{name}.toml"'
    return response


@require_POST
@login_required
def load(request: Asked, snapshot_id: int) -> HttpResponse:
    """A text becomes the settings; nothing is saved as a version. Errors name their line."""
    require(request.user, "recipe.save")
    snapshot_or_404(snapshot_id)
    form = TomlForm(request.POST, request.FILES)
    text = ""
    try:
        text = form.text()
        parse(text, "TOML")
    except RecipeError as error:
        line = line_of(text, str(error))
        lines = text.splitlines()
        shown = lines[line - 1][:200] if line and line <= len(lines) else ""
        context = {"sentence": said(error), "line": line, "shown": shown}
        return render(request, "studio/_toml_refused.html", context)
    return _to(snapshot_id, text)


def _to(snapshot_id: int, text: str) -> HttpResponse:
    """Leads to the studio with a text as its settings.

    The store names a text by its bytes: the address stays short and says the same to everybody.
    """
    address = reverse("studio", args=[snapshot_id])
    return HttpResponse(headers={"HX-Redirect": f"{address}?toml={store().put(text.encode())}"})


@require_POST
@login_required
def trial(request: Asked, snapshot_id: int) -> HttpResponse:
    """Hits of words or a pattern in context, before they are in any recipe."""
    snapshot = snapshot_or_404(snapshot_id)
    form = TryForm(request.POST)
    try:
        kind, definition = form.definition()
        found = try_out(snapshot, kind, definition)
    except RecipeError as error:
        return refused_inline(request, error)
    context = {
        "snapshot": snapshot,
        "toml": _as_toml(kind, definition),
        "found": found,
        "settings": "settings" in request.POST,
    }
    return render(request, "studio/_trial.html", context)


@require_POST
@login_required
def words(request: Asked, snapshot_id: int) -> HttpResponse:
    """What was on trial becomes a rule of the settings; nothing is saved as a version."""
    require(request.user, "recipe.save")
    snapshot = snapshot_or_404(snapshot_id)
    try:
        kind, definition = TryForm(request.POST).definition()
        recipe = settings_of(request.POST, base_of(request.POST, snapshot))
        text = dumps(WordRuleForm(request.POST).added(recipe, kind, definition))
        parse(text, "TOML")
    except RecipeError as error:
        return refused_inline(request, error)
    return _to(snapshot_id, text)


def _as_toml(kind: str, definition: str | Sequence[str]) -> str:
    """What a recipe says to use it."""
    value = {"list": definition} if kind == "words" else {"regex": definition}
    rule = {"name": "mine", "signal": f"{kind}.mine", "max": 0}
    return "\n".join([toml_table(kind, value, "mine"), toml_table("[[rules]]", rule)])


_BASE = "snapshots/<int:snapshot_id>/studio/"
urlpatterns = [
    path(f"{_BASE}comparison/", comparison, name="studio-comparison"),
    path(f"{_BASE}toml/", toml, name="studio-toml"),
    path(f"{_BASE}load/", load, name="studio-load"),
    path(f"{_BASE}trial/", trial, name="studio-trial"),
    path(f"{_BASE}words/", words, name="studio-words"),
]
