"""A recipe as the studio's URL states it: a saved version, and what was moved since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from corpora.errors import RecipeError
from corpora.matching.users import compile_pattern
from corpora.matching.words import read_words
from corpora.recipe import Recipe, Rule
from curation.actions.recipes import LONGEST
from curation.models.corpus import name_validator
from curation.templatetags.workbench import rule_label


class SaveForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=64, validators=[name_validator])
    comment = forms.CharField(
        label=gettext_lazy("What changed, and why"), required=False, max_length=500
    )


class TomlForm(forms.Form):
    """A recipe as text, pasted or as a file."""

    toml = forms.CharField(required=False, max_length=LONGEST, strip=False)
    file = forms.FileField(required=False)

    def text(self) -> str:
        """Raises RecipeError when there is none, or it cannot be read."""
        if not self.is_valid():
            raise RecipeError(self.errors.as_text())
        file = self.cleaned_data["file"]
        if file is None:
            text = str(self.cleaned_data["toml"])
        elif file.size > 4 * LONGEST:
            raise RecipeError(_("The file is too large for a recipe."))
        else:
            try:
                text = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise RecipeError(_("The file is not UTF-8.")) from None
        if not text.strip():
            raise RecipeError(_("Paste a recipe, or choose a file."))
        return text.replace("\r\n", "\n")


class TryForm(forms.Form):
    """Words or a pattern to be looked for."""

    kind = forms.ChoiceField(choices=[("words", ""), ("patterns", "")])
    words = forms.CharField(required=False, max_length=20_000, strip=False)
    regex = forms.CharField(required=False, max_length=10_000, strip=False)

    def definition(self) -> tuple[str, str | tuple[str, ...]]:
        """The kind and what it looks for. Raises RecipeError, which says what is wrong."""
        if not self.is_valid():
            raise RecipeError(_("Give words, one a line, or a pattern."))
        if self.cleaned_data["kind"] == "words":
            words = read_words(self.cleaned_data["words"].splitlines())
            if not words:
                raise RecipeError(_("Give at least one word, one a line."))
            return "words", words
        regex = self.cleaned_data["regex"].strip("\r\n")
        if not regex:
            raise RecipeError(_("Give a pattern."))
        compile_pattern(regex)
        return "patterns", regex


class WordRuleForm(forms.Form):
    """What words or a pattern become a rule as."""

    rule_name = forms.CharField(max_length=64)
    rule_max = forms.IntegerField(min_value=0, max_value=10**9)

    def added(self, recipe: Recipe, kind: str, definition: str | tuple[str, ...]) -> Recipe:
        """The recipe with the words or the pattern, and a rule over them behind all others.

        Raises RecipeError where that is none.
        """
        if not self.is_valid():
            raise RecipeError(_("Give the rule a name, and how many hits are let through."))
        name = self.cleaned_data["rule_name"]
        own = recipe.words if kind == "words" else recipe.patterns
        if name in own or any(rule.name == name for rule in recipe.rules):
            raise RecipeError(
                _("The recipe has a rule or a list called “%(name)s” already.") % {"name": name},
                remedy=_("Give it another name."),
            )
        rule = Rule(name=name, signal=f"{kind}.{name}", max=self.cleaned_data["rule_max"])
        lists: Any = {kind: {**own, name: definition}}
        return replace(recipe, rules=(*recipe.rules, rule), **lists)


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
