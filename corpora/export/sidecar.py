"""From a position in training data back to the document."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from corpora.storage import TableWriter

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
    """Collects the place of each document while shards are written."""

    def __init__(self, writer: TableWriter) -> None:
        self._writer = writer
        self._positions = 0

    def add(self, rows: pa.Table, *, shard: int, first: int, offsets: Sequence[int | None]) -> None:
        """``rows`` lie in ``shard`` from sequence ``first`` on; ``offsets`` one a row."""
        count = rows.num_rows
        columns = {
            "position": np.arange(self._positions, self._positions + count),
            "id": rows.column("id"),
            "source": rows.column("source"),
            "locator": rows.column("locator"),
            "shard": np.full(count, shard, np.int32),
            "sequence": np.arange(first, first + count),
            "offset": offsets,
        }
        self._writer.write(pa.table(columns, schema=SCHEMA))
        self._positions += count
