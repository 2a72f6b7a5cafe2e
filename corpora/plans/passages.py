"""The units that cut passages: see corpora.plans.units."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from corpora.plans.plan import label
from corpora.plans.view import View
from corpora.recipe import Recipe
from corpora.stages import UnitSpec

#: Passages of all parts that one unit merges, about.
UNIT_PASSAGES = 200_000_000


def _comparison(recipe: Recipe) -> dict[str, Any]:
    """What hashes depend on."""
    return {
        "unit": recipe.passages.unit,
        "min_characters": recipe.passages.min_characters,
        "within": recipe.passages.within,
        "fold_old_kanji": recipe.dedup.fold_old_kanji,
    }


def passage_hashes(view: View, number: int) -> UnitSpec:
    """Outputs: hashes, places; counts: passages."""
    recipe = view.plan.recipe
    return UnitSpec(
        stage="edits.passages",
        part=label(number),
        inputs={
            "documents": view.plan.parts[number].documents,
            "text": view.out("normalize", number, "text"),
            "decisions": view.out("decisions", number, "decisions"),
            "footers": view.footers,
        },
        params={
            **_comparison(recipe),
            "footer_lines": recipe.footers.lines if recipe.footers.enabled else 0,
        },
    )


def copies_units(view: View) -> list[UnitSpec]:
    """Outputs: hashes, places. Each unit looks at some of the hashes of all parts."""
    passages = sum(view.counts("edits.passages", number)["passages"] for number in view.alive)
    inputs = {role: view.by_label("edits.passages", role) for role in ("hashes", "places")}
    least = view.plan.recipe.passages.min_documents
    return [
        UnitSpec(
            stage="edits.copies",
            part=label(number),
            inputs=inputs,
            params={"first_bytes": first_bytes, "min_documents": least},
        )
        for number, first_bytes in enumerate(shares_of_hashes(passages))
    ]


def shares_of_hashes(passages: int) -> list[list[int]]:
    """[first, past the last] byte that each unit's hashes begin with: by the passages alone.

    >>> shares_of_hashes(1_000), shares_of_hashes(600_000_000)
    ([[0, 256]], [[0, 85], [85, 170], [170, 256]])
    """
    units = min(256, -(-passages // UNIT_PASSAGES) or 1)
    edges = [256 * number // units for number in range(units + 1)]
    return [[first, last] for first, last in pairwise(edges)]


def copies(view: View) -> dict[str, list[str]]:
    """What the units of copies gave, in order of their shares."""
    return {role: view.every("edits.copies", role) for role in ("hashes", "places")}


def cutting(recipe: Recipe, number: int) -> dict[str, Any]:
    """What a part's cuts depend on, besides the copies. By its number it knows who is first."""
    return {**_comparison(recipe), "keep": recipe.passages.keep, "part": number}


def account(view: View) -> UnitSpec:
    """Outputs: {"passages": blob}, for people."""
    return UnitSpec(
        stage="edits.account",
        inputs={"copies": copies(view), "cuts": view.each("edits", "cuts")},
    )
