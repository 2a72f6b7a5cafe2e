"""What a list says of each document: verdict, value against limit, and a snippet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from curation.models import Snapshot
from curation.queries.judgements import standing_of
from curation.queries.places import Place, pick
from curation.queries.scan import Filter
from curation.queries.search import asked

#: Code points of a snippet: two lines of the list.
SNIPPET = 150
#: And of a title.
TITLE = 80
#: How many of them come before what the snippet is about.
_BEFORE = 30

Span = tuple[int, int]
Find = Callable[[str], list[Span]]

_BLANKS = re.compile(r"\s+")
_COLUMNS = {
    "documents": ("id", "title", "source", "domain", "url"),
    "decisions": ("verdict", "rule", "value", "limit", "evidence", "cluster", "keeper"),
    "text": ("text",),
    "tokens": ("tokens",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a text as a list shows it."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One row of a document list."""

    place: Place
    id: str
    title: str
    source: str
    domain: str
    url: str
    verdict: str
    rule: str
    value: float | None
    limit: float | None
    #: The document that was kept of its cluster; "" when it is alone or kept itself.
    keeper: str
    characters: int
    tokens: int | None
    #: Title and snippet with every hit of what is searched for, else of the evidence, marked.
    title_pieces: list[Piece]
    pieces: list[Piece]
    #: What people's judgement of it is now: "keep", "drop" or "".
    judged: str

    @property
    def comparison(self) -> str:
        """How the value stands to the limit that it failed; "" where nothing was compared."""
        if self.value is None or self.limit is None or self.rule == "exact_duplicate":
            return ""
        return "<" if self.value < self.limit else ">" if self.value > self.limit else "="


def summaries(
    snapshot: Snapshot, places: Sequence[Place], wanted: Filter | None = None
) -> list[Summary]:
    """The documents at ``places``, in that order; the filter says what is to be marked."""
    search = asked(wanted.contains, wanted.mode) if wanted else None
    spans = search.spans if search else _no_spans
    rows = pick(snapshot.manifest, places, _COLUMNS)
    said = standing_of(row["id"] for row in rows)
    # Who is kept of several copies is no word on the document itself.
    judged = {id_: word for id_, word in said.items() if word != "prefer"}
    return [
        _summary(place, row, spans, judged.get(row["id"], ""))
        for place, row in zip(places, rows, strict=True)
    ]


def _no_spans(text: str) -> list[Span]:
    return []


def _summary(place: Place, row: Mapping[str, Any], spans: Find, judged: str) -> Summary:
    text, title = row["text"] or "", row["title"] or ""
    hits = spans(text)
    marked = hits or _evidence(row)
    return Summary(
        place=place,
        id=row["id"],
        title=title,
        source=row["source"] or "",
        domain=row["domain"] or "",
        url=row["url"] or "",
        verdict=row["verdict"],
        rule=row["rule"] or "",
        value=row["value"],
        limit=row["limit"],
        keeper=row["keeper"] if row["keeper"] and row["keeper"] != row["id"] else "",
        characters=len(text),
        tokens=row.get("tokens"),
        title_pieces=pieces(title[:TITLE], spans(title[:TITLE])),
        pieces=around(text, marked),
        judged=judged,
    )


def _evidence(row: Mapping[str, Any]) -> list[Span]:
    """The spans of the rule that decided, the first ones first."""
    own = [span for span in row["evidence"] or () if span["rule"] == row["rule"]]
    return sorted((span["start"], span["end"]) for span in own)


def around(text: str, spans: Sequence[Span]) -> list[Piece]:
    """``SNIPPET`` code points around the first of the spans, all that lie there marked.

    >>> [(p.text, p.marked) for p in around("一行目\\n二行目", [(4, 6), (0, 1)])]
    [('一', True), ('行目 ', False), ('二行', True), ('目', False)]
    """
    first = max(0, min((start for start, _ in spans), default=0) - _BEFORE)
    last = first + SNIPPET
    here = [(start - first, end - first) for start, end in spans if start < last and end > first]
    found = pieces(text[first:last], here)
    before = [Piece(text="…")] if first else []
    after = [Piece(text="…")] if last < len(text) else []
    return [*before, *found, *after]


def pieces(text: str, spans: Sequence[Span]) -> list[Piece]:
    """A text parted at the ends of the spans, blanks folded; spans may overlap or leave it.

    >>> [piece.text for piece in pieces("茶の湯", [(2, 9)])]
    ['茶の', '湯']
    """
    found: list[Piece] = []
    done = 0
    for start, end in sorted(spans):
        start, end = max(start, done), min(end, len(text))
        if start >= end:
            continue
        if start > done:
            found.append(Piece(text=_flat(text[done:start])))
        found.append(Piece(text=_flat(text[start:end]), marked=True))
        done = end
    if done < len(text):
        found.append(Piece(text=_flat(text[done:])))
    return found


def _flat(text: str) -> str:
    return _BLANKS.sub(" ", text)
