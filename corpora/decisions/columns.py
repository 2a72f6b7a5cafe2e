"""Each signal of a snapshot as one flat array, and where each document is.

A column is a ``.npy`` file of float32, all parts in order: it is mapped into
memory, so that a question about ten million documents reads only the columns it
asks about.
"""

from __future__ import annotations

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
    one signal at a time, but for the index.
    """
    parts = [dict(signals) for signals in unit.inputs["signals"]]
    sizes = [_rows(store, blob) for blob in unit.inputs["documents"]]
    columns = {
        signal: _write(store, [part[group] for part in parts], signal, sum(sizes))
        for group in (sorted(parts[0]) if parts else [])
        for signal in _names(store, parts[0][group])
    }
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


def _write(store: Store, blobs: list[str], signal: str, rows: int) -> str:
    with array_writer(store, "<f4", (rows,)) as writer:
        for blob in blobs:
            writer.write(store.read_table(blob, columns=[signal])[signal].to_numpy())
    return writer.sha256


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
