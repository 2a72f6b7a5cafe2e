"""The documents beside a cut, ready to be read: a piece of the text with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpora.matching import evidence
from corpora.recipe import Recipe, Rule
from curation.models import Snapshot
from curation.queries.measured import column
from curation.queries.places import Place, pick, row_of
from curation.queries.segments import Segment, Span, segments
from curation.queries.summaries import Summary, summaries

#: Code points of a text that are shown.
READ = 1_000
#: How many of them come before the first hit.
_BEFORE = 200
#: Hits that are marked.
_MARKS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One document beside the cut."""

    value: float
    summary: Summary
    segments: list[Segment]
    #: Whether the text goes on before and after what is shown.
    before: bool
    after: bool


def readings(
    snapshot: Snapshot, recipe: Recipe, rule: Rule, places: Sequence[Place]
) -> list[Reading]:
    """The documents at ``places``, in that order. The rule's signal was measured."""
    sha256 = snapshot.manifest
    values = column(sha256, rule.signal)
    assert values is not None, f"{rule.signal} was not measured"
    picked = pick(snapshot.manifest, places, {"text": ("text",)})
    return [
        _reading(float(values[row_of(sha256, place)]), found, row["text"] or "", recipe, rule)
        for place, found, row in zip(places, summaries(snapshot, places), picked, strict=True)
    ]


def _reading(value: float, summary: Summary, text: str, recipe: Recipe, rule: Rule) -> Reading:
    hits = evidence(rule.signal, text, {"words": recipe.words, "patterns": recipe.patterns})
    start = max(0, hits[0][0] - _BEFORE) if hits else 0
    if len(text) - start < READ:
        start = max(0, len(text) - READ)
    spans = [Span(start=a, end=b, kind="evidence", label=rule.name) for a, b in hits[:_MARKS]]
    return Reading(
        value=value,
        summary=summary,
        segments=segments(text, spans, start, start + READ),
        before=start > 0,
        after=start + READ < len(text),
    )
