"""Sorting rows by their key: in memory while they are few, else in buckets on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

#: Rows of up to this many bytes are sorted without the disk. Sorting takes them twice over,
#: so that is 256 MiB, whatever the size of the export.
IN_MEMORY_BYTES = 128 << 20

#: A bucket is sorted in memory; keys are hashes, so buckets come out even.
BUCKET_BYTES = 16 << 20

#: A bucket this many times larger than hoped for is parted again.
_TOLERATED = 4

#: Open files at once; well under the usual limit of 1,024.
_MOST_BUCKETS = 256

#: Rows held back so that a bucket is written in pieces worth a write.
_PENDING_BYTES = 32 << 20

#: Rows given out at a time.
_ROWS = 2_000

_KEY_BITS = 64


def buckets_for(payload_bytes: int) -> int:
    """How many buckets, a power of two.

    >>> buckets_for(0), buckets_for(100 << 20), buckets_for(1 << 60)
    (1, 8, 256)
    """
    wanted = -(-payload_bytes // BUCKET_BYTES)
    return min(_MOST_BUCKETS, 1 << max(0, wanted - 1).bit_length())


def in_order(
    tables: Iterable[pa.Table], schema: pa.Schema, *, payload_bytes: int, folder: Path
) -> Iterator[pa.Table]:
    """The rows of ``tables`` by their ``key`` (uint64), rows of one key as they came.

    ``payload_bytes``, which may be a guess, says how many files to make in ``folder`` once the
    rows turn out to be more than memory is given for; it never changes their order.
    """
    rest = iter(tables)
    held: list[pa.Table] = []
    size = 0
    for table in rest:
        held.append(table)
        size += table.nbytes
        if size > IN_MEMORY_BYTES:
            # Let go of one by one, or they would stay until all is on disk.
            given = chain((held.pop(0) for _ in range(len(held))), rest)
            buckets = buckets_for(max(payload_bytes, size))
            yield from ordered(given, schema, buckets=buckets, folder=folder)
            return
    whole = pa.concat_tables([schema.empty_table(), *held])
    held.clear()
    yield from _sorted(whole)


def ordered(
    tables: Iterable[pa.Table], schema: pa.Schema, *, buckets: int, folder: Path, skip: int = 0
) -> Iterator[pa.Table]:
    """The rows of ``tables`` by their ``key`` (uint64), rows of one key as they came.

    All keys have the same highest ``skip`` bits. How many buckets there are (a power of two)
    changes where the tables are cut, never the rows' order.
    """
    paths = [folder / f"{skip}-{number:03d}" for number in range(buckets)]
    _scatter(tables, schema, paths, skip)
    below = skip + buckets.bit_length() - 1
    for path in paths:
        parts = buckets_for(path.stat().st_size)
        if parts > _TOLERATED and below + parts.bit_length() - 1 <= _KEY_BITS:
            rows = _batches(path)
            yield from ordered(rows, schema, buckets=parts, folder=folder, skip=below)
        else:
            yield from _sorted(pa.concat_tables([schema.empty_table(), *_batches(path)]))
        path.unlink()


def _sorted(table: pa.Table) -> Iterator[pa.Table]:
    # In one piece: take would put the pieces together anew for every two thousand rows.
    table = table.combine_chunks()
    order = np.argsort(table.column("key").to_numpy(), kind="stable")
    for start in range(0, len(order), _ROWS):
        yield _taken(table, order[start : start + _ROWS])


def _taken(table: pa.Table, rows: NDArray[np.int64]) -> pa.Table:
    """``table.take``, for a table in one piece."""
    columns = [
        _lists_taken(column.chunk(0), rows)
        if pa.types.is_large_list(column.type) and not column.null_count
        else column.take(rows)
        for column in table.columns
    ]
    return pa.table(columns, schema=table.schema)


def _lists_taken(lists: Any, rows: NDArray[np.int64]) -> pa.Array[Any]:
    """Copied list by list: Arrow's take looks up every item of them."""
    offsets, items = lists.offsets.to_numpy(), lists.values.to_numpy()
    starts, ends = offsets[rows], offsets[rows + 1]
    pieces = [items[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
    taken: pa.Array[Any] = pa.LargeListArray.from_arrays(
        pa.array(np.append(0, np.cumsum(ends - starts)), pa.int64()),
        pa.array(np.concatenate(pieces)),
    )
    return taken


def _batches(path: Path) -> Iterator[pa.Table]:
    with pa.OSFile(str(path), mode="r") as file, pa.ipc.open_stream(file) as reader:
        for batch in reader:
            yield pa.Table.from_batches([batch])


def _scatter(tables: Iterable[pa.Table], schema: pa.Schema, paths: list[Path], skip: int) -> None:
    with ExitStack() as stack:
        writers = [
            stack.enter_context(pa.ipc.new_stream(stack.enter_context(path.open("wb")), schema))
            for path in paths
        ]
        pending: list[list[pa.Table]] = [[] for _ in paths]
        held = 0
        for table in filter(len, tables):
            numbers = _numbers(table.column("key").to_numpy(), len(paths), skip)
            together = _taken(table.combine_chunks(), np.argsort(numbers, kind="stable"))
            found, sizes = np.unique(numbers, return_counts=True)
            ends = np.cumsum(sizes)
            for number, start, size in zip(found, ends - sizes, sizes, strict=True):
                pending[number].append(together.slice(start, size))
            held += table.nbytes
            if held >= _PENDING_BYTES:
                _flush(writers, pending)
                held = 0
        _flush(writers, pending)


def _flush(writers: list[pa.ipc.RecordBatchStreamWriter], pending: list[list[pa.Table]]) -> None:
    for writer, tables in zip(writers, pending, strict=True):
        for table in tables:
            writer.write_table(table)
        tables.clear()


def _numbers(keys: NDArray[np.uint64], buckets: int, skip: int) -> NDArray[np.int64]:
    """Each row's bucket: the bits of its key after the first ``skip``."""
    bits = buckets.bit_length() - 1
    # A shift by 64 is undefined, so a single bucket is its own case.
    if not bits:
        return np.zeros(len(keys), np.int64)
    return ((keys << np.uint64(skip)) >> np.uint64(_KEY_BITS - bits)).astype(np.int64)
