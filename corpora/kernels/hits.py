"""Hits of many lists of words, found in one reading of the texts.

A text costs one step a code point. Only where its next two characters begin a word together, and
the next three as well or the two are one, is the word looked for, in at most the longest word's
length as often as the number of words can be halved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined, kernel
from corpora.kernels.patterns import ALONE, FIRST, SECOND, THIRD, Patterns
from corpora.kernels.text import Points

#: Code points looked through before the places found are looked at.
_STRETCH = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hits:
    """Hits by text and start; places are code points of all the texts end to end. All int64."""

    text: NDArray[np.int64]
    list: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.text)


def find_hits(points: Points, patterns: Patterns, lists: int) -> Hits:
    """Hits of every list by itself: the first, the longest at its place, none overlapping.

    ``lists`` is the number of lists: one more than the highest.
    """
    if len(patterns.lists) and int(patterns.lists.max()) >= lists:
        raise ValueError("a word's list is not below the number of lists")
    room = 1024 + len(points.values) // 64
    while True:
        found = np.empty((4, room), np.int64)
        count = int(_find(points.values, points.starts, patterns, np.zeros(lists, np.int64), found))
        if count <= room:
            text, number, start, end = found[:, :count]
            return Hits(text=text, list=number, start=start, end=end)
        room = count


@kernel
def _find(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    patterns: Patterns,
    free: NDArray[np.int64],
    found: NDArray[np.int64],
) -> np.int64:
    """How many hits there are, as many as there is room for in ``found``.

    ``free`` has for each list the first place that none of its hits covers, zeros to begin with.
    """
    # Of one type from the beginning: otherwise what it is given to is compiled twice.
    count = np.int64(0)
    places = np.empty(_STRETCH, np.int64)
    for text in range(len(starts) - 1):
        high = starts[text + 1]
        for first in range(starts[text], high, _STRETCH):
            last = min(first + _STRETCH, high)
            number = _places(values, first, last, high, patterns, places)
            if number:
                count = _hits_at(values, starts, text, places, number, patterns, free, found, count)
    return count


@inlined
def _hits_at(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    text: int,
    places: NDArray[np.int64],
    number: int,
    patterns: Patterns,
    free: NDArray[np.int64],
    found: NDArray[np.int64],
    count: np.int64,
) -> np.int64:
    """Writes the hits that begin at some places of a text; how many there are now."""
    low, high = starts[text], starts[text + 1]
    open_ = free.min()
    for one in range(number):
        place = places[one]
        if place < open_:
            continue
        word, common = _last_not_above(values, place, high, patterns)
        # The longest first: a list that has one here is not free here any more.
        while word >= 0:
            end = place + patterns.starts[word + 1] - patterns.starts[word]
            if end - place <= common:
                for use in range(patterns.uses[word], patterns.uses[word + 1]):
                    which = patterns.lists[use]
                    if free[which] > place or not _bounded(
                        values, place, end, low, high, patterns, use
                    ):
                        continue
                    free[which] = end
                    open_ = free.min()
                    if count < found.shape[1]:
                        found[0, count], found[1, count] = text, which
                        found[2, count], found[3, count] = place, end
                    count += np.int64(1)
            word = np.int64(patterns.parents[word])
    return count


@inlined
def _places(
    values: NDArray[np.uint32],
    first: int,
    last: int,
    high: int,
    patterns: Patterns,
    places: NDArray[np.int64],
) -> int:
    """Writes the places where a word may begin; how many."""
    kinds, one = patterns.kinds, np.uint64(1)
    inner = min(last, high - 1)
    count = np.uint64(0)
    # Indices are unsigned, or count from 0: a signed one is checked for being negative. Always
    # written, counted or not: a branch would be guessed wrongly too often.
    for at in range(inner - first):
        place = np.uint64(first + at)
        kind = kinds[values[place]]
        pair = np.uint64(values[place]) * FIRST + np.uint64(values[place + one]) * SECOND
        bit = _bit(patterns.pairs, pair >> np.uint64(patterns.pair_shift))
        places[count] = place
        count += np.uint64(((kind & bit) | (kind >> np.uint8(1))) & np.uint8(1))
    paired, count = count, np.uint64(0)
    for at in range(paired):
        place = np.uint64(places[at])
        pair = np.uint64(values[place]) * FIRST + np.uint64(values[place + one]) * SECOND
        # Beyond the text's end the last character again: what looks like a word is compared.
        third = values[min(place + one + one, np.uint64(high - 1))]
        triple = pair + np.uint64(third) * THIRD
        bit = _bit(patterns.triples, pair >> np.uint64(patterns.triple_shift))
        bit |= _bit(patterns.triples, triple >> np.uint64(patterns.triple_shift))
        places[count] = place
        count += np.uint64((bit | (kinds[values[place]] >> np.uint8(1))) & np.uint8(1))
    if inner < last and kinds[values[inner]] & ALONE:
        places[count] = inner
        count += one
    return int(count)


@inlined
def _bit(bits: NDArray[np.uint64], number: np.uint64) -> np.uint8:
    """A bit, and others above it."""
    return np.uint8(bits[number >> np.uint64(6)] >> (number & np.uint64(63)))


@inlined
def _last_not_above(
    values: NDArray[np.uint32], place: int, high: int, patterns: Patterns
) -> tuple[np.int64, np.int64]:
    """The last word that does not sort after the text from here, −1 for none.

    And how many characters it has in common with the text.
    """
    letters, starts = patterns.letters, patterns.starts
    left = np.int64(patterns.firsts[values[place]])
    right = np.int64(patterns.firsts[values[place] + np.uint32(1)])
    lowest = left
    left_common = right_common = np.int64(1)
    while left < right:
        middle = (left + right) >> 1
        begin, size = starts[middle], starts[middle + 1] - starts[middle]
        common = min(left_common, right_common)
        most = min(size, high - place)
        while common < most and letters[begin + common] == values[place + common]:
            common += 1
        if common == size or (common < most and letters[begin + common] < values[place + common]):
            left, left_common = middle + 1, common
        else:
            right, right_common = middle, common
    return (left - 1, left_common) if left > lowest else (np.int64(-1), np.int64(0))


@inlined
def _bounded(
    values: NDArray[np.uint32],
    start: int,
    end: int,
    low: int,
    high: int,
    patterns: Patterns,
    use: int,
) -> bool:
    """Whether nothing stands beside the word that must not."""
    if start > low and patterns.classes[values[start - 1]] & patterns.heads[use]:
        return False
    return not (end < high and patterns.classes[values[end]] & patterns.tails[use])
