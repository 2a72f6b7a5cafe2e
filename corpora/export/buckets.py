"""Rows in the order of their keys, a range of keys at a time: each part's rows lie in buckets.

A bucket is a range of keys, the same in every part, and one batch of a part's file. So whoever
wants a piece of the whole order reads that piece of every part and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora.arrays import put_array, read_array
from corpora.storage import Store

#: Of a part, which holds about 64 MB, times the number of parts: a bucket of all parts together
#: takes 32 MB of texts until there are this many buckets.
MOST_BUCKETS = 4_096

#: Rows given out at a time.
_ROWS = 2_000

#: Rows whose sizes are put in order together: 1 GB with what sorting them takes.
_SIZES_TOGETHER = 1 << 24

#: Files held open at a time; what is beyond is opened for every bucket. A process may have 1,024.
_MOST_OPEN = 256

_KEY_BITS = 64


def buckets_for(parts: int) -> int:
    """How many buckets, a power of two: two or more for each part.

    >>> buckets_for(0), buckets_for(3), buckets_for(80), buckets_for(1 << 20)
    (1, 8, 256, 4096)
    """
    return min(MOST_BUCKETS, 1 << max(0, 2 * parts - 1).bit_length())


def put_buckets(store: Store, table: pa.Table, buckets: int) -> tuple[str, str]:
    """Keep the rows of one part by their ``key`` (uint64), rows of one key as they came.

    Returns the sha256 of two blobs: an Arrow file of one batch a bucket, texts compressed by LZ4;
    and the array (2, rows) of keys and ``size``s, int64 as uint64, in the same order.
    """
    # In one piece: take would put the pieces together anew for every bucket.
    table = table.combine_chunks()
    keys = table.column("key").to_numpy()
    order = np.argsort(keys, kind="stable")
    ends = _ends(keys[order], range(buckets), buckets)
    # Ids would hardly be fewer bytes by it.
    texts = pa.large_string() in table.schema.types
    options = pa.ipc.IpcWriteOptions(compression="lz4" if texts else None)
    with (
        store.writer() as blob,
        pa.ipc.new_file(blob.file, table.schema, options=options) as writer,
    ):
        start = 0
        for end in ends:
            writer.write_batch(_batch(_taken(table, order[start:end])))
            start = end
    sizes = table.column("size").to_numpy().astype(np.uint64)
    return blob.sha256, put_array(store, np.stack([keys[order], sizes[order]]))


def sizes_in_order(store: Store, blobs: Sequence[str], buckets: int) -> Iterator[NDArray[np.int64]]:
    """The sizes of each bucket's rows of all parts, in the order that ``in_order`` has.

    ``blobs`` are the arrays of ``put_buckets``.
    """
    rows = sum(read_array(store, blob).shape[1] for blob in blobs)
    together = max(1, buckets * _SIZES_TOGETHER // max(rows, 1))
    for first in range(0, buckets, together):
        numbers = range(first, min(first + together, buckets))
        pieces = [_between(read_array(store, blob), numbers, buckets) for blob in blobs]
        keys, sizes = np.concatenate([np.zeros((2, 0), np.uint64), *pieces], axis=1)
        order = np.argsort(keys, kind="stable")
        ends = _ends(keys[order], numbers, buckets)
        yield from np.split(sizes[order].astype(np.int64), ends[:-1])


def in_order(
    store: Store, blobs: Sequence[str], first: tuple[int, int], end: tuple[int, int]
) -> Iterator[pa.Table]:
    """The rows from one place of the order to another, a table at a time; of equal keys the
    first part's first.

    A place is the bucket's number and a row of that bucket; ``end`` is the first that is left
    out. ``blobs`` are files of ``put_buckets``, at least one, with one number of buckets. Holds
    one bucket in memory, twice over.
    """
    with ExitStack() as held:
        parts = [_opened(store, blob, held) for blob in blobs[:_MOST_OPEN]]
        for number in range(first[0], end[0] + 1):
            low = first[1] if number == first[0] else 0
            if number == end[0] and end[1] <= low:
                continue
            pieces = [part.get_batch(number) for part in parts]
            pieces += [_piece(store, blob, number) for blob in blobs[_MOST_OPEN:]]
            tables = [pa.Table.from_batches([piece]) for piece in pieces]
            # Ids take two bytes in one part, and four in another.
            table = pa.concat_tables(tables, promote_options="permissive").combine_chunks()
            table = _taken(table, np.argsort(table.column("key").to_numpy(), kind="stable"))
            high = end[1] if number == end[0] else table.num_rows
            for start in range(low, high, _ROWS):
                yield table.slice(start, min(_ROWS, high - start))


def _opened(store: Store, blob: str, held: ExitStack) -> pa.RecordBatchFileReader:
    # Not mapped: what was read of a mapped file stays with the process until it is closed.
    return pa.ipc.open_file(held.enter_context(pa.OSFile(str(store.path(blob)), "rb")))


def _piece(store: Store, blob: str, number: int) -> pa.RecordBatch:
    with ExitStack() as held:
        return _opened(store, blob, held).get_batch(number)


def _between(rows: NDArray[Any], numbers: range, buckets: int) -> NDArray[Any]:
    """Of keys in order and their sizes those of the buckets asked for."""
    places = _numbers(rows[0], buckets)
    start, end = np.searchsorted(places, [numbers.start, numbers.stop])
    return rows[:, start:end]


def _batch(table: pa.Table) -> pa.RecordBatch:
    """Exactly one, also of no rows."""
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)


def _ends(keys: NDArray[np.uint64], numbers: range, buckets: int) -> list[int]:
    """Where each bucket ends, of keys in order."""
    ends: list[int] = np.searchsorted(_numbers(keys, buckets), numbers, side="right").tolist()
    return ends


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
