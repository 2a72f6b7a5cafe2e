"""Each signal of a snapshot as one flat array, and where each document is.

A column is a ``.npy`` file of float32, all parts in order: it is mapped into
memory, so that a question about ten million documents reads only the columns it
asks about.
"""

from __future__ import annotations

from binascii import hexlify, unhexlify
from contextlib import ExitStack
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpora.arrays import array_writer
from corpora.documents import INDEX
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

#: Of an id.
_DIGITS = 32
#: An id as numpy keeps it: in the order of its digits.
ID = "|S16"
#: Rows of the index that are put together at a time.
_ROWS_AT_ONCE = 1 << 20


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs {"columns": {signal: blob}, "index": blob of INDEX, "by_id": {name: blob}}; counts
    documents and parts.

    ``by_id`` says the same as the index, to be mapped into memory: ``ids``, 16 bytes each, in
    order, and ``rows``, where each is among all rows. Parts are numbered by their place in the
    unit's lists. Memory holds one part of one group of signals at a time, but for the index.
    """
    parts = [dict(signals) for signals in unit.inputs["signals"]]
    sizes = [_rows(store, blob) for blob in unit.inputs["documents"]]
    columns: dict[str, str] = {}
    for group in sorted(parts[0]) if parts else []:
        columns |= _write(store, [part[group] for part in parts], sum(sizes))
        progress()
    index, by_id = _put_index(store, unit.inputs["documents"], sizes, progress)
    return UnitResult(
        outputs={"columns": columns, "index": index, "by_id": by_id},
        counts={"documents": sum(sizes), "parts": len(sizes)},
    )


def _rows(store: Store, blob: str) -> int:
    with store.parquet(blob) as file:
        return int(file.metadata.num_rows)


def _names(store: Store, blob: str) -> list[str]:
    return list(pq.read_schema(store.path(blob)).names)


def _write(store: Store, blobs: list[str], rows: int) -> dict[str, str]:
    """The blob of each signal of a group, from the group's tables in the order of the parts."""
    with ExitStack() as stack:
        writers = {
            signal: stack.enter_context(array_writer(store, "<f4", (rows,)))
            for signal in _names(store, blobs[0])
        }
        for blob in blobs:
            table = store.read_table(blob, columns=list(writers))
            for signal, writer in writers.items():
                writer.write(table[signal].to_numpy())
    return {signal: writer.sha256 for signal, writer in writers.items()}


def _put_index(
    store: Store, documents: list[str], sizes: list[int], progress: Progress
) -> tuple[str, dict[str, str]]:
    """INDEX of all parts, and its arrays. Holds 16 bytes of each id, and as much again to sort
    them.

    As text they would be more than the 2 GiB that an Arrow array of strings can hold from 67
    million documents on.
    """
    starts = np.cumsum([0, *sizes], dtype=np.int64)
    keys = np.empty((starts[-1], 2), np.uint64)
    for number, blob in enumerate(documents):
        ids: Any = store.read_table(blob, columns=["id"])["id"]
        keys[starts[number] : starts[number + 1]] = _keys(ids)
        progress(documents=len(ids))
    # Stable: of equal ids the first part's first.
    order = np.lexsort((keys[:, 1], keys[:, 0]))
    numbers = "<u4" if len(order) < 1 << 32 else "<u8"
    with (
        store.table_writer(INDEX) as writer,
        array_writer(store, ID, order.shape) as ids,
        array_writer(store, numbers, order.shape) as rows,
    ):
        for low in range(0, len(order), _ROWS_AT_ONCE):
            some = order[low : low + _ROWS_AT_ONCE]
            ids.write(keys[some].astype(">u8").view(ID).ravel())
            rows.write(some)
            part = np.searchsorted(starts, some, side="right") - 1
            row = some - starts[part]
            columns = [_ids(keys[some]), part.astype(np.int32), row.astype(np.int32)]
            writer.write(pa.table(columns, schema=INDEX))
    return writer.sha256, {"ids": ids.sha256, "rows": rows.sha256}


def _keys(ids: Any) -> NDArray[np.uint64]:
    """Ids of 32 hexadecimal digits as numbers, uint64[ids, 2], which sort as their digits do."""
    digits = b"".join(
        memoryview(chunk.buffers()[2])[
            chunk.offset * _DIGITS : (chunk.offset + len(chunk)) * _DIGITS
        ]
        for chunk in ids.chunks
        if len(chunk)
    )
    return np.frombuffer(unhexlify(digits), ">u8").reshape(-1, 2)


def _ids(keys: NDArray[np.uint64]) -> pa.Array[Any]:
    offsets = np.arange(len(keys) + 1, dtype=np.int32) * _DIGITS
    digits = hexlify(keys.astype(">u8").tobytes())
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(digits)]
    return pa.Array.from_buffers(pa.string(), len(keys), buffers)
