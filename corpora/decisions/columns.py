"""Each signal of a snapshot as one flat array, and where each document is.

A column is a ``.npy`` file of float32, all parts in order: it is mapped into
memory, so that a question about ten million documents reads only the columns it
asks about.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpora.arrays import array_writer
from corpora.documents import INDEX
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs {"columns": {signal: blob}, "index": blob of INDEX}; counts documents and parts.

    Parts are numbered by their place in the unit's lists. Memory holds one part of
    one group of signals at a time, but for the index.
    """
    parts = [dict(signals) for signals in unit.inputs["signals"]]
    sizes = [_rows(store, blob) for blob in unit.inputs["documents"]]
    columns: dict[str, str] = {}
    for group in sorted(parts[0]) if parts else []:
        columns |= _write(store, [part[group] for part in parts], sum(sizes))
        progress()
    index = store.put_table(_index(store, unit.inputs["documents"], progress))
    return UnitResult(
        outputs={"columns": columns, "index": index},
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


def _index(store: Store, documents: list[str], progress: Progress) -> pa.Table:
    tables = []
    for part, blob in enumerate(documents):
        ids: Any = store.read_table(blob, columns=["id"])["id"]
        rows = len(ids)
        columns = {
            "id": ids,
            "part": pa.array(np.full(rows, part, np.int32)),
            "row": pa.array(np.arange(rows, dtype=np.int32)),
        }
        tables.append(pa.table(columns, schema=INDEX))
        progress(documents=rows)
    together = pa.concat_tables(tables) if tables else INDEX.empty_table()
    return together.sort_by([("id", "ascending"), ("part", "ascending"), ("row", "ascending")])
