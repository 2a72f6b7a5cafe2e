"""Decoded lines of a stream that may be in any encoding, in bounded memory."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

import orjson

from corpora.documents import Document, Rejected
from corpora.ingest.encodings import Decoded, UndecodableError, decode
from corpora.ingest.entries import Batch, Entry, Outcome, Single, Source
from corpora.ingest.lines import Line, Run, runs, separator_of
from corpora.ingest.rows import Rows, metadata_json
from corpora.ingest.weighing import Named


class TextLine(NamedTuple):
    offset: int
    text: str
    encoding: str
    #: As in Decoded.
    notes: dict[str, Any]
    oversized: bool = False
    #: The bytes when they could not be decoded (``text`` is empty then).
    undecodable: bytes = b""


def is_wide(encoding: str | None) -> bool:
    """Whether line ends and brackets of this encoding are more than a byte."""
    return encoding is not None and encoding.startswith(("utf-16", "utf-32"))


def narrow(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """UTF-16 or UTF-32 as UTF-8, without the byte order mark; U+FFFD for what does not fit."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    first = True
    for chunk in chunks:
        text = decoder.decode(chunk)
        if first and text:
            text, first = text.removeprefix("\ufeff"), False
        yield text.encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def as_it_was(entries: Iterable[Entry], named: Named) -> Iterator[Entry]:
    """The same of bytes that were made UTF-8 for their reader: documents say what they were in."""
    for entry in entries:
        if isinstance(entry, Rejected):
            yield entry
        elif isinstance(entry, Batch):
            yield Batch(
                records=entry.records,
                singly=partial(_singly, entry, named),
                together=partial(_together, entry, named),
            )
        else:
            yield partial(_alone, entry, named)


def _singly(batch: Batch, named: Named) -> Iterator[Single]:
    for entry in batch.singly():
        yield entry if isinstance(entry, Rejected) else partial(_alone, entry, named)


def _together(batch: Batch, named: Named) -> Iterator[Rows | Outcome]:
    for found in batch.together():
        yield _in_it(found, named) if isinstance(found, Rows) else _said(found, named)


def _alone(record: Callable[[], Outcome], named: Named) -> Outcome:
    return _said(record(), named)


def _said(outcome: Outcome, named: Named) -> Outcome:
    if isinstance(outcome, Document):
        outcome.encoding = named.encoding
        outcome.metadata |= named.notes
    return outcome


def _in_it(rows: Rows, named: Named) -> Rows:
    rows.columns["encoding"] = [named.encoding] * len(rows)
    if named.notes:
        said = (orjson.loads(metadata) | named.notes for metadata in rows.columns["metadata"])
        rows.columns["metadata"] = list(map(metadata_json, said))
    return rows


class TextRun(NamedTuple):
    """Lines that follow each other, all in UTF-8 and in the file's own encoding."""

    offsets: list[int]
    #: With a line end behind each.
    text: str
    encoding: str

    def texts(self) -> Iterator[str]:
        """The lines with \\n behind each, as readers of text files give them."""
        return (f"{line}\n" for line in self.text.replace("\r\n", "\n").split("\n")[:-1])

    def lines(self) -> Iterator[TextLine]:
        for offset, line in zip(self.offsets, self.text.split("\n")[:-1], strict=True):
            yield TextLine(offset, line, self.encoding, {})


def text_lines(source: Source) -> Iterator[TextLine]:
    """The lines of a source, each decoded on its own where the file's encoding fails."""
    for found in text_runs(source):
        if isinstance(found, TextLine):
            yield found
        else:
            yield from found.lines()


def text_runs(source: Source) -> Iterator[TextLine | TextRun]:
    """The same, for whoever takes many lines at once."""
    separator = separator_of(source.sample.head)
    for found in runs(source.chunks, separator=separator):
        if isinstance(found, Line):
            yield _text_line(found, source)
            continue
        # Classic Mac's lines may hold line feeds.
        whole = _whole(found, source) if separator == b"\n" else None
        if whole is not None:
            yield whole
            continue
        for line in map(Line, found.offsets, found.pieces):
            yield _text_line(line, source)


def _whole(run: Run, source: Source) -> TextRun | None:
    if not source.encoding.startswith("utf-"):
        return None
    try:
        text = b"\n".join([*run.pieces, b""]).decode()
    except UnicodeDecodeError:
        return None
    return TextRun(run.offsets, text, source.encoding)


def _text_line(line: Line, source: Source) -> TextLine:
    if line.oversized:
        text = line.data.decode("utf-8", "replace")
        return TextLine(line.offset, text, source.encoding, {}, oversized=True)
    data = line.data.removeprefix(codecs.BOM_UTF8) if line.offset == 0 else line.data
    try:
        found = decode_line(data, source.named)
    except UndecodableError:
        return TextLine(line.offset, "", source.encoding, {}, undecodable=line.data)
    return TextLine(line.offset, found.text, found.encoding, found.notes)


def as_utf8(source: Source) -> Iterator[bytes]:
    """The bytes of a source as UTF-8, for formats whose syntax is ASCII."""
    if source.encoding.startswith("utf-") or source.encoding == "ascii":
        yield from source.chunks
        return
    for line in text_lines(source):
        yield (line.text + "\n").encode("utf-8", "surrogatepass") or line.undecodable


def decode_line(data: bytes, file: Named) -> Decoded:
    """A line of a file of that encoding. Raises UndecodableError.

    A line in a UTF-8 file that is not UTF-8 must be certain to be taken for another
    encoding; elsewhere the file's own is preferred.
    """
    if file.encoding.startswith("utf-"):
        try:
            return Decoded(text=data.decode(), encoding=file.encoding)
        except UnicodeDecodeError:
            return decode(data, sure=True)
    if data.isascii() and b"\x1b" not in data:
        return Decoded(text=data.decode("ascii"), encoding=file.encoding, notes=file.notes)
    return decode(data, prefer=file.encoding)
