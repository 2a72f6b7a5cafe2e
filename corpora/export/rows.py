"""The kept documents of a snapshot as rows to be ordered and written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from corpora.documents import DOCUMENTS, ROW_GROUP_ROWS
from corpora.errors import ExportError
from corpora.final_texts import final_texts
from corpora.stages import Progress
from corpora.storage import Store

Needs = Literal["text", "tokens"]

#: Columns of every row: its place in the order, where it comes from, how much it is.
_KEY = pa.field("key", pa.uint64())
_ALWAYS = ("id", "source", "locator", "licence")
_AMOUNTS = (pa.field("characters", pa.int64()), pa.field("token_count", pa.int64()))
_PAYLOAD = {
    "text": pa.field("text", pa.large_string()),
    "tokens": pa.field("tokens", pa.large_list(pa.int32())),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads rows of a snapshot; ``schema`` says of what columns."""

    store: Store
    #: The manifest's parts.
    parts: Sequence[Mapping[str, Any]]
    #: A blob of tokens for each part; none when nothing was encoded.
    tokens: Sequence[str]
    needs: Needs
    #: Document columns asked for besides those that every row has.
    columns: tuple[str, ...]
    seed: int

    @property
    def labels(self) -> list[str]:
        return [*_ALWAYS, *(name for name in self.columns if name not in _ALWAYS)]

    @property
    def schema(self) -> pa.Schema:
        labels = [DOCUMENTS.field(name) for name in self.labels]
        return pa.schema([_KEY, *labels, *_AMOUNTS, _PAYLOAD[self.needs]])

    def payload_bytes(self) -> int:
        """About how many bytes the payload takes in memory, from the Parquet footers."""
        blobs = self.tokens if self.needs == "tokens" else [part["text"] for part in self.parts]
        return sum(self._payload_bytes(blob) for blob in blobs)

    def _payload_bytes(self, blob: str) -> int:
        with self.store.parquet(blob) as source:
            footer = source.metadata
            groups = [footer.row_group(number) for number in range(footer.num_row_groups)]
            if self.needs == "tokens":
                # Ids are packed to a few bits on disk: they are counted instead.
                return sum(4 * group.column(0).num_values for group in groups)
            return sum(group.total_byte_size for group in groups)

    def read(self, progress: Progress) -> Iterator[pa.Table]:
        """Tables of ``schema``, in the order of the parts. Documents that are dropped, blank
        after their edits, or without a token are left out."""
        tokens: Sequence[str | None] = self.tokens or [None] * len(self.parts)
        if len(tokens) != len(self.parts):
            raise ExportError(
                f"{len(tokens)} of {len(self.parts)} parts were encoded.",
                remedy="Encode the snapshot again: a part's tokens are missing.",
                retryable=True,
            )
        for part, blob in zip(self.parts, tokens, strict=True):
            for table in self._part(part, blob):
                yield table
                progress(documents=table.num_rows, bytes=table.nbytes)

    def _part(self, part: Mapping[str, Any], blob: str | None) -> Iterator[pa.Table]:
        labels = self.store.read_table(part["documents"], columns=self.labels)
        encoded = self.store.read_table(blob).column("tokens") if blob else None
        payloads = self._texts(part) if self.needs == "text" else _slices(encoded, labels.num_rows)
        start = 0
        for payload in payloads:
            size = len(payload)
            counts = (
                pc.list_value_length(encoded.slice(start, size))
                if encoded is not None
                else pa.nulls(size, pa.int64())
            )
            table = self._table(labels.slice(start, size), payload, counts)
            yield table
            start += size

    def _texts(self, part: Mapping[str, Any]) -> Iterator[Any]:
        for batch in final_texts(self.store, part):
            yield batch.texts

    def _table(self, labels: pa.Table, payload: Any, counts: Any) -> pa.Table:
        if self.needs == "tokens":
            kept = pc.fill_null(pc.greater(counts, pa.scalar(0)), False)
        else:
            kept = payload.is_valid()
        # First of all: what is computed of a document that is left out is for nothing.
        labels, counts = labels.filter(kept), counts.filter(kept)
        payload = payload.filter(kept) if self.needs == "text" else _closed_up(payload, counts)
        characters: Any = (
            pa.nulls(len(payload), pa.int64())
            if self.needs == "tokens"
            else pc.cast(pc.utf8_length(payload), pa.int64())
        )
        keys = pa.array(
            [order_key(str(value), self.seed) for value in labels.column("id").to_pylist()],
            pa.uint64(),
        )
        columns = [keys, *labels.columns, characters, counts, payload]
        return pa.table(columns, names=self.schema.names).cast(self.schema)


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
