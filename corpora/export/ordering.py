"""Sorting more rows than memory holds by their key: buckets of neighbouring keys on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

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
    order = np.argsort(table.column("key").to_numpy(), kind="stable")
    for start in range(0, len(order), _ROWS):
        yield table.take(order[start : start + _ROWS])


def _batches(path: Path) -> Iterator[pa.Table]:
    with path.open("rb") as file, pa.ipc.open_stream(file) as reader:
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
        for table in tables:
            numbers = _numbers(table.column("key").to_numpy(), len(paths), skip)
            for number in np.unique(numbers).tolist():
                pending[number].append(table.take(np.flatnonzero(numbers == number)))
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
