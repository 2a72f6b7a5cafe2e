"""What a list says of each document: verdict, value against limit, and a snippet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from curation.models import Snapshot
from curation.queries.judgements import standing_of
from curation.queries.scan import Place
from curation.queries.snapshots import manifest, read_picked

#: Code points of a snippet: two lines of the list.
SNIPPET = 150
#: How many of them come before what the snippet is about.
_BEFORE = 30

_BLANKS = re.compile(r"\s+")
_COLUMNS = {
    "documents": ("id", "title", "source", "domain", "url"),
    "decisions": ("verdict", "rule", "value", "limit", "evidence", "cluster", "keeper"),
    "text": ("text",),
    "tokens": ("tokens",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A piece of text around the hit or the evidence; ``marked`` may be empty."""

    before: str
    marked: str
    after: str


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
    snippet: Snippet
    #: What people's judgement of it is now: "keep", "drop" or "".
    judged: str

    @property
    def comparison(self) -> str:
        """How the value stands to the limit that it failed; "" where nothing was compared."""
        if self.value is None or self.limit is None or self.rule == "exact_duplicate":
            return ""
        return "<" if self.value < self.limit else ">" if self.value > self.limit else "="


def summaries(snapshot: Snapshot, places: Sequence[Place], contains: str = "") -> list[Summary]:
    """The documents at ``places``, in that order."""
    parts = manifest(snapshot)["parts"]
    rows: list[tuple[Place, dict[str, Any]]] = []
    for number, group in groupby(places, key=lambda place: place.part):
        wanted = list(group)
        rows += zip(wanted, _read(parts[number], [place.row for place in wanted]), strict=True)
    said = standing_of(row["id"] for _, row in rows)
    # Who is kept of several copies is no word on the document itself.
    judged = {id_: word for id_, word in said.items() if word != "prefer"}
    return [_summary(place, row, contains, judged.get(row["id"], "")) for place, row in rows]


def _read(part: Mapping[str, Any], rows: Sequence[int]) -> list[dict[str, Any]]:
    """The columns of the list for some rows of a part, in the order given."""
    found: list[dict[str, Any]] = [{} for _ in rows]
    for role, names in _COLUMNS.items():
        if part[role]:
            table = read_picked(part[role], rows, names)
            if role == "tokens":  # a list says how many, never which
                table = pa.table({"tokens": pc.list_value_length(table["tokens"])})
            for row, values in zip(found, table.to_pylist(), strict=True):
                row.update(values)
    return found


def _summary(place: Place, row: Mapping[str, Any], contains: str, judged: str) -> Summary:
    text = row["text"] or ""
    return Summary(
        place=place,
        id=row["id"],
        title=row["title"] or "",
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
        snippet=snippet(text, *_mark(text, row, contains)),
        judged=judged,
    )


def _mark(text: str, row: Mapping[str, Any], contains: str) -> tuple[int, int]:
    """What the snippet is about: the searched words, else the first rule's evidence."""
    if contains:
        spelt = unicodedata.normalize("NFKC", contains)
        found = text.casefold().find(spelt.casefold())
        # casefold may change lengths (ß); a hit that moved is simply not marked.
        if found >= 0 and text[found : found + len(spelt)].casefold() == spelt.casefold():
            return found, found + len(spelt)
    own = [span for span in row["evidence"] or () if span["rule"] == row["rule"]]
    return (own[0]["start"], own[0]["end"]) if own else (0, 0)


def snippet(text: str, start: int, end: int) -> Snippet:
    """``SNIPPET`` code points around a span, blanks folded.

    >>> snippet("一行目\\n二行目", 4, 6)
    Snippet(before='一行目 ', marked='二行', after='目')
    """
    end = min(end, start + SNIPPET)
    first = max(0, start - _BEFORE) if end > start else 0
    last = first + SNIPPET
    return Snippet(
        before=("…" if first else "") + _flat(text[first:start]),
        marked=_flat(text[start:end]),
        after=_flat(text[end:last]) + ("…" if last < len(text) else ""),
    )


def _flat(text: str) -> str:
    return _BLANKS.sub(" ", text)
