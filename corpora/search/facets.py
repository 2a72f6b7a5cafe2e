"""What a snapshot's documents have in common: one small number a document for each field.

A field is the sorted list of its values and, in an array that is mapped into memory, the number of
each document's value. ``rules`` of a decision are several for a document: a bit for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpora.arrays import put_array
from corpora.documents import ROW_GROUP_ROWS
from corpora.opt_out_signals import may_state, stated
from corpora.search.fields import OPT_OUT, RULES
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

_WORD = 64


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs {"facets": {field: {"names": blob, "codes": blob}}}; counts documents and values.

    ``names`` is a JSON list, "" for what is not stated. ``codes`` is an unsigned array[rows], of
    ``rules`` uint64[rows, words] with the bit of each rule.
    """
    tables: list[str] = unit.inputs["tables"]
    facets: dict[str, dict[str, str]] = {}
    values: dict[str, int] = {}
    rows = 0
    for name in unit.params["fields"]:
        names, codes = listed(store, tables, name) if name == RULES else coded(store, tables, name)
        facets[name] = {"names": store.put_json(names), "codes": put_array(store, codes)}
        values[name] = len(names)
        rows = len(codes)
        progress()
    progress(documents=rows)
    return UnitResult(outputs={"facets": facets}, counts={"documents": rows, "values": values})


def coded(store: Store, blobs: Sequence[str], name: str) -> tuple[list[str], NDArray[Any]]:
    """The values of a column of strings over all parts, sorted, and the number of each row's."""
    numbers: dict[str, int] = {}
    found = [np.zeros(0, np.int64)]
    for values in _encoded(store, blobs, name):
        own = ["" if value is None else value for value in values.dictionary.to_pylist()]
        renumbered = np.array([numbers.setdefault(n, len(numbers)) for n in [*own, ""]])
        codes = values.indices.fill_null(len(own)).to_numpy(zero_copy_only=False)
        found.append(renumbered[codes].astype(np.int32))
    codes = np.concatenate(found)
    # Not every name occurs: "" is numbered for each part.
    there = np.flatnonzero(np.bincount(codes, minlength=len(numbers)))
    given = list(numbers)
    ordered = sorted(there.tolist(), key=lambda number: given[number])
    table = np.zeros(len(numbers), np.int64)
    table[ordered] = np.arange(len(ordered))
    names = [given[number] for number in ordered]
    return names, table[codes].astype(_smallest(len(names)))


def _smallest(values: int) -> str:
    return "<u1" if values <= 1 << 8 else "<u2" if values <= 1 << 16 else "<u4"


def _encoded(store: Store, blobs: Sequence[str], name: str) -> Iterator[Any]:
    """The column as Arrow dictionary arrays, chunk by chunk."""
    if name == OPT_OUT:
        yield from _opt_outs(store, blobs)
        return
    for blob in blobs:
        with pq.ParquetFile(store.path(blob), memory_map=True, read_dictionary=[name]) as file:
            column: Any = file.read(columns=[name])[name]
        for chunk in column.chunks:
            yield chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()


def _opt_outs(store: Store, blobs: Sequence[str]) -> Iterator[Any]:
    """What the metadata states of opt-outs, "" for nothing; some rows at a time: it may be long."""
    for blob in blobs:
        with store.parquet(blob) as file:
            for rows in file.iter_batches(batch_size=ROW_GROUP_ROWS, columns=["metadata"]):
                metadata: Any = rows["metadata"]
                found = np.full(len(metadata), "", object)
                for row in np.flatnonzero(may_state(metadata).to_numpy(zero_copy_only=False)):
                    found[row] = " ".join(stated(metadata[int(row)].as_py()))
                yield pa.array(found, pa.string()).dictionary_encode()


def listed(store: Store, blobs: Sequence[str], name: str) -> tuple[list[str], NDArray[np.uint64]]:
    """The values of a column of lists of strings, sorted, and a bit for each that a row has."""
    columns: list[Any] = [
        store.read_table(blob, columns=[name])[name].combine_chunks() for blob in blobs
    ]
    unique = (pc.unique(pc.list_flatten(column)).to_pylist() for column in columns)
    names = sorted({value for values in unique for value in values})
    rows = sum(map(len, columns))
    bits = np.zeros((rows, max(1, -(-len(names) // _WORD))), np.uint64)
    first = 0
    for column in columns:
        here = bits[first : first + len(column)]
        of_rows = pc.list_parent_indices(column).to_numpy()
        flat = pc.list_flatten(column)
        numbers = pc.index_in(flat, value_set=pa.array(names, pa.string())).to_numpy()
        for number in np.unique(numbers).tolist():
            word, bit = divmod(number, _WORD)
            here[of_rows[numbers == number], word] |= np.uint64(1 << bit)
        first += len(column)
    return names, bits
