"""Reading a table of values into a dataclass, strictly, with an error that a person can act on.

Constraints stand in the fields' metadata: ``choices`` (of a string), ``low`` and
``high`` (of a number), ``longest`` (characters of a string).
"""

from __future__ import annotations

import math
import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from difflib import get_close_matches
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from corpora.errors import RecipeError

_NAMES = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}
_LONGEST = 10_000


def meant(word: str, known: Iterable[str]) -> str:
    """A remedy for a mistyped word: the nearest known ones, or all of a few.

    >>> meant("hirgana_share", ["hiragana_share", "kanji_share"])
    'Did you mean "hiragana_share"?'
    >>> meant("x", ["NFC", "NFKC"])
    'Known are: NFC, NFKC.'
    """
    names = sorted(known)
    near = get_close_matches(word, names, n=3, cutoff=0.8)
    if near:
        quoted = [f'"{name}"' for name in near]
        return f"Did you mean {' or '.join(quoted)}?"
    return f"Known are: {', '.join(names)}."


def read_fields(cls: type, table: object, place: str) -> dict[str, Any]:
    """The keyword arguments for ``cls`` that a table holds, each checked.

    ``place`` names file and table in errors. Raises RecipeError for a mistyped
    key, a missing one, a wrong type and a value out of bounds.
    """
    if not isinstance(table, Mapping):
        raise RecipeError(f"{place} is not a table.", remedy="Write it as a [table] of keys.")
    known = {one.name: one for one in fields(cls)}
    for key in table:
        if key not in known:
            raise RecipeError(f'{place} has an unknown key "{key}".', remedy=meant(key, known))
    hints = _hints(cls)
    for name, one in known.items():
        if name not in table and one.default is MISSING and one.default_factory is MISSING:
            raise RecipeError(f'{place} has no "{name}".', remedy=f'Add {name} = "…".')
    return {
        key: _checked(known[key], hints[key], value, f"{place}: {key}")
        for key, value in table.items()
    }


_hints = cache(get_type_hints)


def _checked(one: Field[Any], hint: Any, value: object, place: str) -> object:
    if isinstance(hint, types.UnionType):
        if value is None:
            return None
        hint = next(option for option in get_args(hint) if option is not type(None))
    if get_origin(hint) is tuple:
        return _checked_list(one, value, place)
    typed = _typed(hint, value, place)
    if isinstance(typed, str):
        _check_text(one, typed, place)
    elif not isinstance(typed, bool):
        _check_bounds(one, typed, place)
    return typed


def _checked_list(one: Field[Any], value: object, place: str) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise RecipeError(f"{place} is not a list of texts.", remedy='Write it as ["…", "…"].')
    for item in value:
        _check_text(one, item, place)
    return tuple(value)


def _typed(hint: Any, value: object, place: str) -> str | bool | int | float:
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    # bool is an int to Python, never to a person.
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise RecipeError(f"{place} is {value!r}, which is not {_NAMES[hint]}.")
    if isinstance(value, float) and not math.isfinite(value):
        raise RecipeError(f"{place} is {value}, which is no threshold.")
    assert isinstance(value, (str, bool, int, float))
    return value


def _check_text(one: Field[Any], value: str, place: str) -> None:
    choices = one.metadata.get("choices")
    if choices and value not in choices:
        raise RecipeError(f'{place} is "{value}".', remedy=meant(value, choices))
    longest = one.metadata.get("longest", _LONGEST)
    if len(value) > longest:
        raise RecipeError(f"{place} is longer than {longest:,} characters.")


def _check_bounds(one: Field[Any], value: float, place: str) -> None:
    low, high = one.metadata.get("low", -math.inf), one.metadata.get("high", math.inf)
    if not low <= value <= high:
        bounds = f"from {low:g} to {high:g}" if math.isfinite(high) else f"at least {low:g}"
        raise RecipeError(f"{place} is {value:g}.", remedy=f"It must be {bounds}.")
