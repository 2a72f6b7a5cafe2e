"""The unit: the spans to cut in one part's kept documents."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa

from corpora.documents import EDITS, ROW_GROUP_ROWS
from corpora.edits.footers import groups_of
from corpora.edits.tails import footer_span
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store
from corpora.text_spans import apply_edits

FOOTER = "footer"


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs {"edits": blob of EDITS}.

    Counts: documents (kept and not blank after their edits), characters_before and
    characters_after of kept documents (code points), edits {rule: n}.
    """
    known = _known_footers(store, unit.inputs["footers"])
    groups = groups_of(store, unit.inputs["documents"])
    decisions = store.read_table(unit.inputs["decisions"], columns=["verdict"])
    verdicts: Any = decisions["verdict"].to_pylist()
    counts: Counter[str] = Counter(documents=0, characters_before=0, characters_after=0)
    edits: Counter[str] = Counter()
    row = 0
    with store.parquet(unit.inputs["text"]) as file, store.table_writer(EDITS) as writer:
        for batch in file.iter_batches(batch_size=ROW_GROUP_ROWS, columns=["text"]):
            found: list[dict[str, Any]] = []
            for text in batch["text"].to_pylist():
                if verdicts[row] == "keep":
                    lines = known.get(groups[row], frozenset())
                    made = _edits(text or "", row, lines, unit.params["lines"])
                    found += made
                    counts.update(_effect(text or "", made))
                    edits.update(edit["rule"] for edit in made)
                row += 1
            writer.write(pa.Table.from_pylist(found, schema=EDITS))
            progress(documents=batch.num_rows)
    return UnitResult(
        outputs={"edits": writer.sha256}, counts={**counts, "edits": dict(sorted(edits.items()))}
    )


def _known_footers(store: Store, blob: str) -> dict[str, frozenset[str]]:
    """Lines by group; empty for the blob ""."""
    if not blob:
        return {}
    table = store.read_table(blob, columns=["group", "line"])
    columns: Any = (table[name].to_pylist() for name in ("group", "line"))
    lines: dict[str, set[str]] = {}
    for group, line in zip(*columns, strict=True):
        lines.setdefault(group, set()).add(line)
    return {group: frozenset(known) for group, known in lines.items()}


def _edits(text: str, row: int, footers: frozenset[str], number: int) -> list[dict[str, Any]]:
    span = footer_span(text, footers, number) if footers else None
    if span is None:
        return []
    start, end = span
    return [{"row": row, "start": start, "end": end, "replacement": "", "rule": FOOTER}]


def _effect(text: str, edits: list[dict[str, Any]]) -> dict[str, int]:
    spans = [(edit["start"], edit["end"], edit["replacement"]) for edit in edits]
    final = apply_edits(text, spans)
    return {
        "documents": int(bool(final.strip())),
        "characters_before": len(text),
        "characters_after": len(final),
    }
