"""Documents, characters and tokens by group, of sets of documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpora.kernels.masks import Bits, tallied
from corpora.rules import Column

#: What is summed, in the order of the sums.
DOCUMENTS, CHARACTERS, TOKENS, ENCODED = range(4)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measures:
    """What is summed up; all arrays of one length."""

    #: Each document's group, a number below ``count``.
    groups: npt.NDArray[np.uint16]
    count: int
    #: Whole numbers; NaN for none.
    characters: Column
    #: -1 where they are not known; empty where none are.
    tokens: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Totals:
    #: int64[sets, 4, groups]: documents, characters, tokens that are known, and the characters of
    #: the documents whose tokens are.
    sums: npt.NDArray[np.int64]
    sets: Sequence[Bits]


def totals(sets: Sequence[Bits], measures: Measures, before: Totals | None = None) -> Totals:
    """Sums over the documents of each set.

    With the totals of as many sets of the same documents ``before``, only what changed is
    counted.

    >>> measures = Measures(
    ...     groups=np.array([0, 1, 1], np.uint16),
    ...     count=2,
    ...     characters=np.array([10, 20, 30], np.float32),
    ...     tokens=np.array([7, -1, -1], np.int32),
    ... )
    >>> totals([np.array([0b011], np.uint64)], measures).sums.tolist()
    [[[1, 1], [10, 20], [7, 0], [10, 0]]]
    """
    if before is None or len(before.sets) != len(sets):
        nothing = np.zeros(-(-len(measures.groups) // 64), np.uint64)
        sums = np.zeros((len(sets), 4, measures.count), np.int64)
        before = Totals(sums=sums, sets=[nothing] * len(sets))
    found = before.sums.copy()
    for bits, others, sums in zip(sets, before.sets, found, strict=True):
        tallied(bits, others, measures.groups, measures.characters, measures.tokens, sums)
    return Totals(sums=found, sets=sets)
