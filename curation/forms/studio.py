"""A recipe as the studio's URL states it: a saved version, and what was moved since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from corpora.errors import RecipeError
from corpora.recipe import Recipe, Rule
from curation.models.corpus import name_validator
from curation.templatetags.workbench import rule_label


class SaveForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=64, validators=[name_validator])
    comment = forms.CharField(
        label=gettext_lazy("What changed, and why"), required=False, max_length=500
    )


def edited(base: Recipe, query: Mapping[str, str]) -> Recipe:
    """The recipe with every ``on.RULE``, ``min.RULE`` and ``max.RULE`` of the query.

    What the query does not name stays as it is. Raises RecipeError for a value
    that is no number or a recipe that cannot be.
    """
    recipe = replace(base, rules=tuple(_edited_rule(rule, query) for rule in base.rules))
    return Recipe.from_json(recipe.to_json(), base.name)


def _edited_rule(rule: Rule, query: Mapping[str, str]) -> Rule:
    on = query.get(f"on.{rule.name}")
    return replace(
        rule,
        enabled=rule.enabled if on is None else on == "1",
        min=_number(rule, query.get(f"min.{rule.name}"), rule.min),
        max=_number(rule, query.get(f"max.{rule.name}"), rule.max),
    )


def _number(rule: Rule, text: str | None, otherwise: float | None) -> float | None:
    """A limit as typed. One that the rule has not got cannot be given to it here."""
    if text is None or otherwise is None:
        return otherwise
    try:
        value = float(text)
    except ValueError:
        raise RecipeError(
            _("%(rule)s: “%(value)s” is no number.")
            % {"rule": rule_label(rule.name), "value": text[:30]}
        ) from None
    return int(value) if value.is_integer() and isinstance(otherwise, int) else value


def written(limit: float) -> str:
    """A limit as a person would type it.

    >>> written(14.0), written(0.005)
    ('14', '0.005')
    """
    return f"{limit:.12g}"


def stated(base: Recipe, recipe: Recipe) -> dict[str, str]:
    """The shortest query from which ``edited`` gives the recipe again."""
    query: dict[str, str] = {}
    for before, after in zip(base.rules, recipe.rules, strict=True):
        if before.enabled != after.enabled:
            query[f"on.{after.name}"] = "1" if after.enabled else "0"
        for side in ("min", "max"):
            limit = getattr(after, side)
            if limit != getattr(before, side):
                query[f"{side}.{after.name}"] = written(limit)
    return query
