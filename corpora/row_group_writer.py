"""Parquet in row groups of a fixed number of rows, however the rows arrive."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


class TableWriter:
    """Collects tables into row groups of a fixed number of rows, so bytes do not depend
    on how the rows arrived."""

    def __init__(self, parquet: pq.ParquetWriter, row_group_rows: int) -> None:
        self._parquet = parquet
        self._rows = row_group_rows
        self._pending: list[pa.Table] = []
        self._count = 0
        self.sha256 = ""

    def write(self, table: pa.Table) -> None:
        self._pending.append(table)
        self._count += table.num_rows
        if self._count >= self._rows:
            self._emit(keep_rest=True)

    def flush(self) -> None:
        self._emit(keep_rest=False)

    def _emit(self, *, keep_rest: bool) -> None:
        if not self._pending:
            return
        table = pa.concat_tables(self._pending)
        start = 0
        while table.num_rows - start >= self._rows or (not keep_rest and start < table.num_rows):
            group = table.slice(start, self._rows).combine_chunks()
            self._parquet.write_table(group, row_group_size=self._rows)
            start += group.num_rows
        rest = table.slice(start)
        self._pending = [rest] if rest.num_rows else []
        self._count = rest.num_rows


def layout(schema: pa.Schema) -> dict[str, Any]:
    """How Parquet keeps the columns: options of ``ParquetWriter``.

    Zstd, but LZ4 for whole texts: they are read more often than they are written. Nor have they
    a dictionary or statistics: they hardly repeat, and nobody asks for the least of them. The
    bytes of token ids lie apart, first ones by first ones, which packs them closer and in half of
    the time.
    """
    zstd = {"compression": "zstd", "compression_level": 1}
    if all(field.type == pa.large_list(pa.int32()) for field in schema):
        return {**zstd, "use_dictionary": False, "use_byte_stream_split": True}
    texts = {field.name for field in schema if field.type == pa.large_string()}
    if not texts:
        return zstd
    others = [name for name in schema.names if name not in texts]
    return {
        "compression": {name: "lz4" if name in texts else "zstd" for name in schema.names},
        "compression_level": dict.fromkeys(others, 1),
        "use_dictionary": others,
        "write_statistics": others,
    }
