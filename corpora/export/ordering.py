"""Sorting more rows than memory holds by their key: buckets of neighbouring keys on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa

#: Rows of one bucket are sorted in memory; keys are hashes, so buckets come out even.
BUCKET_BYTES = 64 << 20

#: Open files at once; well under the usual limit of 1,024.
_MOST_BUCKETS = 512

#: Rows held back so that a bucket is written in pieces worth a write.
_PENDING_BYTES = 64 << 20


def buckets_for(payload_bytes: int) -> int:
    """How many buckets, a power of two.

    >>> buckets_for(0), buckets_for(300 << 20), buckets_for(1 << 60)
    (1, 8, 512)
    """
    wanted = -(-payload_bytes // BUCKET_BYTES)
    return min(_MOST_BUCKETS, 1 << max(0, wanted - 1).bit_length())


def ordered(
    tables: Iterable[pa.Table], schema: pa.Schema, *, buckets: int, folder: Path
) -> Iterator[pa.Table]:
    """The rows of ``tables`` by their ``key`` (uint64), rows of one key as they came.

    How many buckets there are changes where the tables are cut, never the rows' order.
    """
    paths = [folder / f"bucket-{number:03d}" for number in range(buckets)]
    _scatter(tables, schema, paths)
    for path in paths:
        with path.open("rb") as file, pa.ipc.open_stream(file) as reader:
            table = reader.read_all()
        path.unlink()
        if table.num_rows:
            keys = table.column("key").to_numpy()
            yield table.take(np.argsort(keys, kind="stable"))


def _scatter(tables: Iterable[pa.Table], schema: pa.Schema, paths: list[Path]) -> None:
    with ExitStack() as stack:
        writers = [
            stack.enter_context(pa.ipc.new_stream(stack.enter_context(path.open("wb")), schema))
            for path in paths
        ]
        pending: list[list[pa.Table]] = [[] for _ in paths]
        held = 0
        for table in tables:
            for number, rows in _parted(table, len(paths)):
                pending[number].append(rows)
            held += table.nbytes
            if held >= _PENDING_BYTES:
                _flush(writers, pending)
                held = 0
        _flush(writers, pending)


def _flush(writers: list[pa.ipc.RecordBatchStreamWriter], pending: list[list[pa.Table]]) -> None:
    for writer, tables in zip(writers, pending, strict=True):
        if tables:
            writer.write_table(pa.concat_tables(tables).combine_chunks())
            tables.clear()


def _parted(table: pa.Table, buckets: int) -> Iterator[tuple[int, pa.Table]]:
    """The rows of each bucket that has any, by the highest bits of their key."""
    keys = table.column("key").to_numpy()
    bits = buckets.bit_length() - 1
    # A shift by 64 is undefined, so a single bucket is its own case.
    number = (keys >> np.uint64(64 - bits)).astype(np.int64) if bits else np.zeros(len(keys), int)
    for bucket in np.unique(number).tolist():
        yield bucket, table.take(np.flatnonzero(number == bucket))
