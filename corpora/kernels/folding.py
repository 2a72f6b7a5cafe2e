"""Texts folded for comparison, in one loop over their bytes: NFKC, and a table of what it folds to.

What is done is stated by corpora.folding, whose ``fold_points`` is the reference: a text is
composed, then each code point of it is folded by itself. Most code points are *plain*: they become
themselves, whatever is beside them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.composition import REMOVED
from corpora.kernels.compiling import kernel
from corpora.kernels.joining import STAYS, decoded, joined
from corpora.kernels.text import Points, Utf8

_UNSURE = np.uint32(0xFFFF_FFFF)
_NUMBER = np.uint32(0x7FFF_FFFF)
_REMOVED = np.uint32(REMOVED)

_ZERO, _ONE, _TWO, _THREE = (np.uint64(number) for number in range(4))
_DONE, _NO_ROOM, _NOT_UTF8 = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Folding:
    """The tables that texts are folded by; made by ``of``, which checks them."""

    #: bool[0x110000].
    plain: NDArray[np.bool_]
    #: corpora.composition.Compositions.
    compositions: NDArray[np.uint32]
    expansions: NDArray[np.uint32]
    expansion_starts: NDArray[np.int64]
    joins: NDArray[np.bool_]
    classes: NDArray[np.uint8]
    trailing: NDArray[np.uint8]
    pairs: NDArray[np.uint64]
    composites: NDArray[np.uint32]
    #: uint32[0x110000]: what a code point of the composed text folds to, or REMOVED.
    folded: NDArray[np.uint32]

    @classmethod
    def of(
        cls,
        *,
        compositions: NDArray[np.uint32],
        expansions: NDArray[np.uint32],
        expansion_starts: NDArray[np.int64],
        joins: NDArray[np.bool_],
        classes: NDArray[np.uint8],
        trailing: NDArray[np.uint8],
        pairs: NDArray[np.uint64],
        composites: NDArray[np.uint32],
        folded: NDArray[np.uint32],
    ) -> Folding:
        """Raises ValueError when a table does not hold every code point or an expansion lies
        outside."""
        tables = (compositions, joins, classes, trailing, folded)
        if any(len(table) != 0x110000 for table in tables) or len(pairs) != len(composites):
            raise ValueError("a table does not hold every code point")
        starts = expansion_starts
        if starts[0] != 0 or (starts[1:] < starts[:-1]).any() or starts[-1] > len(expansions):
            raise ValueError("an expansion lies outside")
        several = compositions[(compositions >> 31 == 1) & (compositions != _UNSURE)]
        if len(several) and int(several.max()) - 2**31 >= len(starts) - 1:
            raise ValueError("a character has no expansion")
        points = np.arange(0x110000)
        plain = (compositions == points) & (folded == points) & ~joins
        # No text holds them.
        plain[0xD800:0xE000] = False
        return cls(
            plain=plain,
            compositions=compositions,
            expansions=expansions,
            expansion_starts=expansion_starts,
            joins=joins,
            classes=classes,
            trailing=trailing,
            pairs=pairs,
            composites=composites,
            folded=folded,
        )


def folded(texts: Utf8, folding: Folding) -> tuple[Points, NDArray[np.bool_]]:
    """The folded texts, and bool[texts]: which of them must be folded otherwise, because
    characters in them change places. Those are empty.

    Raises ValueError where the texts are not UTF-8.
    """
    longest = int(np.diff(folding.expansion_starts).max(initial=1))
    # One code point a byte is more than enough but for what becomes several.
    room = texts.size + longest
    starts = np.zeros(len(texts) + 1, np.int64)
    unsure = np.zeros(len(texts), np.bool_)
    while True:
        values = np.empty(room, np.uint32)
        status = _fold(
            texts.data,
            texts.offsets,
            folding.plain,
            folding.compositions,
            folding.expansions,
            folding.expansion_starts,
            folding.joins,
            folding.classes,
            folding.trailing,
            folding.pairs,
            folding.composites,
            folding.folded,
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
    plain: NDArray[np.bool_],
    compositions: NDArray[np.uint32],
    expansions: NDArray[np.uint32],
    expansion_starts: NDArray[np.int64],
    joins: NDArray[np.bool_],
    classes: NDArray[np.uint8],
    trailing: NDArray[np.uint8],
    pairs: NDArray[np.uint64],
    composites: NDArray[np.uint32],
    folded: NDArray[np.uint32],
    longest: np.uint64,
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    unsure: NDArray[np.bool_],
) -> int:
    """_DONE, _NO_ROOM in ``values``, or _NOT_UTF8. No byte outside a text is read.

    Before a code point that is not plain there is room for what becomes of it and for the rest
    of the text, if that is plain.
    """
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
                second, third = np.uint32(data[place + _ONE]), np.uint32(data[place + _TWO])
                point = (lead & np.uint32(0xF)) << np.uint32(12)
                point |= (second & np.uint32(0x3F)) << np.uint32(6) | third & np.uint32(0x3F)
                # Whatever is not certain is looked at by ``decoded``: surrogates are not plain.
                if (
                    lead & np.uint32(0xF0) != np.uint32(0xE0)
                    or second & third & np.uint32(0xC0) != np.uint32(0x80)
                    or (second | third) & np.uint32(0x40)
                    or point < np.uint32(0x800)
                    or not plain[point]
                ):
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
            entry = compositions[point]
            if entry == _UNSURE:
                doubtful = True
                break
            if not classes[last]:
                starter = last
            if entry <= _NUMBER and joins[entry]:
                pair = joined(entry, last, starter, classes, trailing, pairs, composites)
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
                part = expansion_starts[entry & _NUMBER]
                parts = expansion_starts[(entry & _NUMBER) + np.uint32(1)]
            while part < parts:
                last = entry if entry <= _NUMBER else expansions[part]
                part += 1
                if not classes[last]:
                    starter = last
                # Written first, counted if it stays.
                values[count] = folded[last]
                count += np.uint64(folded[last] != _REMOVED)
        if doubtful:
            count = first
        unsure[text] = doubtful
        starts[text + 1] = np.int64(count)
    return _DONE
