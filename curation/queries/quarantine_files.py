"""A source's quarantine as a file to take away, written while it is sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pyarrow.parquet as pq

from corpora.documents import QUARANTINE
from curation.models import Source
from curation.queries.sources import row_groups, visible

_COLUMNS = ("source", "locator", "reason", "detail", "text", "bytes_hex")
#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_file(source: Source, reason: str) -> Iterator[bytes]:
    """For a spreadsheet: heading first, formulas neutralised."""
    sent = _Sent()
    # Spreadsheets take a CSV without the mark for the system's own encoding.
    writer = csv.writer(
        io.TextIOWrapper(sent, encoding="utf-8-sig", newline="", write_through=True)
    )
    writer.writerow(_COLUMNS)
    for rows in _rows(source, reason):
        for row in rows:
            writer.writerow([neutral(row[column]) for column in _COLUMNS])
        yield sent.taken()
    yield sent.taken()


def jsonl_file(source: Source, reason: str) -> Iterator[bytes]:
    """One object a line."""
    for rows in _rows(source, reason):
        yield b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def parquet_file(source: Source, reason: str) -> Iterator[bytes]:
    """With the columns that the quarantine has in the store."""
    sent = _Sent()
    with pq.ParquetWriter(sent, QUARANTINE, compression="zstd") as writer:
        for table in row_groups(source, reason):
            writer.write_table(table.cast(QUARANTINE))
            yield sent.taken()
    yield sent.taken()


#: Ending of the file's name -> its type and what writes it.
FILES: dict[str, tuple[str, Callable[[Source, str], Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", csv_file),
    "jsonl": ("application/jsonl; charset=utf-8", jsonl_file),
    "parquet": ("application/vnd.apache.parquet", parquet_file),
}


def _rows(source: Source, reason: str) -> Iterator[list[dict[str, str]]]:
    for table in row_groups(source, reason):
        yield [_row(row) for row in table.to_pylist()]


def _row(row: dict[str, Any]) -> dict[str, str]:
    data = row["bytes"] or b""
    return {
        **{column: row[column] or "" for column in _COLUMNS[:4]},
        "text": visible(data.decode("utf-8", "backslashreplace")),
        "bytes_hex": data.hex(),
    }


def neutral(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> neutral("=HYPERLINK(1)"), neutral("東京")
    ("'=HYPERLINK(1)", '東京')
    """
    return f"'{cell}" if cell.lstrip(" \u3000").startswith(_FORMULA) else cell


class _Sent(io.BytesIO):
    """A file that forgets what was taken from it, so that nothing gathers."""

    _gone = 0

    def tell(self) -> int:
        return self._gone + super().tell()

    def taken(self) -> bytes:
        """What was written since the last time."""
        piece = self.getvalue()
        self._gone += len(piece)
        self.seek(0)
        self.truncate()
        return piece
