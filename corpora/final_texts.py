"""The text that leaves: what is kept of a part, with its edits made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora.row_groups import row_groups, rows_of
from corpora.storage import Store
from corpora.text_spans import Edit, apply_edits, edits_by_row


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalTexts:
    """A run of a part's rows."""

    #: The row of the first text.
    start: int
    #: large_string, one a row; null for a document that is dropped, or blank after its edits.
    texts: pa.Array[Any]


def final_texts(store: Store, part: Mapping[str, str]) -> Iterator[FinalTexts]:
    """Read a part's final texts, a row group at a time.

    ``part`` names the blobs of the roles text, decisions and edits. Raises ValueError when an
    edit lies outside its text.
    """
    kept = _kept(store, part)
    edits = edits_by_row(store.read_table(part["edits"]))
    for start, texts in row_groups(store, part["text"], "text"):
        here = kept[start : start + len(texts)]
        yield FinalTexts(start=start, texts=_edited(texts, here, start, edits))


def final_sizes(store: Store, part: Mapping[str, str]) -> NDArray[np.int64]:
    """int64[rows]: UTF-8 bytes of each final text, 0 where there is none."""
    sizes = [np.empty(0, np.int64)]
    for final in final_texts(store, part):
        texts: Any = final.texts
        lengths: Any = pc.fill_null(pc.binary_length(texts), 0)
        sizes.append(lengths.to_numpy().astype(np.int64))
    return np.concatenate(sizes)


def chosen_texts(
    store: Store, part: Mapping[str, str], rows: Sequence[int]
) -> Iterator[tuple[int, str]]:
    """Some rows and their final texts; nothing else is read, but by row group.

    ``rows`` ascend, and are of kept documents. Raises ValueError as ``final_texts`` does.
    """
    table = store.read_table(part["edits"])
    edits = edits_by_row(table.filter(pc.is_in(table["row"], pa.array(rows, pa.int32()))))
    wanted = np.zeros(rows_of(store, part["text"]), np.bool_)
    wanted[rows] = True
    for start, texts in row_groups(store, part["text"], "text", wanted):
        for place in np.flatnonzero(wanted[start : start + len(texts)]).tolist():
            row = start + place
            yield row, apply_edits(texts[place].as_py(), edits.get(row, ()))


def _kept(store: Store, part: Mapping[str, str]) -> NDArray[np.bool_]:
    """bool[rows]."""
    verdicts: Any = store.read_table(part["decisions"], columns=["verdict"])["verdict"]
    kept = pc.fill_null(pc.equal(verdicts, pa.scalar("keep")), False)
    return np.asarray(kept.to_numpy(), np.bool_)


def _edited(
    texts: Any, kept: NDArray[np.bool_], start: int, edits: Mapping[int, Sequence[Edit]]
) -> pa.Array[Any]:
    """The texts of the rows from ``start`` on that are kept and say something."""
    rows = [row for row in np.flatnonzero(kept).tolist() if start + row in edits]
    if rows:
        # Most rows have no edits: only those that do become Python's.
        made = [apply_edits(texts[row].as_py() or "", edits[start + row]) for row in rows]
        mask = np.isin(np.arange(len(texts)), rows)
        texts = pc.replace_with_mask(texts, pa.array(mask), pa.array(made, texts.type))
    # What Arrow calls a space is what str.strip removes, and an empty text has none.
    says = pc.and_(
        pc.greater(pc.binary_length(texts), pa.scalar(0)), pc.invert(pc.utf8_is_space(texts))
    )
    leaves = pc.and_(pa.array(kept), says)
    final: pa.Array[Any] = texts
    if not pc.all(leaves).as_py():
        final = pc.if_else(leaves, texts, pa.scalar(None, texts.type))
    return final
