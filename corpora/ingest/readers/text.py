"""Plain text: one file is one document; a file beyond the record limit is read in pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from corpora.documents import MAX_RECORD_BYTES, QUARANTINE_BYTES, Document
from corpora.errors import SourceError
from corpora.ingest import aozora
from corpora.ingest.cleaning import Unfit, clean
from corpora.ingest.dates import iso_date
from corpora.ingest.encodings import UndecodableError, decode, refuse_binary
from corpora.ingest.entries import Entry, Outcome, Place, Reader, Sample, Source
from corpora.ingest.lines import Line, lines, separator_of
from corpora.ingest.transcoding import is_wide
from corpora.ingest.weighing import Named

#: A piece of a large file ends at the first blank line after this many bytes …
_PIECE = 1 << 20
#: … and at any line end after this many.
_LONGEST_PIECE = 2 << 20
_URL = re.compile(r"https?://[^\s　]{4,2000}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    offset: int
    data: bytes
    #: 0 for a whole file, else which piece of it, from 1.
    number: int


def matches(sample: Sample) -> bool:
    """Whatever no other reader recognised. Binary data is quarantined when it is read."""
    return True


def read(source: Source, *, markup: bool = False) -> Iterator[Entry]:
    """``markup`` says that the text is Aozora Bunko's without asking the content."""
    for found in _pieces(source):
        if isinstance(found, _Piece):
            yield partial(_document, found, source, markup)
            continue
        place = source.place(f"byte:{found.offset}")
        if found.oversized:
            detail = f"over {MAX_RECORD_BYTES >> 20} MiB without a line end"
            yield place.rejected("too-large", detail, found.data)
        else:
            yield place.rejected("truncated", "the end of the text is missing", found.data)


def _pieces(source: Source) -> Iterator[_Piece | Line]:
    """The whole text when it fits a record, else pieces; lines that are too long as lines."""
    held: list[bytes] = []
    size = 0
    chunks = iter(source.chunks)
    try:
        for chunk in chunks:
            held.append(chunk)
            size += len(chunk)
            if size > MAX_RECORD_BYTES:
                yield from _large(chain(held, chunks), separator_of(source.sample.head))
                return
    except SourceError:
        if held and size <= MAX_RECORD_BYTES:
            # A text without its end is no whole document: it is shown, not kept.
            yield Line(0, b"".join(held)[:QUARANTINE_BYTES])
        raise
    if data := b"".join(held):
        yield _Piece(offset=0, data=data, number=0)


def _large(chunks: Iterator[bytes], separator: bytes) -> Iterator[_Piece | Line]:
    """A text beyond the record limit, cut at blank lines where that is possible."""
    held: list[Line] = []
    size = 0
    number = 1
    for line in lines(chunks, separator=separator):
        if not line.oversized:
            held.append(line)
            size += len(line.data) + 1
        blank = not line.data.strip()
        if held and (line.oversized or size > (_PIECE if blank else _LONGEST_PIECE)):
            yield _piece(held, separator, number)
            held, size, number = [], 0, number + 1
        if line.oversized:
            yield line
    if held:
        yield _piece(held, separator, number)


def _piece(held: list[Line], separator: bytes, number: int) -> _Piece:
    data = separator.join(line.data for line in held)
    return _Piece(offset=held[0].offset, data=data, number=number)


def _document(piece: _Piece, source: Source, markup: bool) -> Outcome:
    place = source.place(f"byte:{piece.offset}")
    outcome = document(piece.data, place, known=source.sample.named, markup=markup)
    if piece.number and isinstance(outcome, Document):
        outcome.metadata["piece"] = piece.number
    return outcome


def document(
    data: bytes, place: Place, *, known: Named | None = None, markup: bool = False
) -> Outcome:
    """The document of a whole text. ``known``: its encoding, as far as its beginning tells."""
    try:
        if known is None or not is_wide(known.encoding):
            refuse_binary(data)
        decoded = decode(data, known=known)
    except UndecodableError as error:
        return place.rejected(undecodable(error), str(error), data)
    cleaned = clean(decoded.text)
    if isinstance(cleaned, Unfit):
        return place.rejected(cleaned.reason, cleaned.detail, data)
    notes: dict[str, Any] = decoded.notes | cleaned.notes
    encoding = decoded.encoding
    if markup or aozora.is_aozora(cleaned.text):
        return aozora.document(cleaned.text, place, encoding, notes)
    return _plain(cleaned.text, place, encoding, notes)


def undecodable(error: UndecodableError) -> str:
    """The reason that the quarantine gives."""
    return "binary" if str(error).startswith("binary") else "undecodable"


def _plain(text: str, place: Place, encoding: str, notes: dict[str, Any]) -> Document:
    """A document, with the header of a news article taken off when there is one."""
    lines = text.split("\n", 3)
    fields: dict[str, Any] = {}
    if len(lines) == 4 and lines[3].strip() and _URL.fullmatch(lines[0].strip()):
        date = iso_date(lines[1])
        if date is not None:
            fields = {"url": lines[0].strip(), "date": date, "title": lines[2].strip()}
            text = lines[3]
    return Document(
        text=text,
        source=place.source,
        locator=place.locator,
        format="text",
        encoding=encoding,
        metadata=notes,
        **fields,
    )


TEXT = Reader(name="text", matches=matches, read=read)
