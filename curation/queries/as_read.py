"""A corpus' documents as they were read: before anything is curated, and while reading goes on.

There is no index yet: texts are looked through from where a page begins, for as long as it may
take. A document is named by its part's blob and its row there, which nothing changes.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc
from django.db.models.functions import Length

from corpora.documents import DOCUMENTS, ROW_GROUP_ROWS
from corpora.ingest.checkpoints import parts_so_far
from corpora.ingest.weighing import CONFIDENCE
from corpora.search.words import Words, words
from curation.models import Corpus, Run, Source, Unit
from curation.queries.document import metadata_of, windows
from curation.queries.documents import PAGE_ROWS
from curation.queries.segments import LONG_TEXT, WINDOW, Segment, Span, segments
from curation.queries.snapshots import read_row, read_rows
from curation.queries.summaries import TITLE, Piece, around, pieces
from curation.store import store

_LISTED = ("title", "url", "locator", "source", "domain", "text")
_ID = re.compile(r"[0-9a-f]{32}")
#: Hits that are marked in one text.
_MOST_FOUND = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    #: The blob.
    documents: str
    rows: int
    #: What people know its source by.
    source: str


def parts(corpus: Corpus, source: int | None = None) -> list[Part]:
    """Of the corpus, or of one of its sources (by its key), what is read so far."""
    sources = corpus.sources.order_by("id")
    if source is not None:
        sources = sources.filter(pk=source)
    return [
        Part(documents=part["documents"], rows=part["rows"], source=one.location)
        for one in sources
        for part in (one.parts if one.ready else _so_far(one))
        if part["rows"]
    ]


def _so_far(source: Source) -> Iterator[Any]:
    """What the units of the newest run have read: those that are done, and those at work."""
    run = source.runs.filter(kind=Run.Kind.INGEST).order_by("-id").first()
    if run is None:
        return
    units = run.units.filter(stage="ingest", state__in=(Unit.State.DONE, Unit.State.LEASED))
    ordered = units.order_by(Length("part"), "part")  # as corpora.plans.place sorts them
    for key, done in ordered.values_list("key", "result__outputs__parts"):
        yield from parts_so_far(store(), key) if done is None else done


def place_of(among: Sequence[Part], document: str) -> tuple[str, int] | None:
    """(part's blob, row) of the document with an id; None for what is no id, or of no document."""
    if not _ID.fullmatch(document):
        return None
    for part in among:
        ids = read_rows(part.documents, 0, part.rows, ("id",))["id"]
        if (row := pc.index(ids, document).as_py()) >= 0:
            return part.documents, row
    return None


# -- the list ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    documents: str
    row: int
    source: str
    domain: str
    characters: int
    title_pieces: list[Piece]
    pieces: list[Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    rows: list[Listed]
    #: Where the next page begins ("BLOB.ROW"); "" at the end.
    after: str
    #: True: the page ends because its time did, not because it is full.
    cut_short: bool = False


def page(
    among: Sequence[Part], contains: str, start: str, seconds: float, room: int = PAGE_ROWS
) -> Page:
    """The first documents at or after ``start`` ("" is the beginning) whose title or text holds
    the words, as many as the time finds. ValueError for a place that is in none of the parts."""
    wanted = words(contains) if contains else None
    deadline = time.monotonic() + seconds
    found: list[Listed] = []
    for number, (part, first, last) in enumerate(_groups(among, start)):
        # Never nothing at all, or one would stay where one is.
        if number and time.monotonic() > deadline:
            return Page(rows=found, after=f"{part.documents}.{first}", cut_short=True)
        table = read_rows(part.documents, first, last, _LISTED)
        for row in _holding(table, wanted).tolist():
            if len(found) == room:
                return Page(rows=found, after=f"{part.documents}.{first + row}")
            found.append(_listed(part, first + row, table.slice(row, 1).to_pylist()[0], wanted))
    return Page(rows=found, after="")


def _groups(among: Sequence[Part], start: str) -> Iterator[tuple[Part, int, int]]:
    """(part, first row, row behind the last) of each row group from a place on."""
    number, begin = 0, 0
    if start:
        blob, begin = _parsed(start)
        number = [part.documents for part in among].index(blob)
    for part in among[number:]:
        while begin < part.rows:
            last = min(part.rows, begin - begin % ROW_GROUP_ROWS + ROW_GROUP_ROWS)
            yield part, begin, last
            begin = last
        begin = 0


def _parsed(place: str) -> tuple[str, int]:
    blob, _, row = place.partition(".")
    return blob, int(row or 0)


def _holding(table: Any, wanted: Words | None) -> Any:
    if wanted is None:
        return np.arange(table.num_rows)
    texts, titles = (table[name].combine_chunks() for name in ("text", "title"))
    return np.flatnonzero(wanted.mask(texts) | wanted.mask(titles))


def _listed(part: Part, row: int, values: dict[str, Any], wanted: Words | None) -> Listed:
    text = values["text"] or ""
    # Without a title it is called by its place.
    title = (values["title"] or values["url"] or values["locator"] or "")[:TITLE]
    return Listed(
        documents=part.documents,
        row=row,
        source=values["source"] or part.source,
        domain=values["domain"] or "",
        characters=len(text),
        title_pieces=pieces(title, wanted.spans(title) if wanted else []),
        pieces=around(text, wanted.spans(text, 100) if wanted else []),
    )


# -- one document -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A document, and a window of its text."""

    fields: dict[str, Any]
    #: How probably its encoding is right; None where the bytes say it themselves.
    confidence: float | None
    segments: list[Segment]
    length: int
    begin: int
    end: int
    #: Where the windows before and after begin; None at the ends.
    before: int | None
    after: int | None


def document(part: Part, row: int, contains: str, at: int) -> Read:
    """Raises IndexError for a row that the part does not have."""
    fields = read_row(part.documents, row, DOCUMENTS.names)
    text = fields.pop("text") or ""
    size = WINDOW if len(text) > LONG_TEXT else max(1, len(text))
    begin, end, before, after = windows(len(text), at, size=size)
    hits = words(contains).spans(text, _MOST_FOUND) if contains else []
    marked = [Span(start=first, end=last, kind="found", label="") for first, last in hits]
    return Read(
        fields=fields,
        confidence=metadata_of(fields).get(CONFIDENCE),
        segments=segments(text, marked, begin, end),
        length=len(text),
        begin=begin,
        end=end,
        before=before,
        after=after,
    )
