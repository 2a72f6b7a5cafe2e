"""Two sets of settings over the same documents: what each keeps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from corpora.decisions.packed import Answer, ones
from corpora.kernels.masks import Bits
from curation.queries.what_if import KeptByEach, KeptByOne, Settings
from curation.what_if.field import Field
from curation.what_if.waterfall import answer

#: Documents that are named of each kind.
EXAMPLES = 6


def kept_by_each(field: Field, mine: Settings, theirs: Settings) -> KeptByEach:
    """``mine`` against ``theirs``."""
    here, there = answer(field, mine), answer(field, theirs)
    return KeptByEach(
        both=ones(here.kept & there.kept),
        neither=field.rows - ones(here.kept | there.kept),
        only_mine=_kept_by_one(here.kept & ~there.kept, there),
        only_theirs=_kept_by_one(there.kept & ~here.kept, here),
    )


def _kept_by_one(bits: Bits, other: Answer) -> KeptByOne:
    rows = spread(bits, EXAMPLES).tolist()
    reasons = [reason_of(other, row) for row in rows]
    return KeptByOne(documents=ones(bits), rows=rows, reasons=reasons)


def reason_of(given: Answer, row: int) -> str:
    """What drops a row first."""
    for name, bits in given.first.items():
        if int(bits[row // 64]) >> (row % 64) & 1:
            return name
    return ""


def spread(bits: Bits, most: int) -> npt.NDArray[np.int64]:
    """Some of the rows whose bits are set, evenly from first to last.

    >>> spread(np.array([0b1011, 1], np.uint64), 2).tolist()
    [0, 64]
    """
    before = np.cumsum(np.bitwise_count(bits), dtype=np.int64)
    total = int(before[-1]) if len(before) else 0
    ranks = np.unique(np.linspace(0, total - 1, min(most, total)).astype(np.int64))
    words = np.searchsorted(before, ranks, side="right")
    rows = []
    for rank, word in zip(ranks.tolist(), words.tolist(), strict=True):
        value, skip = int(bits[word]), rank - (int(before[word - 1]) if word else 0)
        for _ in range(skip):
            value &= value - 1
        rows.append(word * 64 + (value & -value).bit_length() - 1)
    return np.array(rows, np.int64)
