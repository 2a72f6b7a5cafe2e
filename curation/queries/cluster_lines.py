"""What the list of duplicate groups says of each: how alike its members are, and who is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpora.decisions.groups import KINDS
from curation.models import Snapshot
from curation.queries.clusters import groups
from curation.queries.places import pick, places_of
from curation.queries.summaries import Piece, around

_COLUMNS = {
    "documents": ("id", "title", "source", "domain"),
    "decisions": ("verdict", "rule"),
    "text": ("text",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    #: As addresses call the group.
    name: str
    size: int
    kind: str
    #: The least of its members' likeness to another: their Jaccard, or their share.
    likeness: float
    #: Of the document that the group keeps, if it keeps any.
    id: str
    title: str
    source: str
    domain: str
    verdict: str
    rule: str
    #: The beginning of its text.
    pieces: list[Piece]


def lines(snapshot: Snapshot, numbers: Sequence[int]) -> list[Line]:
    """A line for each of the groups, in that order."""
    every = groups(snapshot)
    places = places_of(snapshot.manifest, every.keepers[list(numbers)])
    picked = pick(snapshot.manifest, places, _COLUMNS)
    return [
        Line(
            name=every.name(number),
            size=int(every.sizes[number]),
            kind=KINDS[every.kinds[number]],
            likeness=float(every.likeness[every.members(number)].min()),
            id=row["id"],
            title=row["title"] or "",
            source=row["source"] or "",
            domain=row["domain"] or "",
            verdict=row["verdict"],
            rule=row["rule"] or "",
            pieces=around(row["text"] or "", []),
        )
        for number, row in zip(numbers, picked, strict=True)
    ]
