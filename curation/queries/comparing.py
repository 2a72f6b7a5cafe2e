"""Two sets of settings over the same documents: what differs, and what each keeps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpora.decisions.packed import Answer, Bits, ones
from corpora.recipe import Recipe, Rule
from curation.models import Snapshot
from curation.queries.field import Field
from curation.queries.places import places_of
from curation.queries.studio import answer
from curation.queries.summaries import Summary, summaries

#: Documents that are shown of each kind.
EXAMPLES = 6
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


def compare(snapshot: Snapshot, field: Field, mine: Recipe, theirs: Recipe) -> Comparison:
    """``mine`` against ``theirs``, over the snapshot's documents."""
    here, there = answer(field, mine), answer(field, theirs)
    both = ones(here.kept & there.kept)
    names = [[rule.name for rule in recipe.rules] for recipe in (mine, theirs)]
    common = [[name for name in some if name in names[1 - n]] for n, some in enumerate(names)]
    return Comparison(
        rules=differing(mine, theirs),
        reordered=common[0] != common[1],
        sections=[name for name in _SECTIONS if getattr(mine, name) != getattr(theirs, name)],
        unmeasured=sorted(set(theirs.signals) - set(field.columns)),
        both=both,
        neither=field.rows - ones(here.kept | there.kept),
        only_mine=_side(snapshot, field, here.kept & ~there.kept, there),
        only_theirs=_side(snapshot, field, there.kept & ~here.kept, here),
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


def _side(snapshot: Snapshot, field: Field, bits: Bits, other: Answer) -> Side:
    rows = spread(bits, EXAMPLES)
    found = summaries(snapshot, places_of(field.sha256, rows))
    return Side(
        documents=ones(bits),
        examples=[
            Example(summary=summary, reason=reason_of(other, int(row)))
            for row, summary in zip(rows, found, strict=True)
        ],
    )


def reason_of(given: Answer, row: int) -> str:
    """What drops a row first."""
    for name, bits in given.first.items():
        if int(bits[row // 64]) >> (row % 64) & 1:
            return name
    return ""


def spread(bits: Bits, most: int) -> npt.NDArray[np.int64]:
    """Some of the rows whose bits are set, evenly from first to last.

    >>> spread(np.array([0b1011, 1], np.uint64), 2).tolist()
    [0, 64]
    """
    before = np.cumsum(np.bitwise_count(bits), dtype=np.int64)
    total = int(before[-1]) if len(before) else 0
    ranks = np.unique(np.linspace(0, total - 1, min(most, total)).astype(np.int64))
    words = np.searchsorted(before, ranks, side="right")
    rows = []
    for rank, word in zip(ranks.tolist(), words.tolist(), strict=True):
        value, skip = int(bits[word]), rank - (int(before[word - 1]) if word else 0)
        for _ in range(skip):
            value &= value - 1
        rows.append(word * 64 + (value & -value).bit_length() - 1)
    return np.array(rows, np.int64)
