"""What a recipe would keep of a snapshot, without a run.

The columns are mapped into memory and compared as the decisions stage compares
them, with the judgements and opt-outs that stand now: what is said here is what
the next run over the same documents gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpora.decisions.packed import Answer, ones
from corpora.decisions.what_if import Waterfall
from corpora.recipe import Recipe, Rule
from corpora.rules import Limits
from corpora.signals import is_dear
from curation.models import Snapshot
from curation.queries import apart
from curation.queries.charts import Chart, chart
from curation.queries.field import Field, field
from curation.queries.histograms import whole
from curation.queries.sliders import AtTheCut, at_the_cut, held, kept_at_settings
from curation.queries.snapshots import recipe_in

__all__ = [
    "AtTheCut",
    "Caveats",
    "Field",
    "answer",
    "at_the_cut",
    "caveats",
    "chart_of",
    "field",
    "held",
    "kept_at_settings",
    "what_if",
]


def chart_of(field: Field, rule: Rule) -> Chart:
    """The rule's signal in this snapshot. KeyError for a signal that was not measured."""
    return chart(whole(field.sha256, rule.signal), rule)


# -- the whole recipe -------------------------------------------------------------------------


def answer(field: Field, recipe: Recipe) -> Answer:
    """What the recipe drops, rule by rule, and of which documents."""
    share = recipe.dedup.containment
    return field.documents.answer(
        field.limits(recipe),
        field.people,
        policy=recipe.dedup.keeper,
        ranks=field.ranks(recipe),
        # Pairs below the snapshot's own share are not known.
        share=share or None,
    )


def what_if(field: Field, recipe: Recipe) -> Waterfall:
    """How many documents the recipe drops, rule by rule, and keeps."""
    return answer(field, recipe).waterfall


@dataclass(frozen=True, slots=True, kw_only=True)
class Caveats:
    """Why the answer may not be what a run gives: empty when it is."""

    #: Signals that the recipe asks for and that were not measured.
    unmeasured: list[str]
    #: Dear signal -> documents that the recipe lets through to it and that were not measured,
    #: because the snapshot's recipe dropped them before.
    partly: dict[str, int]
    #: Settings that change the text, the signals or the clusters themselves.
    differing: list[str]
    #: Pairs of this snapshot that people called no duplicates since it was made, or no longer:
    #: what that does to its clusters only a run says.
    pairs: int


def caveats(snapshot: Snapshot, recipe: Recipe, field: Field) -> Caveats:
    made = recipe_in(field.sha256)
    sections = {
        "normalization": made.normalization != recipe.normalization,
        "dedup": made.dedup != recipe.dedup,
        "words": made.words != recipe.words,
        "patterns": made.patterns != recipe.patterns,
    }
    return Caveats(
        unmeasured=sorted(set(recipe.signals) - set(field.columns)),
        partly=_partly_measured(field, field.limits(recipe)),
        differing=[name for name, differs in sections.items() if differs],
        pairs=apart.changed(snapshot) if recipe.dedup.mode != "none" else 0,
    )


def _partly_measured(field: Field, rules: Sequence[Limits]) -> dict[str, int]:
    dear = sorted({rule.signal for rule in rules if is_dear(rule.signal)})
    if not dear:
        return {}
    failing = field.documents.failing
    passed = field.documents.everyone
    for one in failing.each([rule for rule in rules if not is_dear(rule.signal)]):
        passed = passed & ~one.bits
    missing = {name: ones(failing.unmeasured(name).bits & passed) for name in dear}
    return {name: number for name, number in missing.items() if number}
