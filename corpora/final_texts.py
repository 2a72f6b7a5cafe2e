"""The text that leaves: what is kept of a part, with its edits made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from corpora.documents import ROW_GROUP_ROWS
from corpora.storage import Store
from corpora.text_spans import apply_edits, edits_by_row


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalTexts:
    """A run of a part's rows."""

    #: The row of the first text.
    start: int
    #: One a row; None for a document that is dropped, or blank after its edits.
    texts: list[str | None]


def final_texts(store: Store, part: Mapping[str, str]) -> Iterator[FinalTexts]:
    """Read a part's final texts, a row group at a time.

    ``part`` names the blobs of the roles text, decisions and edits. Raises ValueError when an
    edit lies outside its text.
    """
    verdicts = store.read_table(part["decisions"], columns=["verdict"])["verdict"].to_pylist()
    edits = edits_by_row(store.read_table(part["edits"]))
    start = 0
    with store.parquet(part["text"]) as source:
        for batch in source.iter_batches(ROW_GROUP_ROWS, columns=["text"]):
            texts = [
                _final(text or "", edits.get(row, [])) if verdicts[row] == "keep" else None
                for row, text in enumerate(batch.column("text").to_pylist(), start)
            ]
            yield FinalTexts(start=start, texts=texts)
            start += len(texts)


def _final(text: str, spans: list[tuple[int, int, str]]) -> str | None:
    final = apply_edits(text, spans)
    return final if final.strip() else None
