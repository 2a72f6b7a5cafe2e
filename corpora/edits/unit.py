"""The unit: the spans to cut in one part's kept documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora.arrays import put_array
from corpora.documents import EDITS
from corpora.edits.copies import Copies
from corpora.edits.cutting import Cutter
from corpora.edits.kept import Kept, kept_documents
from corpora.edits.known import Ends, KnownFooters
from corpora.edits.tails import Span
from corpora.kernels.tails import code_points, stripped_ends
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store
from corpora.text_spans import apply_edits

FOOTER = "footer"
PASSAGE = "passage"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Cut:
    """What is cut of some kept documents, and what is left of them."""

    #: EDITS.
    edits: pa.Table
    #: Code points of all texts before.
    characters: int
    #: int32, one a document: UTF-8 bytes of its final text, 0 when that is blank.
    sizes: NDArray[np.int32]

    @property
    def effect(self) -> dict[str, int]:
        # No edit puts anything in the place of what it cuts.
        lost = int((self.edits["end"].to_numpy() - self.edits["start"].to_numpy()).sum())
        return {
            "documents": int(np.count_nonzero(self.sizes)),
            "characters_before": self.characters,
            "characters_after": self.characters - lost,
        }


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs {"edits": blob of EDITS, "sizes": int32[rows], UTF-8 bytes of each final text, 0
    where there is none}, and "cuts" (cutting.CUTS) when passages are cut.

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
    sizes = [np.empty(0, np.int32)]
    with store.table_writer(EDITS) as writer:
        for kept in kept_documents(store, unit.inputs):
            cut = _cut(kept, footers, cutter)
            counts.update(cut.effect)
            rules.update(str(rule) for rule in cut.edits["rule"].to_pylist())
            sizes.append(np.zeros(kept.read, np.int32))
            sizes[-1][kept.places] = cut.sizes
            writer.write(cut.edits)
            progress(documents=kept.read)
    outputs = {"edits": writer.sha256, "sizes": put_array(store, np.concatenate(sizes))}
    if cutter:
        outputs["cuts"] = store.put_table(cutter.table())
    return UnitResult(outputs=outputs, counts={**counts, "edits": dict(sorted(rules.items()))})


def _cut(kept: Kept, known: KnownFooters, cutter: Cutter | None) -> _Cut:
    """Only documents in which passages are looked for become Python's."""
    begins, ends = kept.source.offsets[kept.places], kept.source.offsets[kept.places + 1]
    footers = known.find(kept)
    sizes = ends - begins
    sizes[stripped_ends(kept.source, kept.places, ends) == begins] = 0
    sizes[footers.documents] = footers.bytes
    passages: list[list[Span]] = []
    if cutter:
        bodies, groups = footers.bodies(kept), kept.groups.each()
        passages = cutter.spans(kept.rows.tolist(), bodies, groups)
        for document in _with(passages):
            left = apply_edits(bodies[document], [(*span, "") for span in passages[document]])
            sizes[document] = len(left.encode()) if left.strip() else 0
    return _Cut(
        edits=_edits(kept, footers, passages),
        characters=int(code_points(kept.source, begins, ends).sum()),
        sizes=sizes.astype(np.int32),
    )


def _with(passages: Sequence[Sequence[Span]]) -> list[int]:
    return [document for document, spans in enumerate(passages) if spans]


def _edits(kept: Kept, footers: Ends, passages: Sequence[Sequence[Span]]) -> pa.Table:
    """EDITS, by row; a document's footer comes after its passages."""
    spans = [(document, *span) for document in _with(passages) for span in passages[document]]
    cut = np.array(spans, np.int64).reshape(-1, 3)
    last = np.column_stack([footers.documents, footers.starts, footers.ends])
    edits = np.concatenate([cut, last])
    order = np.argsort(edits[:, 0], kind="stable")
    rules = np.array([PASSAGE, FOOTER])[(order >= len(cut)).astype(np.int64)]
    columns = {
        "row": kept.rows[edits[order, 0]].astype(np.int32),
        "start": edits[order, 1].astype(np.int32),
        "end": edits[order, 2].astype(np.int32),
        "replacement": pa.repeat(pa.scalar(""), len(order)),
        "rule": pa.array(rules.tolist(), pa.string()),
    }
    return pa.table(columns, schema=EDITS)
