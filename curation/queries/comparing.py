"""Two sets of settings over the same documents: what differs, and what each keeps."""

from __future__ import annotations

from dataclasses import dataclass

from corpora.recipe import Recipe, Rule
from curation.models import Snapshot
from curation.queries.asking import ask
from curation.queries.places import places_of
from curation.queries.studio import settings_of, unmeasured
from curation.queries.summaries import Summary, summaries
from curation.queries.what_if import ComparisonQuestion, KeptByEach, KeptByOne

_SECTIONS = (
    "normalization",
    "dedup",
    "footers",
    "passages",
    "tokenization",
    "export",
    "words",
    "patterns",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One rule that is not the same in both; None where a recipe has no such rule."""

    name: str
    mine: Rule | None
    theirs: Rule | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    summary: Summary
    #: The reason for which the other settings drop it.
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What only one of the two keeps."""

    documents: int
    examples: list[Example]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    rules: list[Changed]
    #: Whether the rules that both have stand in another order.
    reordered: bool
    #: Other sections of the recipe that differ.
    sections: list[str]
    #: Signals of the other recipe that were not measured here: its rules say nothing.
    unmeasured: list[str]
    both: int
    neither: int
    only_mine: Side
    only_theirs: Side


def compare(snapshot: Snapshot, mine: Recipe, theirs: Recipe) -> Comparison:
    """``mine`` against ``theirs``, over the snapshot's documents. Raises NotAnswered."""
    settings, other = settings_of(snapshot, mine), settings_of(snapshot, theirs)
    question = ComparisonQuestion(snapshot=snapshot.pk, settings=settings, other=other)
    found = ask(question, KeptByEach)
    names = [[rule.name for rule in recipe.rules] for recipe in (mine, theirs)]
    common = [[name for name in some if name in names[1 - n]] for n, some in enumerate(names)]
    return Comparison(
        rules=differing(mine, theirs),
        reordered=common[0] != common[1],
        sections=[name for name in _SECTIONS if getattr(mine, name) != getattr(theirs, name)],
        unmeasured=unmeasured(snapshot, theirs),
        both=found.both,
        neither=found.neither,
        only_mine=_side(snapshot, found.only_mine),
        only_theirs=_side(snapshot, found.only_theirs),
    )


def differing(mine: Recipe, theirs: Recipe) -> list[Changed]:
    """Rules of one name, or else of one signal, in the order of ``mine``, then what only they have.

    Recipes of different people call the same rule differently.
    """
    named = {rule.name: rule for rule in theirs.rules}
    ours = {rule.name for rule in mine.rules}
    left = [rule for rule in theirs.rules if rule.name not in ours]
    pairs: list[tuple[Rule | None, Rule | None]] = []
    for rule in mine.rules:
        other = named.get(rule.name)
        if other is None:
            other = next((one for one in left if one.signal == rule.signal), None)
            left = [one for one in left if one is not other]
        pairs.append((rule, other))
    pairs += [(None, rule) for rule in left]
    return [
        Changed(name=named_by.name, mine=one, theirs=other)
        for one, other in pairs
        if (named_by := one or other) and _decides(one) != _decides(other)
    ]


def _decides(rule: Rule | None) -> object:
    return rule and (rule.signal, rule.min, rule.max, rule.enabled)


def _side(snapshot: Snapshot, kept: KeptByOne) -> Side:
    found = summaries(snapshot, places_of(snapshot.manifest, kept.rows))
    return Side(
        documents=kept.documents,
        examples=[
            Example(summary=summary, reason=reason)
            for summary, reason in zip(found, kept.reasons, strict=True)
        ],
    )
