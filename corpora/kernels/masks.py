"""Sets of rows as bits: taken from each other, and counted by what their rows are.

Bit ``row % 64`` of word ``row // 64`` stands for a row; bits beyond the last row are 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined, kernel

Bits = NDArray[np.uint64]
Column = NDArray[np.float32]

_ONE = np.uint64(1)
#: Where the lowest bit of a word is, by the upper six bits of its product with this number.
_DE_BRUIJN = np.uint64(0x03F7_9D71_B4CB_0A89)
_PLACES = np.zeros(64, np.int64)
for _place in range(64):
    _PLACES[((int(_DE_BRUIJN) << _place) & (1 << 64) - 1) >> 58] = _place


def take_from(left: Bits, bits: Bits) -> Bits:
    """What ``left`` and ``bits`` have in common; it is taken out of ``left``.

    Raises ValueError for sets of different size.

    >>> left = np.array([0b110], np.uint64)
    >>> take_from(left, np.array([0b011], np.uint64)).tolist(), left.tolist()
    ([2], [4])
    """
    if left.shape != bits.shape:
        raise ValueError("the sets are of different size")
    found = np.empty_like(left)
    _take_from(left, bits, found)
    return found


@kernel
def _take_from(left: Bits, bits: Bits, found: Bits) -> None:
    for word in range(len(left)):
        both = left[word] & bits[word]
        found[word] = both
        left[word] ^= both


def with_rows(count: int, rows: NDArray[np.int64]) -> Bits:
    """Bits of ``count`` rows, set at some. Raises IndexError for a row that is not there.

    >>> with_rows(70, np.array([1, 64])).tolist()
    [2, 1]
    """
    if len(rows) and not 0 <= int(rows.min()) <= int(rows.max()) < count:
        raise IndexError("a row is not there")
    found = np.zeros(-(-count // 64), np.uint64)
    _set(rows, found)
    return found


@kernel
def _set(rows: NDArray[np.int64], found: Bits) -> None:
    for place in range(len(rows)):
        row = np.uint64(rows[place])
        found[row >> np.uint64(6)] |= _ONE << (row & np.uint64(63))


def are_set(bits: Bits, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each of some rows is in the set. Raises IndexError for a row that is not there.

    >>> are_set(np.array([2, 1], np.uint64), np.array([0, 1, 64])).tolist()
    [False, True, True]
    """
    if len(rows) and not 0 <= int(rows.min()) <= int(rows.max()) < 64 * len(bits):
        raise IndexError("a row is not there")
    found = np.empty(len(rows), np.bool_)
    _are_set(bits, rows, found)
    return found


@kernel
def _are_set(bits: Bits, rows: NDArray[np.int64], found: NDArray[np.bool_]) -> None:
    for place in range(len(rows)):
        row = np.uint64(rows[place])
        found[place] = bits[row >> np.uint64(6)] >> (row & np.uint64(63)) & _ONE


def times_set(sets: Sequence[Bits], count: int) -> NDArray[np.uint16]:
    """For each of ``count`` rows in how many of the sets it is: uint16[count].

    Raises ValueError for a set of another size.

    >>> times_set([np.array([0b01], np.uint64), np.array([0b11], np.uint64)], 2).tolist()
    [2, 1]
    """
    found = np.zeros(-(-count // 64) * 64, np.uint16)
    for bits in sets:
        if len(bits) * 64 != len(found):
            raise ValueError("a set is of another size")
        _times_set(bits, found)
    return found[:count]


@kernel
def _times_set(bits: Bits, found: NDArray[np.uint16]) -> None:
    for word in range(len(bits)):
        left = bits[word]
        while left:
            found[word * 64 + _lowest(left)] += np.uint16(1)
            left &= left - _ONE


def tallied(
    bits: Bits,
    before: Bits,
    groups: NDArray[np.uint16],
    characters: Column,
    tokens: NDArray[np.int32],
    sums: NDArray[np.int64],
) -> None:
    """Make the sums by group that are those of the set ``before`` those of the set ``bits``.

    ``sums`` is int64[4, groups]: documents, characters, tokens, and characters of the documents
    whose tokens are known. ``groups`` are no more than it has, which is not looked at;
    ``characters`` are whole numbers, NaN for none; ``tokens`` are -1 where they are not known, or
    there are none at all. Raises ValueError for columns of another size than the sets.
    """
    rows = len(groups)
    sizes = {len(bits), len(before), -(-rows // 64)}
    if len(sizes) > 1 or len(characters) != rows or len(tokens) not in (0, rows):
        raise ValueError("the sets and the columns are of different size")
    if sums.ndim != 2 or len(sums) != 4:
        raise ValueError("the sums are of another shape")
    _tallied(bits, before, groups, characters, tokens, sums)


@kernel
def _tallied(
    bits: Bits,
    before: Bits,
    groups: NDArray[np.uint16],
    characters: Column,
    tokens: NDArray[np.int32],
    sums: NDArray[np.int64],
) -> None:
    for word in range(len(bits)):
        left = bits[word] ^ before[word]
        while left:
            place = _lowest(left)
            left &= left - _ONE
            row = word * 64 + place
            group = groups[row]
            sign = 1 if bits[word] >> np.uint64(place) & _ONE else -1
            value = characters[row]
            many = sign * np.int64(value) if value == value else 0
            sums[0, group] += sign
            sums[1, group] += many
            if len(tokens) and tokens[row] >= 0:
                sums[2, group] += sign * np.int64(tokens[row])
                sums[3, group] += many


def reached(values: Column, bits: Bits | None, limits: Column) -> tuple[NDArray[np.int64], int]:
    """How many values reach how many of the limits, int64[limits + 1]; and how many are NaN.

    Of the values those count whose bit is set; all, without bits. ``limits`` ascend; it is quick
    where they are evenly spaced. Raises ValueError for bits of another size than the values.

    >>> limits, values = np.array([1, 2], np.float32), np.array([0, 1, 5, np.nan], np.float32)
    >>> counts, missing = reached(values, None, limits)
    >>> counts.tolist(), missing
    ([1, 1, 1], 1)
    """
    if bits is not None and len(bits) != -(-len(values) // 64):
        raise ValueError("the bits and the values are of different size")
    found = np.zeros(len(limits) + 1, np.int64)
    span = float(limits[-1]) - float(limits[0])
    scale = np.float32((len(limits) - 1) / span if span > 0 else 0)
    if bits is None:
        return found, int(_reached(values, limits, scale, found))
    return found, int(_reached_of(values, bits, limits, scale, found))


@kernel
def _reached(values: Column, limits: Column, scale: Any, found: NDArray[np.int64]) -> int:
    missing = 0
    for row in range(len(values)):
        missing += _one_reached(values[row], limits, scale, found)
    return missing


@kernel
def _reached_of(
    values: Column, bits: Bits, limits: Column, scale: Any, found: NDArray[np.int64]
) -> int:
    missing = 0
    for word in range(len(bits)):
        left = bits[word]
        while left:
            row = word * 64 + _lowest(left)
            left &= left - _ONE
            missing += _one_reached(values[row], limits, scale, found)
    return missing


@inlined
def _one_reached(value: Any, limits: Column, scale: Any, found: NDArray[np.int64]) -> int:
    if value != value:
        return 1
    # Computed where limits are even, then put right by comparing with the limits themselves.
    guess = (value - limits[0]) * scale
    # Infinite values give no number where the limits span nothing.
    place = np.int64(min(guess, np.float32(len(limits)))) if guess > 0 else np.int64(0)
    while place < len(limits) and value >= limits[place]:
        place += 1
    while place > 0 and value < limits[place - 1]:
        place -= 1
    found[place] += 1
    return 0


@inlined
def _lowest(word: Any) -> Any:
    """The place of the lowest bit that is set; there is one."""
    return _PLACES[((word & (~word + _ONE)) * _DE_BRUIJN) >> np.uint64(58)]
