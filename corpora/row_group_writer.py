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

    Zstd, but LZ4 for a table of nothing but texts: every stage reads those. The bytes of token ids
    lie apart, first ones by first ones, which packs them closer and in half of the time.
    """
    zstd = {"compression": "zstd", "compression_level": 1}
    texts = {field.name for field in schema if field.type == pa.large_string()}
    if len(texts) == len(schema):
        return {"compression": "lz4", "use_dictionary": False, "write_statistics": False}
    if all(field.type == pa.large_list(pa.int32()) for field in schema):
        return {**zstd, "use_dictionary": False, "use_byte_stream_split": True}
    # Worth a dictionary: whole texts hardly repeat, and reading them takes half as long again
    # through one.
    repeating = [name for name in schema.names if name not in texts] if texts else True
    return {**zstd, "use_dictionary": repeating}
