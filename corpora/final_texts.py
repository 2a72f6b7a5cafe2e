"""The text that leaves: what is kept of a part, with its edits made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpora.documents import ROW_GROUP_ROWS
from corpora.storage import Store
from corpora.text_spans import Edit, apply_edits, edits_by_row


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalTexts:
    """A run of a part's rows."""

    #: The row of the first text.
    start: int
    #: large_string, one a row; null for a document that is dropped, or blank after its edits.
    texts: pa.Array[Any]

    def strings(self) -> Iterator[tuple[int, str | None]]:
        """Each row and its text as Python's."""
        return enumerate(self.texts.to_pylist(), self.start)


def final_texts(store: Store, part: Mapping[str, str]) -> Iterator[FinalTexts]:
    """Read a part's final texts, a row group at a time.

    ``part`` names the blobs of the roles text, decisions and edits. Raises ValueError when an
    edit lies outside its text.
    """
    verdicts = store.read_table(part["decisions"], columns=["verdict"])["verdict"]
    kept: Any = pc.equal(verdicts, pa.scalar("keep"))
    edits = edits_by_row(store.read_table(part["edits"]))
    start = 0
    with store.parquet(part["text"]) as source:
        for batch in source.iter_batches(ROW_GROUP_ROWS, columns=["text"]):
            texts = _edited(
                batch.column("text"), kept.slice(start, len(batch)).combine_chunks(), start, edits
            )
            yield FinalTexts(start=start, texts=texts)
            start += len(texts)


def _edited(
    texts: Any, kept: Any, start: int, edits: Mapping[int, Sequence[Edit]]
) -> pa.Array[Any]:
    """The texts of the rows from ``start`` on that are kept and say something."""
    rows = [row for row in range(len(texts)) if start + row in edits and kept[row].as_py()]
    if rows:
        # Most rows have no edits: only those that do become Python's.
        made = [apply_edits(texts[row].as_py() or "", edits[start + row]) for row in rows]
        mask = np.isin(np.arange(len(texts)), rows)
        texts = pc.replace_with_mask(texts, pa.array(mask), pa.array(made, texts.type))
    # What Arrow calls a space is what str.strip removes, and an empty text has none.
    says = pc.and_(
        pc.greater(pc.binary_length(texts), pa.scalar(0)), pc.invert(pc.utf8_is_space(texts))
    )
    final: pa.Array[Any] = pc.if_else(pc.and_(kept, says), texts, pa.scalar(None, texts.type))
    return final
