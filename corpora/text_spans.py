"""Code-point spans of a text, and what is done with them: the one place that cuts.

Offsets are code points of the normalised text, half open, as in Python slices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

#: start, end, replacement.
Edit = tuple[int, int, str]


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with every span replaced.

    ``edits`` are sorted by start and do not overlap; raises ValueError when they
    do, or when a span lies outside the text.

    >>> apply_edits("本文です。\\nシェアする", [(5, 11, "")])
    '本文です。'
    >>> apply_edits("電話は090-0000-0000です", [(3, 16, "〈電話〉")])
    '電話は〈電話〉です'
    """
    pieces: list[str] = []
    done = 0
    for start, end, replacement in edits:
        if not done <= start <= end <= len(text):
            raise ValueError(f"the span {start}–{end} overlaps another or leaves the text")
        pieces += (text[done:start], replacement)
        done = end
    return "".join([*pieces, text[done:]])


def edits_by_row(edits: pa.Table) -> dict[int, list[Edit]]:
    """Rows of corpora.documents.EDITS, grouped by the document's row and in order.

    >>> edits_by_row(pa.table({"row": [3], "start": [0], "end": [2], "replacement": [""]}))
    {3: [(0, 2, '')]}
    """
    grouped: dict[int, list[Edit]] = {}
    columns = (edits[name].to_pylist() for name in ("row", "start", "end", "replacement"))
    for row, start, end, replacement in zip(*columns, strict=True):
        grouped.setdefault(row, []).append((start, end, replacement or ""))
    for spans in grouped.values():
        spans.sort()
    return grouped


def evidence_rows(found: Mapping[str, Sequence[tuple[int, int]]]) -> list[dict[str, Any]]:
    """Spans by rule as rows of corpora.documents.EVIDENCE.

    >>> evidence_rows({"adult": [(0, 3)]})
    [{'rule': 'adult', 'start': 0, 'end': 3}]
    """
    return [
        {"rule": rule, "start": start, "end": end}
        for rule, spans in found.items()
        for start, end in spans
    ]
