"""CSV and TSV: the separator is recognised by content; quoted fields may hold line ends."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from functools import partial

from corpora.documents import MAX_RECORD_BYTES
from corpora.ingest import fields
from corpora.ingest.entries import Entry, Outcome, Reader, Sample, Source
from corpora.ingest.transcoding import text_lines

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
    build = partial(_record, source=source, names=names, format=format, column=column)
    rows = _Rows(source, separator)
    for number, row in enumerate(rows):
        yield from rows.problems()
        if number == 0 and header:
            continue
        yield partial(build, row, number - header, rows.encoding)
    yield from rows.problems()


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
        self._source = source
        self._waiting: list[Entry] = []
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

    def problems(self) -> Iterator[Entry]:
        waiting, self._waiting = self._waiting, []
        yield from waiting

    def _lines(self) -> Iterator[str]:
        for line in text_lines(self._source):
            place = self._source.place(f"byte:{line.offset}")
            if line.oversized:
                detail = f"the line is longer than {MAX_RECORD_BYTES >> 20} MiB"
                self._waiting.append(place.rejected("too-large", detail, line.text.encode()))
            elif line.undecodable:
                detail = f"the line is not in {self.encoding}, nor in any other encoding"
                self._waiting.append(place.rejected("undecodable", detail, line.undecodable))
            else:
                self.encoding = line.encoding if not line.text.isascii() else self.encoding
                yield line.text.removesuffix("\r") + "\n"


def _record(
    row: list[str],
    number: int,
    encoding: str,
    *,
    source: Source,
    names: tuple[str, ...],
    format: str,
    column: str | None,
) -> Outcome:
    place = source.place(f"row:{number}")
    raw = "\t".join(row).encode("utf-8", "surrogatepass")
    if len(row) != len(names):
        detail = f"the row has {len(row)} cells, the first row has {len(names)}"
        return place.rejected("bad-row", detail, raw)
    record = {name: cell for name, cell in zip(names, row, strict=True) if cell}
    return fields.to_document(
        record,
        place=place,
        format=format,
        encoding=encoding,
        text_column=column,
        columns=source.columns,
        raw=raw,
    )


def _reader(separator: str) -> Reader:
    matches: Callable[[Sample], bool] = partial(_matches, separator=separator)
    return Reader(name=_NAMES[separator], matches=matches, read=partial(_read, separator=separator))


CSV = _reader(",")
TSV = _reader("\t")
