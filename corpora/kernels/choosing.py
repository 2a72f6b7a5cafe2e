"""The best member of each cluster, and which others are its copies."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import kernel

Bits = NDArray[np.uint64]
Column = NDArray[np.float32]


class Clusters:
    """Which members are in which cluster. ``numbers`` has each member's cluster, none negative."""

    def __init__(self, numbers: NDArray[np.int64]) -> None:
        #: Members by cluster, the first first.
        self.order = np.argsort(numbers, kind="stable").astype(np.int32)
        ordered = numbers[self.order]
        first = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
        #: Where each cluster begins among them, and their end.
        self.starts = np.concatenate([[0], first, [len(numbers)]]).astype(np.int64)
        if not len(numbers):
            self.starts = np.zeros(1, np.int64)

    def standing(self, ranks: NDArray[np.int64], merit: Column) -> NDArray[np.uint64]:
        """What ``best`` asks for: of members in their order the lower rank, then more merit.

        Ranks are from 0 to 4,095, merit is never NaN. Raises ValueError.
        """
        if {len(ranks), len(merit)} != {len(self.order)} or np.isnan(merit).any():
            raise ValueError("each member needs a value")
        if len(ranks) and not 0 <= int(ranks.min()) <= int(ranks.max()) < 1 << 12:
            raise ValueError("a rank is out of bounds")
        # The bits of floats ascend with their values, but for the negative ones.
        bits = (merit + np.float32(0)).view(np.uint32)
        negative = bits >> np.uint32(31) == 1
        ascending = np.where(negative, ~bits, bits | np.uint32(1 << 31))
        found: NDArray[np.uint64] = ranks.astype(np.uint64) << np.uint64(32) | ~ascending
        return found[self.order]

    def best(self, against: NDArray[np.uint32], standing: NDArray[np.uint64]) -> NDArray[np.int32]:
        """For each member the position of the best of its cluster.

        That is the one with least against it (below 2**20), then by its ``standing``, then the
        first. Raises ValueError for arrays of another size.

        >>> clusters = Clusters(np.array([4, 7, 4]))
        >>> standing = clusters.standing(np.zeros(3, np.int64), np.array([1, 0, 2], np.float32))
        >>> clusters.best(np.zeros(3, np.uint32), standing).tolist()
        [2, 1, 2]
        """
        if {len(against), len(standing)} != {len(self.order)}:
            raise ValueError("each member needs a value")
        found = np.empty(len(self.order), np.int32)
        _best(self.order, self.starts, against, standing, found)
        return found

    def highest(
        self, values: Column, able: NDArray[np.bool_], settled: NDArray[np.bool_], sign: int
    ) -> Column:
        """The highest value (the lowest, for ``sign`` -1) of able members: float32.

        One for each cluster that has an able member and none that is settled. NaN is beyond
        every value. Raises ValueError for arrays of another size.
        """
        if {len(values), len(able), len(settled)} != {len(self.order)} or sign not in (1, -1):
            raise ValueError("each member needs a value")
        found = np.empty(len(self.starts) - 1, np.float32)
        count = _highest(self.order, self.starts, values, able, settled, np.float32(sign), found)
        return found[:count]


@kernel
def _best(
    order: NDArray[np.int32],
    starts: NDArray[np.int64],
    against: NDArray[np.uint32],
    standing: NDArray[np.uint64],
    found: NDArray[np.int32],
) -> None:
    for cluster in range(len(starts) - 1):
        first, last = starts[cluster], starts[cluster + 1]
        best = order[first]
        least = ~np.uint64(0)
        for place in range(first, last):
            member = order[place]
            key = np.uint64(against[member]) << np.uint64(44) | standing[place]
            best = member if key < least else best
            least = min(least, key)
        for place in range(first, last):
            found[order[place]] = best


def copies_of(
    keepers: NDArray[np.int32], exacts: NDArray[np.int64], rows: NDArray[np.int64], count: int
) -> tuple[Bits, Bits]:
    """Which of ``count`` rows are exact copies of their keepers, and which near ones: as bits.

    ``keepers`` are positions among the members, ``exacts`` equal of exact copies, ``rows`` where
    the members are. Raises ValueError for arrays of another size or places outside them.
    """
    if not len(keepers) == len(exacts) == len(rows):
        raise ValueError("each member needs a value")
    for places, end in ((keepers, len(keepers)), (rows, count)):
        if len(places) and not 0 <= int(places.min()) <= int(places.max()) < end:
            raise ValueError("a place is not there")
    found = np.zeros((2, -(-count // 64)), np.uint64)
    _copies_of(keepers, exacts, rows, found)
    return found[0], found[1]


@kernel
def _copies_of(
    keepers: NDArray[np.int32],
    exacts: NDArray[np.int64],
    rows: NDArray[np.int64],
    found: NDArray[np.uint64],
) -> None:
    for member in range(len(keepers)):
        keeper = keepers[member]
        if keeper != member:
            kind = 0 if exacts[keeper] == exacts[member] else 1
            row = np.uint64(rows[member])
            found[kind, row >> np.uint64(6)] |= np.uint64(1) << (row & np.uint64(63))


@kernel
def _highest(
    order: NDArray[np.int32],
    starts: NDArray[np.int64],
    values: Column,
    able: NDArray[np.bool_],
    settled: NDArray[np.bool_],
    sign: Any,
    found: Column,
) -> int:
    count = 0
    for cluster in range(len(starts) - 1):
        here = order[starts[cluster] : starts[cluster + 1]]
        some = is_settled = is_nan = False
        best = np.float32(-np.inf)
        for place in range(len(here)):
            member = here[place]
            is_settled |= settled[member]
            if able[member]:
                some = True
                value = values[member] * sign
                is_nan |= value != value
                best = max(best, value) if value == value else best
        if some and not is_settled:
            found[count] = np.float32(np.nan) if is_nan else best * sign
            count += 1
    return count
