"""CSV and TSV: the separator is recognised by content; quoted fields may hold line ends."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from corpora.documents import MAX_RECORD_BYTES, Rejected
from corpora.ingest import fields
from corpora.ingest.entries import Batch, Entry, Outcome, Reader, Sample, Single, Source
from corpora.ingest.rows import Rows
from corpora.ingest.together import Together, in_batches
from corpora.ingest.transcoding import TextLine, text_runs

#: Rows of the head that decide.
_LOOKED_AT = 200
#: Share of rows that must have as many cells as the first.
_REGULAR = 0.95
_LONGEST_NAME = 40
_SENTENCE = re.compile(r"[。！？]|^https?://|^-?\d+(?:\.\d+)?$")

# The module's limit is global: no reader of ours may hold more than one record.
csv.field_size_limit(MAX_RECORD_BYTES)


def _matches(sample: Sample, *, separator: str) -> bool:
    """Two columns or more, in regular rows; one column when it is named for its text."""
    if separator not in sample.text[:4096] and not _is_single_column(sample, separator):
        return False
    rows = _rows(sample, separator)
    if not rows:
        return False
    width = len(rows[0])
    if width < 2:
        return _is_single_column(sample, separator)
    regular = sum(len(row) == width for row in rows)
    named = f".{_NAMES[separator]}" in sample.suffixes
    enough = len(rows) >= 2 and (len(rows) >= 3 or named or separator == "\t")
    return enough and regular >= _REGULAR * len(rows) and (named or _has_header(rows))


_NAMES = {",": "csv", "\t": "tsv"}


def _is_single_column(sample: Sample, separator: str) -> bool:
    named = f".{_NAMES[separator]}" in sample.suffixes
    first = sample.lines[0].strip('\ufeff\r "') if sample.lines else ""
    return named and first.lower() in fields.TEXT_NAMES


def _rows(sample: Sample, separator: str) -> list[list[str]]:
    """Whole rows of the head; the last may be cut in a quoted field, so it is left out."""
    text = sample.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    rows: list[list[str]] = []
    reader = csv.reader((line + "\n" for line in text.split("\n")), delimiter=separator)
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) > _LOOKED_AT:
                break
    except csv.Error:
        return []
    return rows if sample.complete else rows[:-1]


def _has_header(rows: list[list[str]]) -> bool:
    """Short, distinct names that are no data."""
    names = [name.strip() for name in rows[0]]
    return len(set(names)) == len(names) and all(
        0 < len(name) <= _LONGEST_NAME and not _SENTENCE.search(name) for name in names
    )


def _read(source: Source, *, separator: str) -> Iterator[Entry]:
    format = _NAMES[separator]
    sample_rows = _rows(source.sample, separator)
    header = bool(sample_rows) and _has_header(sample_rows)
    names = _names(sample_rows, header)
    body = sample_rows[1:] if header else sample_rows
    sample = (dict(zip(names, row, strict=False)) for row in body[:_LOOKED_AT])
    column = fields.text_column(sample, source.columns)
    if source.columns is not None and source.columns.see is not None:
        source.columns.see(dict.fromkeys(names))  # those whose cells are empty as well

    def batch(rows: Sequence[_Row]) -> Batch:
        table = _Table(source, names, format, column, rows)
        return Batch(records=len(rows), singly=table.singly, together=table.together)

    yield from in_batches(_found(source, separator, header), _size, batch)


class _Row(NamedTuple):
    cells: list[str]
    number: int
    encoding: str
    #: What the metadata says of it.
    notes: dict[str, Any]


def _size(row: _Row) -> int:
    return sum(map(len, row.cells))


def _found(source: Source, separator: str, header: bool) -> Iterator[Rejected | list[_Row]]:
    """Every row, and what cannot be one."""
    rows = _Rows(source, separator)
    for number, cells in enumerate(rows):
        yield from rows.problems()
        if number or not header:
            yield [_Row(cells, number - header, rows.encoding, rows.notes)]
    yield from rows.problems()


class _Table:
    """Rows that follow each other."""

    def __init__(
        self,
        source: Source,
        names: tuple[str, ...],
        format: str,
        column: str | None,
        rows: Sequence[_Row],
    ) -> None:
        self._source = source
        self._names = names
        self._format = format
        self._column = column
        self._rows = rows

    def singly(self) -> Iterator[Single]:
        for at in range(len(self._rows)):
            yield partial(self._alone, at)

    def together(self) -> Iterator[Rows | Outcome]:
        notes = [row.notes for row in self._rows]
        found = Together(len(self._rows), self._source.columns, self._column, notes)
        found.add([self._record(row.cells) for row in self._rows])
        return found.outcomes(
            alone=self._alone,
            locators=[f"{self._source.prefix}row:{row.number}" for row in self._rows],
            encodings=[row.encoding for row in self._rows],
            source=self._source.source,
            format=self._format,
        )

    def _record(self, cells: list[str]) -> dict[str, str] | None:
        if len(cells) != len(self._names):
            return None
        return {name: cell for name, cell in zip(self._names, cells, strict=True) if cell}

    def _alone(self, at: int) -> Outcome:
        row = self._rows[at]
        place = self._source.place(f"row:{row.number}")
        raw = "\t".join(row.cells).encode("utf-8", "surrogatepass")
        record = self._record(row.cells)
        if record is None:
            cells, columns = len(row.cells), len(self._names)
            detail = f"the row has {cells} cells, the first row has {columns}"
            return place.rejected("bad-row", detail, raw)
        return fields.to_document(
            record,
            place=place,
            format=self._format,
            encoding=row.encoding,
            notes=row.notes,
            text_column=self._column,
            columns=self._source.columns,
            raw=raw,
        )


def _names(rows: list[list[str]], header: bool) -> tuple[str, ...]:
    if not rows:
        return ()
    if header:
        return tuple(name.strip() for name in rows[0])
    return tuple(f"column_{number}" for number in range(1, len(rows[0]) + 1))


class _Rows:
    """The rows of a stream; what cannot be a row waits in ``problems``."""

    def __init__(self, source: Source, separator: str) -> None:
        self.encoding = source.encoding
        self.notes = source.named.notes
        self._source = source
        self._waiting: list[Rejected] = []
        self._reader = csv.reader(self._lines(), delimiter=separator)

    def __iter__(self) -> Iterator[list[str]]:
        while True:
            try:
                row = next(self._reader, None)
            except csv.Error as error:
                place = self._source.place(f"line:{self._reader.line_num}")
                self._waiting.append(place.rejected("bad-row", f"no CSV row: {error}"))
                continue
            if row is None:
                return
            if row:
                yield row

    def problems(self) -> Iterator[Rejected]:
        waiting, self._waiting = self._waiting, []
        yield from waiting

    def _lines(self) -> Iterator[str]:
        for found in text_runs(self._source):
            if isinstance(found, TextLine):
                yield from self._line(found)
            elif self.encoding == self._source.encoding:
                yield from found.texts()
            else:
                for line in found.lines():
                    yield from self._line(line)

    def _line(self, line: TextLine) -> Iterator[str]:
        if line.oversized:
            place = self._source.place(f"byte:{line.offset}")
            detail = f"the line is longer than {MAX_RECORD_BYTES >> 20} MiB"
            self._waiting.append(place.rejected("too-large", detail, line.text.encode()))
        elif line.undecodable:
            place = self._source.place(f"byte:{line.offset}")
            detail = f"the line is not in {self.encoding}, nor in any other encoding"
            self._waiting.append(place.rejected("undecodable", detail, line.undecodable))
        else:
            if not line.text.isascii():
                self.encoding, self.notes = line.encoding, line.notes
            yield line.text.removesuffix("\r") + "\n"


def _reader(separator: str) -> Reader:
    matches: Callable[[Sample], bool] = partial(_matches, separator=separator)
    return Reader(name=_NAMES[separator], matches=matches, read=partial(_read, separator=separator))


CSV = _reader(",")
TSV = _reader("\t")
