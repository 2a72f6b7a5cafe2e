"""Parquet, read in a limited child process; columns are mapped like a record's fields."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpora.documents import MAX_RECORD_BYTES
from corpora.ingest import fields
from corpora.ingest.columns import Columns
from corpora.ingest.encodings import Decoded, UndecodableError, decode
from corpora.ingest.entries import Batch as Many
from corpora.ingest.entries import Entry, Outcome, Place, Reader, Sample, Single, Source
from corpora.ingest.parquet_process import Batch
from corpora.ingest.rows import Rows
from corpora.ingest.together import Together

MAGIC = b"PAR1"
#: Bytes of a binary value that is no text, kept in the metadata (as base64).
_BINARY_KEPT = 256
#: Rows of the first batch that decide.
_LOOKED_AT = 50


def matches(sample: Sample) -> bool:
    return sample.head.startswith(MAGIC)


def read(source: Source) -> Iterator[Entry]:
    number = 0
    column: str | None = None
    with source.as_file() as path:
        for batch in source.parquet.batches(path, source.source):
            if number == 0:
                column = _column(batch, source.columns)
            rows = _Rows(source, column, batch, number)
            yield Many(records=batch.rows, singly=rows.singly, together=rows.together)
            number += batch.rows


class _Rows:
    """The rows of a batch, of which the first is the file's ``number``-th."""

    def __init__(self, source: Source, column: str | None, batch: Batch, number: int) -> None:
        self._source = source
        self._column = column
        self._batch = batch
        self._number = number
        self._cells = _Cells(batch, source.columns)

    def singly(self) -> Iterator[Single]:
        for at in range(self._batch.rows):
            yield partial(self._alone, at)

    def together(self) -> Iterator[Rows | Outcome]:
        prefix, rows = self._source.prefix, self._batch.rows
        found = Together(rows, self._source.columns, self._column)
        self._add_to(found)
        return found.outcomes(
            alone=self._alone,
            locators=[f"{prefix}row:{self._number + at}" for at in range(rows)],
            encodings=["utf-8"] * rows,
            source=self._source.source,
            format="parquet",
        )

    def _add_to(self, found: Together) -> None:
        """Add the rows that have a text, if there is nothing but UTF-8."""
        batch = self._batch
        names = tuple(dict.fromkeys(batch.names))
        key = found.text_key(names)
        if key is None or not self._cells.is_text(key) or not batch.is_binary(key):
            return
        texts, columns = batch.as_text(key), self._cells.columns(besides=key)
        if texts is None or columns is None:
            return
        values = batch.column(key)
        places = [
            at for at, value in enumerate(values) if value is not None and at not in batch.oversized
        ]
        if len(places) < batch.rows:
            columns = {name: [column[at] for at in places] for name, column in columns.items()}
            values = [values[at] for at in places]
            texts = texts.take(pa.array(places, pa.int64()))
        if places:
            characters: Any = pc.utf8_length(texts)
            found.add_columns(places, columns, key, values, characters.to_pylist())

    def _alone(self, at: int) -> Outcome:
        place = self._source.place(f"row:{self._number + at}")
        if at in self._batch.oversized:
            detail = f"a cell of the row is larger than {MAX_RECORD_BYTES >> 20} MiB"
            return place.rejected("too-large", detail)
        return _outcome(self._cells, at, place, self._column, self._source.columns)


class _Cells:
    """A batch whose cells are decoded when they are asked for."""

    def __init__(self, batch: Batch, columns: Columns | None) -> None:
        self._batch = batch
        self._chosen = columns.text if columns else ()

    def columns(self, *, besides: str) -> dict[str, list[Any]] | None:
        """Every column as ``row`` has its cells, one without a look; None where text is in
        another form than UTF-8."""
        found: dict[str, list[Any]] = {}
        for name in self._batch.names:
            if name == besides:
                found[name] = [None] * self._batch.rows
            elif self._batch.is_binary(name) and self.is_text(name):
                if (strings := self._batch.as_text(name)) is None:
                    return None
                found[name] = strings.to_pylist()
            else:
                values = self._batch.column(name)
                if self.is_text(name) and bytes in set(map(type, values)):
                    return None
                found[name] = list(map(_plain, values))
        return found

    def row(self, at: int) -> tuple[dict[str, Any], Decoded]:
        """(the row, how its text was decoded). Raises UndecodableError."""
        text = Decoded(text="", encoding="utf-8")
        found: dict[str, Any] = {}
        for name, value in self._batch.row(at).items():
            if isinstance(value, bytes) and self.is_text(name):
                decoded = _decoded(value)
                value = decoded.text
                text = decoded if self._may_be_the_text(name) else text
            found[name] = _plain(value)
        return found, text

    def is_text(self, name: str) -> bool:
        """Strings are text; so is a binary column by the name of one."""
        return name in self._batch.strings or self._may_be_the_text(name)

    def _may_be_the_text(self, name: str) -> bool:
        return name in self._chosen or name.lower() in fields.TEXT_NAMES


def _column(batch: Batch, columns: Columns | None) -> str | None:
    """The string column that the content points at, when no column is named for its text."""
    if any(name.lower() in fields.TEXT_NAMES for name in batch.names):
        return None
    cells = _Cells(batch, columns)
    sample = []
    for at in range(min(batch.rows, _LOOKED_AT)):
        try:
            row, _ = cells.row(at)
        except (UndecodableError, UnicodeDecodeError):
            continue
        sample.append({name: row[name] for name in sorted(batch.strings)})
    return fields.text_column(sample, columns)


def _outcome(
    cells: _Cells, at: int, place: Place, column: str | None, columns: Columns | None
) -> Outcome:
    try:
        record, text = cells.row(at)
    except (UndecodableError, UnicodeDecodeError) as error:
        return place.rejected("undecodable", str(error))
    return fields.to_document(
        record,
        place=place,
        format="parquet",
        encoding=text.encoding,
        notes=text.notes,
        text_column=column,
        columns=columns,
    )


def _decoded(value: bytes) -> Decoded:
    try:
        return Decoded(text=value.decode(), encoding="utf-8")
    except UnicodeDecodeError:
        return decode(value)


def _plain(value: Any) -> Any:
    """A value that JSON has; dates in ISO 8601, bytes as base64 (their beginning)."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value[:_BINARY_KEPT]).decode()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | timedelta):
        return str(value)
    return value


PARQUET = Reader(name="parquet", matches=matches, read=read)
