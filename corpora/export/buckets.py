"""Rows in the order of their keys, a range of keys at a time: each part's rows lie in buckets.

A bucket is a range of keys, the same in every part, and one batch of a part's file. So whoever
wants a piece of the whole order reads that piece of every part and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora.storage import Store

#: Of a part, which holds about 64 MB, times the number of parts: a bucket of all parts together
#: takes 32 MB of texts until there are this many buckets.
MOST_BUCKETS = 4_096

#: Rows given out at a time.
_ROWS = 2_000

_KEY_BITS = 64


def buckets_for(parts: int) -> int:
    """How many buckets, a power of two: two or more for each part.

    >>> buckets_for(0), buckets_for(3), buckets_for(80), buckets_for(1 << 20)
    (1, 8, 256, 4096)
    """
    return min(MOST_BUCKETS, 1 << max(0, 2 * parts - 1).bit_length())


def put_buckets(store: Store, table: pa.Table, buckets: int) -> str:
    """Keep the rows of one part by their ``key`` (uint64), rows of one key as they came.

    A blob: an Arrow file of one batch a bucket, compressed by LZ4. Returns its sha256.
    """
    # In one piece: take would put the pieces together anew for every bucket.
    table = table.combine_chunks()
    keys = table.column("key").to_numpy()
    order = np.argsort(keys, kind="stable")
    ends = np.searchsorted(_numbers(keys[order], buckets), np.arange(buckets), side="right")
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with (
        store.writer() as blob,
        pa.ipc.new_file(blob.file, table.schema, options=options) as writer,
    ):
        start = 0
        for end in ends.tolist():
            writer.write_batch(_batch(_taken(table, order[start:end])))
            start = end
    return blob.sha256


def bucket(
    store: Store, blobs: Sequence[str], number: int, columns: Sequence[str] = ()
) -> pa.Table:
    """The rows of one bucket of all parts, by their key; of equal keys the first part's first.

    ``blobs`` are of ``put_buckets`` with one number of buckets, at least one; of ``columns``
    only those are read (``key`` must be among them), none named means all.
    """
    pieces = [_piece(store, blob, number, columns) for blob in blobs]
    table = pa.Table.from_batches(pieces).combine_chunks()
    return _taken(table, np.argsort(table.column("key").to_numpy(), kind="stable"))


def in_order(
    store: Store, blobs: Sequence[str], first: tuple[int, int], end: tuple[int, int]
) -> Iterator[pa.Table]:
    """The rows from one place of the order to another, a table at a time.

    A place is the bucket's number and a row of that bucket; ``end`` is the first that is left
    out. Holds one bucket in memory, twice over.
    """
    for number in range(first[0], end[0] + 1):
        low = first[1] if number == first[0] else 0
        if number == end[0] and end[1] <= low:
            continue
        table = bucket(store, blobs, number)
        high = end[1] if number == end[0] else table.num_rows
        for start in range(low, high, _ROWS):
            yield table.slice(start, min(_ROWS, high - start))


def _piece(store: Store, blob: str, number: int, columns: Sequence[str]) -> pa.RecordBatch:
    # Opened for every bucket: a snapshot has more parts than a process may have open files.
    with pa.memory_map(str(store.path(blob))) as file:
        source = pa.ipc.open_file(file)
        if columns:
            fields = [source.schema.get_field_index(name) for name in columns]
            source = pa.ipc.open_file(file, options=pa.ipc.IpcReadOptions(included_fields=fields))
        return source.get_batch(number)


def _batch(table: pa.Table) -> pa.RecordBatch:
    """Exactly one, also of no rows."""
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)


def _numbers(keys: NDArray[np.uint64], buckets: int) -> NDArray[np.int64]:
    """Each key's bucket: its highest bits."""
    bits = buckets.bit_length() - 1
    if not bits:
        return np.zeros(len(keys), np.int64)
    return (keys >> np.uint64(_KEY_BITS - bits)).astype(np.int64)


def _taken(table: pa.Table, rows: NDArray[np.int64]) -> pa.Table:
    """``table.take``, for a table in one piece."""
    columns = [
        _lists_taken(column.chunk(0), rows)
        if pa.types.is_large_list(column.type) and column.num_chunks and not column.null_count
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
        pa.array(np.concatenate([items[:0], *pieces])),
    )
    return taken
