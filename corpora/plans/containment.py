"""The units that look for works inside collections: what each reads and depends on."""

from __future__ import annotations

from typing import Any

from corpora.plans.plan import label
from corpora.plans.view import View
from corpora.stages import UnitSpec

#: Sampled n-grams that one unit sorts in memory; about 40 bytes each.
UNIT_POSTINGS = 8_000_000


def folding(view: View) -> dict[str, Any]:
    """How texts are compared, as units state it; what came later only where it is used."""
    dedup = view.plan.recipe.dedup
    kana = {"fold_kana": True} if dedup.fold_kana else {}
    return {"ngram": dedup.ngram, "fold_old_kanji": dedup.fold_old_kanji, **kana}


def samples(view: View, number: int) -> UnitSpec:
    """Outputs: {"samples": blob}; counts: postings."""
    return UnitSpec(
        stage="dedup.samples",
        part=label(number),
        inputs={"text": view.out("normalize", number, "text")},
        params=folding(view),
    )


def overlaps(view: View) -> list[UnitSpec]:
    """Outputs: overlaps, usable. Each unit looks at a share of all n-grams of all documents."""
    postings = sum(view.counts("dedup.samples", number)["postings"] for number in view.alive)
    shares = max(1, -(-postings // UNIT_POSTINGS))
    inputs = {
        "samples": view.each("dedup.samples", "samples"),
        "hashes": view.each("dedup.signatures", "hashes"),
    }
    return [
        UnitSpec(
            stage="dedup.overlaps",
            part=label(number),
            inputs=inputs,
            params={"share": [number, shares]},
        )
        for number in range(shares)
    ]


def contained(view: View) -> UnitSpec:
    """Outputs: contained."""
    return UnitSpec(
        stage="dedup.contained",
        inputs={
            "documents": view.documents(),
            "text": view.each("normalize", "text"),
            "overlaps": view.every("dedup.overlaps", "overlaps"),
            "usable": view.every("dedup.overlaps", "usable"),
        },
        params={**folding(view), "containment": view.plan.recipe.dedup.containment},
    )


def found(view: View) -> dict[str, str]:
    """The pairs as later units read them, where the recipe looks for any."""
    if not view.has_containment:
        return {}
    return {"contained": view.out("dedup.contained", None, "contained")}


def dropped(view: View, number: int) -> dict[str, str]:
    """What of the part lies in documents that are kept, where the recipe looks for any."""
    if not view.has_containment:
        return {}
    return {"contained": view.out_of_part("decisions.keepers", number, "contained")}


def limit(view: View) -> dict[str, float]:
    """The recipe's share, where it has one."""
    share = view.plan.recipe.dedup.containment
    return {"containment": share} if share else {}
