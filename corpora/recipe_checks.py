"""What a recipe must be beyond the types of its keys."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from corpora.errors import RecipeError
from corpora.recipe_reading import meant
from corpora.signals import SIGNALS

if TYPE_CHECKING:
    from corpora.recipe import Recipe, Rule

#: Names of decisions that are no rule of a recipe.
RESERVED = ("opt_out", "judgement", "exact_duplicate", "near_duplicate", "contained")

_NAME = re.compile(r"[\w.-]+")
_MOST_RULES = 200
_MOST_PERMUTATIONS = 1_024


def check(recipe: Recipe, where: str) -> None:
    """Raises RecipeError, naming file, table and key, when the recipe cannot be meant so."""
    own = [f"words.{name}" for name in recipe.words]
    own += [f"patterns.{name}" for name in recipe.patterns]
    known = {*SIGNALS, *own}
    if len(recipe.rules) > _MOST_RULES:
        raise RecipeError(f"{where} has more than {_MOST_RULES} rules.", remedy="Leave some out.")
    seen: set[str] = set()
    for number, rule in enumerate(recipe.rules, 1):
        place = f"{where}: [[rules]] {number} ({rule.name})"
        _check_name(rule.name, seen, place)
        _check_rule(rule, known, place)
        seen.add(rule.name)
    for name in (*recipe.words, *recipe.patterns):
        if not _NAME.fullmatch(name):
            raise RecipeError(
                f'{where}: "{name}" cannot name a list.', remedy="Use letters, digits, _ - or ."
            )
    _check_dedup(recipe, where)
    _check_prefer(recipe.dedup.prefer, f"{where}: [dedup]")
    _check_tokenizer(recipe, where)


def _check_name(name: str, seen: Collection[str], place: str) -> None:
    if not _NAME.fullmatch(name):
        raise RecipeError(
            f'{place}: "{name}" cannot name a rule.', remedy="Use letters, digits, _ - or ."
        )
    if name in seen:
        raise RecipeError(f"{place}: two rules have this name.", remedy="Rename one of them.")
    if name in RESERVED:
        raise RecipeError(f"{place}: this name is taken by the program.", remedy="Rename the rule.")


def _check_rule(rule: Rule, known: Collection[str], place: str) -> None:
    if rule.signal not in known:
        raise RecipeError(
            f'{place}: there is no signal "{rule.signal}".', remedy=meant(rule.signal, known)
        )
    if rule.min is None and rule.max is None:
        raise RecipeError(f"{place} has neither min nor max.", remedy="Give at least one of them.")
    if rule.min is not None and rule.max is not None and rule.min > rule.max:
        raise RecipeError(
            f"{place}: min {rule.min:g} is above max {rule.max:g}, so nothing could pass.",
            remedy="Swap them, or raise max.",
        )
    kind = SIGNALS[rule.signal].kind if rule.signal in SIGNALS else "count"
    highest = 1.0 if kind in ("share", "boolean") else float("inf")
    for key, limit in (("min", rule.min), ("max", rule.max)):
        if limit is not None and not 0.0 <= limit <= highest:
            bounds = "a share from 0 to 1" if highest == 1.0 else "0 or more"
            raise RecipeError(
                f"{place}: {key} is {limit:g}, but {rule.signal} is {bounds}.",
                remedy=f"Set {key} to {bounds}.",
            )


def _check_dedup(recipe: Recipe, where: str) -> None:
    dedup = recipe.dedup
    permutations = dedup.bands * dedup.rows
    if permutations > _MOST_PERMUTATIONS:
        raise RecipeError(
            f"{where}: [dedup]: {dedup.bands} bands of {dedup.rows} rows need {permutations:,} "
            f"permutations; {_MOST_PERMUTATIONS:,} is the most.",
            remedy="Take fewer bands or rows, e.g. bands = 16 and rows = 8.",
        )
    if dedup.threshold == 0.0:
        raise RecipeError(
            f"{where}: [dedup]: threshold is 0, so all documents would be one.",
            remedy="It must be above 0 and at most 1, e.g. 0.8.",
        )
    if dedup.containment and dedup.mode != "near":
        raise RecipeError(
            f'{where}: [dedup]: containment needs mode "near".',
            remedy='Set mode = "near", or containment = 0.',
        )


def _check_prefer(names: Collection[str], place: str) -> None:
    """Which corpora there are is not known here: recipes are shared."""
    if not all(name.strip() for name in names):
        raise RecipeError(f"{place}: prefer names a corpus without a name.", remedy="Leave it out.")
    for name in names:
        if list(names).count(name) > 1:
            raise RecipeError(
                f'{place}: prefer names "{name}" twice.', remedy="Leave one of them out."
            )


def _check_tokenizer(recipe: Recipe, where: str) -> None:
    tokenizer = recipe.tokenization.tokenizer
    if tokenizer not in ("none", "train") and not tokenizer.endswith(".model"):
        raise RecipeError(
            f'{where}: [tokenization]: tokenizer is "{tokenizer}".',
            remedy='Use "none", "train" or the path of a SentencePiece .model file.',
        )
