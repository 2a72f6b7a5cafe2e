"""The unit: the spans to cut in one part's kept documents."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa

from corpora.documents import EDITS
from corpora.edits.copies import Copies
from corpora.edits.cutting import Cutter
from corpora.edits.kept import Kept, KnownFooters, bodies, kept_documents
from corpora.edits.tails import Span
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store
from corpora.text_spans import apply_edits

FOOTER = "footer"
PASSAGE = "passage"


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs {"edits": blob of EDITS}, and "cuts" (cutting.CUTS) when passages are cut.

    Footers first: passages are cut from what is left before them, so that no two edits overlap.
    Counts: documents (kept and not blank after their edits), characters_before and
    characters_after of kept documents (code points), edits {rule: n}.
    """
    footers = KnownFooters(store, unit.inputs["footers"], unit.params["lines"])
    cutter = None
    if "passages" in unit.params:
        cutter = Cutter(Copies(store, unit.inputs["copies"]), unit.params["passages"])
    counts: Counter[str] = Counter(documents=0, characters_before=0, characters_after=0)
    rules: Counter[str] = Counter()
    with store.table_writer(EDITS) as writer:
        for kept in kept_documents(store, unit.inputs):
            found: list[dict[str, Any]] = []
            for text, edits in zip(kept.texts, _edits(kept, footers, cutter), strict=True):
                found += edits
                counts.update(_effect(text, edits))
                rules.update(edit["rule"] for edit in edits)
            writer.write(pa.Table.from_pylist(found, schema=EDITS))
            progress(documents=kept.read)
    outputs = {"edits": writer.sha256}
    if cutter:
        outputs["cuts"] = store.put_table(cutter.table())
    return UnitResult(outputs=outputs, counts={**counts, "edits": dict(sorted(rules.items()))})


def _edits(kept: Kept, known: KnownFooters, cutter: Cutter | None) -> list[list[dict[str, Any]]]:
    """The edits of each document, in order."""
    footers = known.spans(kept)
    cuts: list[list[Span]] = [[] for _ in kept.rows]
    if cutter:
        cuts = cutter.spans(kept.rows, bodies(kept, footers), kept.groups)
    return [
        [
            *(_edit(row, span, PASSAGE) for span in spans),
            *([_edit(row, footer, FOOTER)] if footer else []),
        ]
        for row, spans, footer in zip(kept.rows, cuts, footers, strict=True)
    ]


def _edit(row: int, span: Span, rule: str) -> dict[str, Any]:
    start, end = span
    return {"row": row, "start": start, "end": end, "replacement": "", "rule": rule}


def _effect(text: str, edits: list[dict[str, Any]]) -> dict[str, int]:
    spans = [(edit["start"], edit["end"], edit["replacement"]) for edit in edits]
    final = apply_edits(text, spans)
    return {
        "documents": int(bool(final.strip())),
        "characters_before": len(text),
        "characters_after": len(final),
    }
