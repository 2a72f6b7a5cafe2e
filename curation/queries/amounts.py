"""What the documents that a filter finds amount to: characters, and tokens where they are known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from curation.queries.fields import field
from curation.queries.measured import AT_ONCE, Rows, column, token_counts
from curation.queries.places import offsets


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """What some documents amount to, beside their number."""

    documents: int
    #: Of the normalised texts.
    characters: int
    #: Of those documents that the snapshot kept, and so encoded; None where it counts none.
    tokens: int | None
    #: How many documents that are.
    encoded: int


def amounts(sha256: str, rows: Rows | None) -> Amounts:
    """Of some rows, in order; None: of all, which is remembered."""
    return _every(sha256) if rows is None else _amounts(sha256, rows)


@lru_cache(maxsize=16)
def _every(sha256: str) -> Amounts:
    return _amounts(sha256, None)


def _amounts(sha256: str, rows: Rows | None) -> Amounts:
    characters, tokens = column(sha256, "characters"), token_counts(sha256)
    return Amounts(
        documents=int(offsets(sha256)[-1]) if rows is None else len(rows),
        characters=0 if characters is None else _sum(characters, rows),
        tokens=None if tokens is None else _sum_by_part(tokens, offsets(sha256), rows),
        encoded=0 if tokens is None else _kept(sha256, rows),
    )


def _kept(sha256: str, rows: Rows | None) -> int:
    verdicts = field(sha256, "verdict")
    if "keep" not in verdicts.names:
        return 0
    return int(verdicts.counts(rows)[verdicts.names.index("keep")])


def _sum_by_part(
    parts: list[npt.NDArray[np.int32]], starts: npt.NDArray[np.int64], rows: Rows | None
) -> int:
    if rows is None:
        return sum(_sum(part, None) for part in parts)
    ends = np.searchsorted(rows, starts)
    return sum(
        _sum(part, rows[ends[number] : ends[number + 1]] - starts[number])
        for number, part in enumerate(parts)
        if ends[number] < ends[number + 1]
    )


def _sum(values: npt.NDArray[np.float32 | np.int32], rows: Rows | None) -> int:
    """Of whole numbers above 0; NaN and -1 are none."""
    total = 0.0
    for first in range(0, len(values) if rows is None else len(rows), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        found = values[some] if rows is None else values[rows[some]]
        # Whole numbers are summed exactly: 2^53 tokens are more than anybody has.
        total += float(np.sum(found, where=found > 0, dtype=np.float64))
    return round(total)
