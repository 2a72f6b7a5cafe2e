"""The unit that takes what leaves of a part: rows, each with its place in the order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from corpora.documents import DOCUMENTS, ROW_GROUP_ROWS
from corpora.export.buckets import put_buckets
from corpora.final_texts import final_texts
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

Needs = Literal["text", "tokens"]

#: Columns of every row: its place in the order, where it comes from, how much it is.
_KEY = pa.field("key", pa.uint64())
_ALWAYS = ("id", "source", "locator", "licence")
_AMOUNTS = (
    pa.field("characters", pa.int64()),
    pa.field("token_count", pa.int64()),
    # UTF-8 bytes of the text, or the tokens again: what shards are cut by.
    pa.field("size", pa.int64()),
)
_PAYLOAD = {
    "text": pa.field("text", pa.large_string()),
    "tokens": pa.field("tokens", pa.large_list(pa.int32())),
}


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """The rows of one part that leave, in buckets of the order (``corpora.export.buckets``).

    Inputs: documents, tokens ("" when nothing was encoded), and for texts text, decisions,
    edits. Outputs: rows, sizes. Counts: documents.
    """
    shape = _Shape(needs=unit.params["needs"], columns=tuple(unit.params["columns"]))
    tables = [shape.schema.empty_table()]
    for table in _tables(unit, store, shape):
        tables.append(table)
        progress(documents=table.num_rows, bytes=table.nbytes)
    rows = _narrow(pa.concat_tables(tables))
    blob, sizes = put_buckets(store, rows, unit.params["buckets"])
    outputs = {"rows": blob, "sizes": sizes}
    return UnitResult(outputs=outputs, counts={"documents": rows.num_rows})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """Of what columns a row consists."""

    needs: Needs
    #: Document columns asked for besides those that every row has.
    columns: tuple[str, ...]

    @property
    def labels(self) -> list[str]:
        return [*_ALWAYS, *(name for name in self.columns if name not in _ALWAYS)]

    @property
    def schema(self) -> pa.Schema:
        labels = [DOCUMENTS.field(name) for name in self.labels]
        return pa.schema([_KEY, *labels, *_AMOUNTS, _PAYLOAD[self.needs]])


def _tables(unit: UnitSpec, store: Store, shape: _Shape) -> Iterator[pa.Table]:
    """In the order of the part. Documents that are dropped, blank after their edits, or without
    a token are left out."""
    labels = store.read_table(unit.inputs["documents"], columns=shape.labels)
    tokens = unit.inputs["tokens"]
    encoded = store.read_table(tokens).column("tokens") if tokens else None
    payloads = (
        (final.texts for final in final_texts(store, unit.inputs))
        if shape.needs == "text"
        else _slices(encoded, labels.num_rows)
    )
    start = 0
    for payload in payloads:
        size = len(payload)
        counts: Any = (
            pc.list_value_length(encoded.slice(start, size))
            if encoded is not None
            else pa.nulls(size, pa.int64())
        )
        here = labels.slice(start, size)
        yield _table(here, payload, counts, shape, unit.params["seed"])
        start += size


def _table(labels: pa.Table, payload: Any, counts: Any, shape: _Shape, seed: int) -> pa.Table:
    of_text = shape.needs == "text"
    kept = payload.is_valid() if of_text else pc.fill_null(pc.greater(counts, pa.scalar(0)), False)
    # First of all: what is computed of a document that is left out is for nothing.
    labels, counts = labels.filter(kept), counts.filter(kept)
    payload = payload.filter(kept) if of_text else _closed_up(payload, counts)
    characters: Any = pc.utf8_length(payload) if of_text else pa.nulls(len(payload), pa.int64())
    sizes: Any = pc.binary_length(payload) if of_text else counts
    ids = labels.column("id").to_pylist()
    keys = pa.array([order_key(str(value), seed) for value in ids], pa.uint64())
    columns = [keys, *labels.columns, characters, counts, sizes, payload]
    return pa.table(columns, names=shape.schema.names).cast(shape.schema)


def _narrow(rows: pa.Table) -> pa.Table:
    """Token ids in two bytes each, where they fit: so they are half as much to be moved about."""
    place = rows.schema.get_field_index("tokens")
    if place < 0:
        return rows
    tokens: Any = rows.column(place).combine_chunks()
    most = pc.max(tokens.flatten()).as_py()
    if most is not None and most > np.iinfo(np.uint16).max:
        return rows
    return rows.set_column(place, "tokens", tokens.cast(pa.large_list(pa.uint16())))


def _closed_up(lists: Any, counts: Any) -> pa.Array[Any]:
    """The lists that hold something, ``counts`` items each: the others have nothing to remove."""
    offsets = np.append(0, np.cumsum(counts.to_numpy(), dtype=np.int64))
    held: pa.Array[Any] = pa.LargeListArray.from_arrays(
        pa.array(offsets, pa.int64()), lists.combine_chunks().flatten()
    )
    return held


def order_key(document: str, seed: int) -> int:
    """A document's place in the order: 64 bits that depend on its id and the seed alone.

    So adding or removing a document never changes the order of the others.

    >>> order_key("a1", 0) == order_key("a1", 1)
    False
    """
    return xxhash.xxh3_64_intdigest(document.encode(), seed=seed)


def _slices(column: Any, rows: int) -> Iterator[Any]:
    for start in range(0, rows, ROW_GROUP_ROWS):
        yield column.slice(start, ROW_GROUP_ROWS)
