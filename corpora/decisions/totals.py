"""Documents and characters by group and reason, in one pass over packed masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpora.decisions.bins import pieces
from corpora.decisions.packed import Bits, unpack
from corpora.rules import Column


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Totals:
    """One row a group, one column a reason; the last column is what no reason drops."""

    documents: npt.NDArray[np.int64]
    characters: npt.NDArray[np.int64]


def totals(
    first: Sequence[Bits], groups: npt.NDArray[np.uint16], count: int, characters: Column
) -> Totals:
    """Sums over the documents that each reason drops first.

    ``first`` are masks of which no two share a bit; ``groups`` give each document's group, a
    number below ``count``; ``characters`` are whole numbers as float32, NaN for none.

    >>> from corpora.decisions.packed import pack
    >>> dropped = [pack(np.array([True, False, False]))]
    >>> lengths = np.array([10, 20, 30], np.float32)
    >>> totals(dropped, np.array([0, 0, 1], np.uint16), 2, lengths).characters.tolist()
    [[10, 20], [0, 30]]
    """
    reasons = len(first) + 1
    planes = _planes(first)
    size = count * reasons
    documents, sums = np.zeros(size, np.int64), np.zeros(size, np.float64)
    for piece in pieces(len(groups)):
        # Reason 0 is none.
        place = groups[piece].astype(np.int64)
        place *= reasons
        for number, plane in enumerate(planes):
            bit = unpack(plane, piece.start, piece.stop).view(np.uint8)
            place += bit.astype(np.uint16) << number if number > 7 else bit << number
        documents += np.bincount(place, minlength=size)
        sums += np.bincount(place, np.nan_to_num(characters[piece]), minlength=size)
    shape = (count, reasons)
    return Totals(
        documents=np.roll(documents.reshape(shape), -1, axis=1),
        characters=np.roll(sums.reshape(shape), -1, axis=1).astype(np.int64),
    )


def _planes(first: Sequence[Bits]) -> list[Bits]:
    """The number of each document's reason (0 for none) in binary, one mask a digit."""
    planes: list[Bits] = []
    for number in range(len(first).bit_length()):
        plane = np.zeros_like(first[0])
        for reason, bits in enumerate(first, 1):
            if reason >> number & 1:
                plane |= bits
        planes.append(plane)
    return planes
