"""What the studio's address states: a recipe to start from, and what was moved since."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from corpora.errors import RecipeError, StoreError
from corpora.recipe import Recipe as RecipeValue
from corpora.recipe import Rule, parse
from curation.actions.recipes import LONGEST
from curation.forms.studio import edited, stated
from curation.models import Recipe, Snapshot
from curation.queries.studio import is_measured
from curation.queries.what_if import Side
from curation.sentences import said
from curation.store import store
from curation.views.asked import Asked

SIDES: tuple[Side, ...] = ("min", "max")
#: The query of a page, or the form that a part of it sends.
Asking = Mapping[str, str]
#: What a text is called that came without a file.
PASTED = "TOML"
_HASH = re.compile(r"[0-9a-f]{64}")


def base_of(asked: Asking, snapshot: Snapshot) -> Recipe:
    """What is edited: the snapshot's own version, the one that the address names, or a text.

    A text that was pasted is no version yet: its row has no key until it is saved.
    """
    if pasted := asked.get("toml", ""):
        return _pasted(pasted, snapshot)
    key = asked.get("recipe", "")
    return saved(key) if key else snapshot.recipe


def saved(key: str) -> Recipe:
    """A version by its key. Raises Http404."""
    if not key.isdecimal() or len(key) > 18:
        raise Http404(_("There is no such recipe."))
    return get_object_or_404(Recipe, pk=int(key))


def _pasted(sha256: str, snapshot: Snapshot) -> Recipe:
    if not _HASH.fullmatch(sha256):
        raise Http404(_("There is no such recipe."))
    try:
        # Any blob may be named, and some are large.
        if store().path(sha256).stat().st_size > 4 * LONGEST:
            raise Http404(_("There is no such recipe."))
        toml = store().read(sha256).decode()
        value = parse(toml, PASTED)
    except (StoreError, RecipeError, UnicodeDecodeError):
        raise Http404(_("There is no such recipe.")) from None
    name = value.name if value.name != PASTED else snapshot.recipe.name
    return Recipe(name=name[:64], version=0, toml=toml, content=value.to_json())


def settings_of(asked: Asking, base: Recipe) -> RecipeValue:
    """The recipe with what was moved. Raises RecipeError."""
    return edited(value_of(base), asked)


def value_of(base: Recipe) -> RecipeValue:
    """What ``base.value`` is. Checking it anew takes as long as counting millions of documents."""
    return _value(orjson.dumps(base.content))


@lru_cache(maxsize=64)
def _value(content: bytes) -> RecipeValue:
    return RecipeValue.from_json(orjson.loads(content))


def state_of(asked: Asking, snapshot: Snapshot, base: Recipe, recipe: RecipeValue) -> Any:
    """The shortest query that gives the same settings again."""
    state = stated(value_of(base), recipe)
    if base.pk is None:
        return {"toml": asked["toml"], **state}
    if base.pk != snapshot.recipe_id:
        return {"recipe": str(base.pk), **state}
    return state


def asked_limit(asked: Asking, snapshot: Snapshot) -> tuple[RecipeValue, Rule, Side]:
    """The recipe in the URL, and the rule and side that it asks about. Raises Http404."""
    recipe = settings_of(asked, base_of(asked, snapshot))
    rules = [rule for rule in recipe.rules if rule.name == asked.get("rule")]
    sides = [side for side in SIDES if side == asked.get("side")]
    if not rules or not sides or getattr(rules[0], sides[0]) is None:
        raise Http404(_("The recipe has no such limit."))
    return recipe, rules[0], sides[0]


def require_measured(snapshot: Snapshot, rule: Rule) -> None:
    """Raises Http404 when the snapshot does not have the rule's signal."""
    if not is_measured(snapshot, rule):
        raise Http404(_("This signal was not measured in the snapshot."))


def refused_inline(request: Asked, error: Exception) -> HttpResponse:
    """The sentence where the answer would have been."""
    return render(request, "studio/_refused.html", {"sentence": said(error)})
