"""Cutting copies out of one part's documents, and what was cut, by passage and by host."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora.edits.copies import Copies
from corpora.edits.passages import Comparison, Passages
from corpora.edits.runs import run_spans
from corpora.edits.tails import Span

#: Characters of a passage that are shown as its example.
EXAMPLE = 200

_FIELDS: list[tuple[str, pa.DataType]] = [
    ("copy", pa.int64()),  # its number among all copies
    ("group", pa.string()),  # host, archive or folder
    ("documents", pa.int64()),
    ("characters", pa.int64()),  # code points of the passages, without the gaps beside them
    ("example", pa.string()),  # as it stood in the first of them
]
#: What was cut from a part, sorted by copy and group.
CUTS = pa.schema(_FIELDS)


@dataclass(slots=True, kw_only=True)
class _Account:
    """Of one copy in one group."""

    example: str
    documents: int = 0
    characters: int = 0
    #: The last document that was counted.
    last_row: int = -1


class Cutter:
    """Finds what to cut, and keeps account of it."""

    def __init__(self, copies: Copies, params: dict[str, Any]) -> None:
        """``params`` are those of Comparison, keep, and the part's number."""
        self._copies = copies
        self._comparison = Comparison.of(params)
        self._part = params["part"]
        self._keeps_first = params["keep"] == "first"
        #: By copy and group.
        self._cut: dict[tuple[int, str], _Account] = {}

    def spans(
        self, rows: Sequence[int], texts: Sequence[str], groups: Sequence[str]
    ) -> list[list[Span]]:
        """The spans to cut of each text; ``rows`` are their rows in the part, ascending."""
        spans: list[list[Span]] = [[] for _ in texts]
        numbers = np.array(rows, np.uint32)
        for first, found in self._comparison.passages(texts, groups):
            copies = self._to_cut(found, numbers[first:])
            edges = np.flatnonzero(np.diff(found.texts, prepend=-1, append=-1)).tolist()
            for low, high in pairwise(edges):
                if (copies[low:high] >= 0).any():
                    text = first + int(found.texts[low])
                    places = _places(found, low, high)
                    goes = copies[low:high].tolist()
                    spans[text] = run_spans(texts[text], places, [copy >= 0 for copy in goes])
                    self._note(rows[text], groups[text], texts[text], places, goes)
        return spans

    def _to_cut(self, found: Passages, rows: NDArray[np.uint32]) -> NDArray[np.int64]:
        """int64[passages]: the number of the copy, −1 for a passage that stays."""
        copies = self._copies.find(found.hashes)
        copies[found.characters < self._comparison.min_characters] = -1
        if self._keeps_first:
            known = np.flatnonzero(copies >= 0)
            where = self._copies.places(copies[known])
            is_first = (where[:, 1] == self._part) & (where[:, 2] == rows[found.texts[known]])
            copies[known[is_first]] = -1
        return copies

    def _note(
        self, row: int, group: str, text: str, places: Sequence[Span], copies: Sequence[int]
    ) -> None:
        for (start, end), copy in zip(places, copies, strict=True):
            if copy < 0:
                continue
            account = self._cut.get((copy, group))
            if account is None:
                example = text[start : min(end, start + EXAMPLE)]
                account = self._cut[copy, group] = _Account(example=example)
            account.documents += account.last_row != row
            account.characters += end - start
            account.last_row = row

    def table(self) -> pa.Table:
        """What was cut so far: CUTS."""
        rows = [
            {
                "copy": copy,
                "group": group,
                "documents": self._cut[copy, group].documents,
                "characters": self._cut[copy, group].characters,
                "example": self._cut[copy, group].example,
            }
            for copy, group in sorted(self._cut)
        ]
        return pa.Table.from_pylist(rows, schema=CUTS)


def _places(found: Passages, low: int, high: int) -> list[Span]:
    starts, ends = found.starts[low:high].tolist(), found.ends[low:high].tolist()
    return list(zip(starts, ends, strict=True))
