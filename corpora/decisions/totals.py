"""Documents and characters by group and reason, in one pass over packed masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpora.decisions.bins import pieces
from corpora.decisions.packed import Bits, taken, unpack
from corpora.rules import Column

#: Rows that are worth looking at one by one, as a share of all.
_FEW = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Totals:
    """One row a group, one column a reason; the last column is what no reason drops."""

    documents: npt.NDArray[np.int64]
    characters: npt.NDArray[np.int64]
    #: The number of each document's reason (0 for none) in binary, one mask a digit.
    digits: Sequence[Bits]


def totals(
    first: Sequence[Bits],
    groups: npt.NDArray[np.uint16],
    count: int,
    characters: Column,
    before: Totals | None = None,
) -> Totals:
    """Sums over the documents that each reason drops first.

    ``first`` are masks of which no two share a bit; ``groups`` give each document's group, a
    number below ``count``; ``characters`` are whole numbers as float32, NaN for none. With the
    totals of the same documents and as many reasons ``before``, only what changed is counted.

    >>> from corpora.decisions.packed import pack
    >>> dropped = [pack(np.array([True, False, False]))]
    >>> lengths = np.array([10, 20, 30], np.float32)
    >>> totals(dropped, np.array([0, 0, 1], np.uint16), 2, lengths).characters.tolist()
    [[10, 20], [0, 30]]
    """
    shape = (count, len(first) + 1)
    digits = _digits(first)
    sums = _Sums(groups, characters, shape)
    changed = None
    if before is not None and before.documents.shape == shape:
        changed = _changed(digits, before.digits)
    if changed is None or before is None:
        for piece in pieces(len(groups)):
            sums.add_rows(piece, _numbers(digits, piece), 1)
        return sums.totals(digits)
    rows = _set_rows(changed, len(groups))
    sums.add_rows(rows, _numbers_at(digits, rows), 1)
    sums.add_rows(rows, _numbers_at(before.digits, rows), -1)
    added = sums.totals(digits)
    return Totals(
        documents=before.documents + added.documents,
        characters=before.characters + added.characters,
        digits=digits,
    )


def _changed(digits: Sequence[Bits], before: Sequence[Bits]) -> Bits | None:
    """Documents with another reason than before; None where they are many."""
    if not digits:
        return None
    found = np.zeros_like(digits[0])
    for one, other in zip(digits, before, strict=True):
        found |= one ^ other
    many = int(np.bitwise_count(found).sum(dtype=np.int64)) > _FEW * 64 * len(found)
    return None if many else found


class _Sums:
    def __init__(
        self, groups: npt.NDArray[np.uint16], characters: Column, shape: tuple[int, int]
    ) -> None:
        self._groups = groups
        self._characters = characters
        self._shape = shape
        self._size = shape[0] * shape[1]
        self._documents = np.zeros(self._size, np.int64)
        # Whole numbers, exact up to 2**53.
        self._sums = np.zeros(self._size, np.float64)

    def add_rows(
        self,
        rows: slice | npt.NDArray[np.int64],
        numbers: npt.NDArray[np.uint16],
        sign: int,
    ) -> None:
        place = self._groups[rows].astype(np.int64)
        place *= self._shape[1]
        place += numbers
        characters = np.fmax(self._characters[rows], 0)
        self._documents += sign * np.bincount(place, minlength=self._size)
        self._sums += sign * np.bincount(place, characters, minlength=self._size)

    def totals(self, digits: Sequence[Bits]) -> Totals:
        # The reason 0 is none, which comes last.
        return Totals(
            documents=np.roll(self._documents.reshape(self._shape), -1, axis=1),
            characters=np.roll(self._sums.reshape(self._shape), -1, axis=1).astype(np.int64),
            digits=digits,
        )


def _numbers(digits: Sequence[Bits], piece: slice) -> npt.NDArray[np.uint16]:
    """The number of each document's reason, 0 for none."""
    masks = [unpack(digit, piece.start, piece.stop).view(np.uint8) for digit in digits]
    low = np.zeros(piece.stop - piece.start, np.uint8)
    for number, mask in enumerate(masks[:8]):
        low |= mask << number
    found = low.astype(np.uint16)
    for number, mask in enumerate(masks[8:], 8):
        found |= mask.astype(np.uint16) << number
    return found


def _numbers_at(digits: Sequence[Bits], rows: npt.NDArray[np.int64]) -> npt.NDArray[np.uint16]:
    """The same of some rows."""
    found = np.zeros(len(rows), np.uint16)
    for number, digit in enumerate(digits):
        found |= taken(digit, rows).astype(np.uint16) << number
    return found


def _set_rows(bits: Bits, rows: int) -> npt.NDArray[np.int64]:
    """The rows whose bits are set."""
    found = (
        np.flatnonzero(unpack(bits, piece.start, piece.stop)) + piece.start
        for piece in pieces(rows)
        if bits[piece.start // 64 : -(-piece.stop // 64)].any()
    )
    return np.concatenate([np.zeros(0, np.int64), *found])


def _digits(first: Sequence[Bits]) -> list[Bits]:
    digits: list[Bits] = []
    for number in range(len(first).bit_length()):
        digit = np.zeros_like(first[0])
        for reason, bits in enumerate(first, 1):
            if reason >> number & 1:
                digit |= bits
        digits.append(digit)
    return digits
