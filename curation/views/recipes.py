"""Recipes: the list, one with its versions, and saving a new version."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from corpora.errors import RecipeError
from curation.actions.recipes import save_recipe
from curation.forms.recipes import RecipeForm
from curation.models import Recipe, Snapshot
from curation.permissions import require
from curation.queries import recipes as queries
from curation.sentences import said
from curation.views.asked import Asked


@require_GET
@login_required
def recipes(request: Asked) -> HttpResponse:
    context = {
        "recipes": queries.latest(),
        "snapshots": Snapshot.objects.prefetch_related("corpora")[:5],
    }
    return render(request, "recipes/list.html", context)


@require_GET
@login_required
def recipe(request: Asked, name: str) -> HttpResponse:
    """``?version=N`` shows an older one."""
    versions = list(queries.versions(name))
    shown = _version(versions, request.GET.get("version", ""))
    before = next((other for other in versions if other.version < shown.version), None)
    context = {
        "recipe": shown,
        "value": shown.value,
        "versions": versions,
        "newest": versions[0],
        "before": before,
        "difference": queries.difference(before, shown) if before else [],
        "snapshots": queries.snapshots_of(shown),
    }
    return render(request, "recipes/recipe.html", context)


def _version(versions: list[Recipe], wanted: str) -> Recipe:
    found = [row for row in versions if not wanted or str(row.version) == wanted]
    if not found:
        raise Http404(_("There is no such version of this recipe."))
    return found[0]


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: Asked, name: str) -> HttpResponse:
    """The newest version as text, to be saved as the next one or under another name."""
    require(request.user, "recipe.save")
    start = _version(list(queries.versions(name)), request.GET.get("version", ""))
    own = f"my-{name}"[:64] if start.shipped else name
    form = RecipeForm(request.POST or None, initial={"name": own, "toml": start.toml})
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_recipe(by=request.user, **form.cleaned_data)
        except RecipeError as error:
            form.add_error("toml", said(error))
        else:
            messages.success(request, _("Saved as %(recipe)s.") % {"recipe": saved})
            return redirect(f"{reverse('recipe', args=[saved.name])}?version={saved.version}")
    context = {"recipe": start, "form": form, "snapshot": Snapshot.objects.order_by("-pk").first()}
    return render(request, "recipes/edit.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("recipes/", recipes, name="recipes"),
    path("recipes/<str:name>/", recipe, name="recipe"),
    path("recipes/<str:name>/edit/", edit, name="recipe-edit"),
]
