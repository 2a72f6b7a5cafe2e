"""Small parts of a snapshot, made by hand: what the stages before would have left in the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from corpora.documents import DECISIONS, DOCUMENTS, EDITS, TEXT
from corpora.storage import Store


@dataclass(frozen=True, kw_only=True)
class Written:
    """A document of a hand-made part."""

    id: str
    text: str
    kept: bool = True
    #: (start, end, replacement), sorted.
    edits: Sequence[tuple[int, int, str]] = ()
    #: Other columns of corpora.documents.DOCUMENTS.
    labels: dict[str, Any] = field(default_factory=dict)


def part(store: Store, documents: Sequence[Written], *, label: str = "00000") -> dict[str, Any]:
    """The part's blobs by role, as a snapshot's manifest lists them."""
    return {
        "part": label,
        "rows": len(documents),
        "documents": store.put_table(_table(DOCUMENTS, [_labels(d) for d in documents])),
        "text": store.put_table(_table(TEXT, [{"text": d.text} for d in documents])),
        "decisions": store.put_table(_table(DECISIONS, [_decision(d) for d in documents])),
        "edits": store.put_table(_table(EDITS, _edits(documents))),
        "tokens": "",
    }


def _table(schema: pa.Schema, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.table({name: [row.get(name) for row in rows] for name in schema.names}, schema=schema)


def _labels(document: Written) -> dict[str, Any]:
    defaults = {"source": "手作り.jsonl", "locator": f"id:{document.id}", "metadata": "{}"}
    return {**defaults, **document.labels, "id": document.id, "text": document.text}


def _decision(document: Written) -> dict[str, Any]:
    return {"id": document.id, "verdict": "keep" if document.kept else "drop"}


def _edits(documents: Sequence[Written]) -> list[dict[str, Any]]:
    return [
        {"row": row, "start": start, "end": end, "replacement": new, "rule": "footer"}
        for row, document in enumerate(documents)
        for start, end, new in document.edits
    ]
