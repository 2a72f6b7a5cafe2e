"""Parquet, read in a limited child process; columns are mapped like a record's fields."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from corpora.documents import MAX_RECORD_BYTES
from corpora.ingest import fields
from corpora.ingest.columns import Columns
from corpora.ingest.encodings import UndecodableError, decode
from corpora.ingest.entries import Entry, Outcome, Place, Reader, Sample, Source
from corpora.ingest.parquet_process import Batch

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
            cells = _Cells(batch, source.columns)
            for at in range(batch.rows):
                place = source.place(f"row:{number}")
                if at in batch.oversized:
                    detail = f"a cell of the row is larger than {MAX_RECORD_BYTES >> 20} MiB"
                    yield place.rejected("too-large", detail)
                else:
                    yield partial(_outcome, cells, at, place, column, source.columns)
                number += 1


class _Cells:
    """A batch whose cells are decoded when a row is asked for."""

    def __init__(self, batch: Batch, columns: Columns | None) -> None:
        self._batch = batch
        self._chosen = columns.text if columns else ()

    def row(self, at: int) -> tuple[dict[str, Any], str]:
        """(the row, the encoding its text was in). Raises UndecodableError."""
        encoding = "utf-8"
        found: dict[str, Any] = {}
        for name, value in self._batch.row(at).items():
            if isinstance(value, bytes) and self._is_text(name):
                value, used = _decoded(value)
                encoding = used if self._may_be_the_text(name) else encoding
            found[name] = _plain(value)
        return found, encoding

    def _is_text(self, name: str) -> bool:
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
        record, encoding = cells.row(at)
    except (UndecodableError, UnicodeDecodeError) as error:
        return place.rejected("undecodable", str(error))
    return fields.to_document(
        record,
        place=place,
        format="parquet",
        encoding=encoding,
        text_column=column,
        columns=columns,
    )


def _decoded(value: bytes) -> tuple[str, str]:
    try:
        return value.decode(), "utf-8"
    except UnicodeDecodeError:
        decoded = decode(value)
        return decoded.text, decoded.encoding


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
