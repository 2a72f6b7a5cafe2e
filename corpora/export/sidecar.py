"""From a position in training data back to the document."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpora.row_group_writer import TableWriter

NAME = "document-ids.parquet"

_COLUMNS: dict[str, pa.DataType] = {
    "position": pa.int64(),  # 0 for the export's first document
    "id": pa.string(),
    "source": pa.string(),
    "locator": pa.string(),
    "shard": pa.int32(),  # the manifest's file with this number
    "sequence": pa.int64(),  # the document's line, row or sequence in its shard, from 0
    "offset": pa.int64(),  # its first byte in the shard as read (null in Parquet)
}

SCHEMA = pa.schema(_COLUMNS)


class Sidecar:
    """Collects the place of each document while a shard is written; positions begin at 0."""

    def __init__(self, writer: TableWriter, *, shard: int) -> None:
        self._writer = writer
        self._shard = shard
        self._documents = 0

    def add(self, rows: pa.Table, *, offsets: Sequence[int | None]) -> None:
        """``offsets`` one a row: its first byte in the shard."""
        count = rows.num_rows
        places = np.arange(self._documents, self._documents + count)
        columns = {
            "position": places,
            "id": rows.column("id"),
            "source": rows.column("source"),
            "locator": rows.column("locator"),
            "shard": np.full(count, self._shard, np.int32),
            "sequence": places,
            "offset": offsets,
        }
        self._writer.write(pa.table(columns, schema=SCHEMA))
        self._documents += count


def moved(rows: pa.Table, before: int) -> pa.Table:
    """A shard's rows as they stand in an export with so many documents before."""
    positions = pc.add(rows.column("position"), pa.scalar(before, pa.int64()))
    return rows.set_column(0, SCHEMA.field("position"), positions)
