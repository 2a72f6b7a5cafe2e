"""Texts folded for comparison, in one loop over their bytes: NFKC, and a table of what it folds to.

What is done is stated by corpora.folding, whose ``fold_points`` is the reference: a text is
composed, then each code point of it is folded by itself. Most code points are *plain*: they become
themselves, whatever is beside them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import kernel
from corpora.kernels.joining import STAYS, joined
from corpora.kernels.tables import REMOVED, UNSURE, Compositions, check
from corpora.kernels.text import Points, Utf8
from corpora.kernels.utf8 import decoded, three_bytes

_UNSURE = np.uint32(UNSURE)
_NUMBER = np.uint32(0x7FFF_FFFF)
_REMOVED = np.uint32(REMOVED)

_ZERO, _ONE, _TWO, _THREE = (np.uint64(number) for number in range(4))
_DONE, _NO_ROOM, _NOT_UTF8 = 0, 1, 2


class Folding(NamedTuple):
    """The tables that texts are folded by; made by ``folding_by``, which checks them."""

    #: bool[0x110000]: it folds to itself, whatever is beside it.
    plain: NDArray[np.bool_]
    compositions: Compositions
    #: uint32[0x110000]: what a code point of the composed text folds to, or REMOVED.
    folded: NDArray[np.uint32]


def folding_by(compositions: Compositions, folded: NDArray[np.uint32]) -> Folding:
    """Raises ValueError for tables that do not go together."""
    check(compositions, folded)
    points = np.arange(len(folded))
    plain = (compositions.table == points) & (folded == points) & ~compositions.joins
    # No text holds them.
    plain[0xD800:0xE000] = False
    return Folding(plain=plain, compositions=compositions, folded=folded)


def folded(texts: Utf8, folding: Folding) -> tuple[Points, NDArray[np.bool_]]:
    """The folded texts, and bool[texts]: which of them must be folded otherwise, because
    characters in them change places. Those are empty.

    Raises ValueError where the texts are not UTF-8.
    """
    longest = folding.compositions.longest
    # One code point a byte is more than enough but for what becomes several.
    room = texts.size + longest
    starts = np.zeros(len(texts) + 1, np.int64)
    unsure = np.zeros(len(texts), np.bool_)
    while True:
        values = np.empty(room, np.uint32)
        status = _fold(
            texts.data,
            texts.offsets,
            folding,
            np.uint64(longest),
            values,
            starts,
            unsure,
        )
        if status == _NOT_UTF8:
            raise ValueError("a text is not UTF-8")
        if status == _DONE:
            return Points(values=values[: starts[-1]], starts=starts), unsure
        room *= 2


@kernel
def _fold(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    folding: Folding,
    longest: np.uint64,
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    unsure: NDArray[np.bool_],
) -> int:
    """_DONE, _NO_ROOM in ``values``, or _NOT_UTF8. No byte outside a text is read.

    Before a code point that is not plain there is room for what becomes of it and for the rest
    of the text, if that is plain.
    """
    plain, compositions, folded = folding
    count, room = _ZERO, np.uint64(len(values))
    for text in range(len(offsets) - 1):
        place, end = np.uint64(offsets[text]), np.uint64(offsets[text + 1])
        first = count
        # Of the composed text the last code point, and the last of class 0.
        last, starter = np.uint32(0), np.uint32(0)
        doubtful = False
        if count + (end - place) > room:
            return _NO_ROOM
        while place < end:
            # Most of a text is runs of what is plain, of one or three bytes.
            while place + _TWO < end:
                lead = np.uint32(data[place])
                if lead < np.uint32(0x80):
                    if not plain[lead]:
                        break
                    values[count] = last = lead
                    place += _ONE
                    count += _ONE
                    continue
                point = three_bytes(lead, data, place)
                if not plain[point]:
                    break
                values[count] = last = point
                place += _THREE
                count += _ONE
            if place == end:
                break
            point, step = decoded(data, place, end)
            if step == _ZERO:
                return _NOT_UTF8
            if count + longest + (end - place) > room:
                return _NO_ROOM
            place += step
            entry = compositions.table[point]
            if entry == _UNSURE:
                doubtful = True
                break
            if not compositions.classes[last]:
                starter = last
            if entry <= _NUMBER and compositions.joins[entry]:
                pair = joined(entry, last, starter, compositions)
                if pair == _UNSURE:
                    doubtful = True
                    break
                if pair != STAYS:
                    # In the place of the last, if that was not left out.
                    count -= np.uint64(folded[last] != _REMOVED)
                    values[count] = folded[pair]
                    count += np.uint64(folded[pair] != _REMOVED)
                    last = pair
                    continue
            part, parts = np.int64(0), np.int64(1)
            if entry > _NUMBER:
                part = compositions.starts[entry & _NUMBER]
                parts = compositions.starts[(entry & _NUMBER) + np.uint32(1)]
            while part < parts:
                last = entry if entry <= _NUMBER else compositions.values[part]
                part += 1
                if not compositions.classes[last]:
                    starter = last
                # Written first, counted if it stays.
                values[count] = folded[last]
                count += np.uint64(folded[last] != _REMOVED)
        if doubtful:
            count = first
        unsure[text] = doubtful
        starts[text + 1] = np.int64(count)
    return _DONE
