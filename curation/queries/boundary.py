"""The documents beside a cut, ready to be read: a piece of the text with its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpora.matching import evidence
from corpora.recipe import Recipe, Rule
from curation.models import Snapshot
from curation.queries.field import Field
from curation.queries.scan import Place
from curation.queries.segments import Segment, Span, segments
from curation.queries.snapshots import manifest, read_picked
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
    snapshot: Snapshot, field: Field, recipe: Recipe, rule: Rule, places: Sequence[Place]
) -> list[Reading]:
    """The documents at ``places``, in that order."""
    column = field.columns[rule.signal]
    texts = _texts(snapshot, places)
    return [
        _reading(float(column[field.offsets[place.part] + place.row]), found, text, recipe, rule)
        for place, found, text in zip(places, summaries(snapshot, places), texts, strict=True)
    ]


def _texts(snapshot: Snapshot, places: Sequence[Place]) -> list[str]:
    parts: Sequence[Mapping[str, Any]] = manifest(snapshot)["parts"]
    texts = []
    for place in places:
        table = read_picked(parts[place.part]["text"], [place.row], ["text"])
        texts.append(table["text"][0].as_py() or "")
    return texts


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
