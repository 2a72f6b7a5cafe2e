"""Recipes: the shipped ones as rows, and new versions of people's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from corpora import recipe as recipes
from corpora.errors import RecipeError
from curation.actions import audit
from curation.models import Recipe, User
from curation.models.corpus import name_validator
from curation.permissions import require

_SHIPPED = Path(recipes.__file__).with_name("recipes")

#: Characters of a recipe; the largest shipped one has a tenth of that.
LONGEST = 100_000


@transaction.atomic
def ensure_shipped() -> list[Recipe]:
    """One row for each shipped recipe as its file is now; a changed file is a new version.

    Called by set-up and migration; doing it again changes nothing.
    """
    return [_shipped(name) for name in recipes.shipped()]


def _shipped(name: str) -> Recipe:
    toml = (_SHIPPED / f"{name}.toml").read_text("utf-8")
    latest = Recipe.objects.filter(name=name).first()
    if latest is not None and latest.toml == toml:
        return latest
    return _next_version(
        name=name, toml=toml, value=recipes.parse(toml, name), latest=latest, shipped=True
    )


@transaction.atomic
def save_recipe(*, name: str, toml: str, comment: str, by: User) -> Recipe:
    """Save a recipe as its name's next version; unchanged text gives the version that holds it.

    Raises RecipeError for a text that is no recipe, and for the name of a shipped one.
    """
    require(by, "recipe.save")
    _check_name(name)
    toml = toml.replace("\r\n", "\n")
    value = replace(recipes.parse(toml, name), name=name)
    latest = Recipe.objects.select_for_update().filter(name=name).first()
    if latest is not None and latest.toml == toml:
        return latest
    try:
        saved = _next_version(
            name=name, toml=toml, value=value, latest=latest, comment=comment, by=by
        )
    except IntegrityError as error:
        raise RecipeError(
            _("Somebody saved %(name)s at the same moment.") % {"name": name},
            remedy=_("Look at their version, then save again."),
        ) from error
    audit.record(
        by=by, action="recipe.save", target=f"recipe:{name}", version=saved.version, comment=comment
    )
    return saved


def _next_version(
    *,
    name: str,
    toml: str,
    value: recipes.Recipe,
    latest: Recipe | None,
    comment: str = "",
    shipped: bool = False,
    by: User | None = None,
) -> Recipe:
    with transaction.atomic():  # a refused row must not spoil the caller's transaction
        return Recipe.objects.create(
            name=name,
            version=latest.version + 1 if latest else 1,
            toml=toml,
            content=value.to_json(),
            sha256=value.sha256,
            comment=comment[:500],
            shipped=shipped,
            created_by=by,
        )


def _check_name(name: str) -> None:
    try:
        name_validator(name)
    except ValidationError as error:
        raise RecipeError(" ".join(error.messages)) from error
    if name in recipes.shipped():
        raise RecipeError(
            _("%(name)s comes with the product and is replaced with it.") % {"name": name},
            remedy=_("Save under a name of your own, such as my-%(name)s.") % {"name": name},
        )
