"""Words or a pattern tried on a snapshot's documents before they are in any recipe."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpora.documents import ROW_GROUP_ROWS
from corpora.matching.users import user_finder
from corpora.matching.words import Span
from curation.models import Snapshot
from curation.queries.snapshots import manifest, read_rows

#: Documents that are looked at, unless time is up before.
MOST_DOCUMENTS = 20_000
SECONDS = 1.5
HITS_SHOWN = 20
#: Of one document, so that one does not fill the list.
_HITS_OF_ONE = 2
#: Code points on either side of a hit.
_AROUND = 28
#: Of a document; a hit further on is not looked for.
_LONGEST = 200_000
#: Documents that are read together.
_TOGETHER = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A key word in context."""

    id: str
    title: str
    before: str
    word: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    looked_at: int
    #: Documents of the snapshot.
    of: int
    #: Documents with a hit, and hits in all.
    documents: int
    hits: int
    shown: list[Hit]


def try_out(
    snapshot: Snapshot, kind: str, definition: str | Sequence[str], *, seconds: float = SECONDS
) -> Trial:
    """``kind`` is "words" (a list) or "patterns" (RE2). Raises RecipeError for a bad pattern.

    Documents come from all over the snapshot; when the time is up, those that are left are
    not looked at, and the answer says how many were.
    """
    find = user_finder(kind, definition)
    parts: Sequence[Mapping[str, Any]] = manifest(snapshot)["parts"]
    until = time.monotonic() + seconds
    looked_at = documents = hits = 0
    shown: list[Hit] = []
    for row in _documents(parts):
        text = (row["text"] or "")[:_LONGEST]
        spans = find(text)
        looked_at += 1
        hits += len(spans)
        documents += bool(spans)
        if len(shown) < HITS_SHOWN:
            shown += [_hit(row, text, span) for span in spans[:_HITS_OF_ONE]]
        if looked_at >= MOST_DOCUMENTS or time.monotonic() > until:
            break
    return Trial(
        looked_at=looked_at,
        of=sum(part["rows"] for part in parts),
        documents=documents,
        hits=hits,
        shown=shown[:HITS_SHOWN],
    )


def _documents(parts: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows from all over: a handful of every row group of every part, then the next handfuls."""
    groups = [(part, start) for part in parts for start in range(0, part["rows"], ROW_GROUP_ROWS)]
    for offset in range(0, ROW_GROUP_ROWS, _TOGETHER):
        for part, start in _scattered(groups):
            first = start + offset
            last = min(first + _TOGETHER, start + ROW_GROUP_ROWS, part["rows"])
            if first < last:
                texts = read_rows(part["text"], first, last, ["text"])
                heads = read_rows(part["documents"], first, last, ["id", "title"])
                for text, head in zip(texts.to_pylist(), heads.to_pylist(), strict=True):
                    yield {**head, **text}


def _scattered(groups: list[Any]) -> Iterator[Any]:
    """All of them, far apart ones first: by steps of the golden ratio."""
    count = len(groups)
    order = sorted(range(count), key=lambda number: number * 0.618_033_988_75 % 1)
    return (groups[number] for number in order)


def _hit(row: Mapping[str, Any], text: str, span: Span) -> Hit:
    start, end = span[0], min(span[1], span[0] + 100)
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    flat = " ".join
    return Hit(
        id=row["id"],
        title=row["title"] or "",
        before=flat(before.split()),
        word=flat(text[start:end].split()) or text[start:end],
        after=flat(after.split()),
    )
