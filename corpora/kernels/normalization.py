"""The normalisation of texts as loops over code points.

What the steps do, and why in this order, is stated by corpora.normalize.text, whose functions are
the reference. Each step here is one pass that writes no more than it reads, but for the
composition, whose growth is counted first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined, kernel
from corpora.kernels.text import Points

#: Bits of the table of kinds.
INVISIBLE = 1  # is left out
LINE_END = 2  # becomes a newline
BLANK = 4
JAPANESE = 8  # a comma after it is a Japanese comma
HIRAGANA = 16
OPENING = 32  # no full stop of a sentence stands right after what follows it
DIGIT = 64

_NEWLINE = np.uint32(0x0A)
_RETURN = np.uint32(0x0D)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steps:
    """Which steps are taken, and the tables they go by."""

    #: uint8[0x110000], the bits above.
    kinds: NDArray[np.uint8]
    #: corpora.composition.Compositions: uint32[0x110000], uint32 and int64.
    compositions: NDArray[np.uint32]
    expansions: NDArray[np.uint32]
    expansion_starts: NDArray[np.int64]
    invisible: bool
    punctuation: bool
    spaces: bool


def normalized(points: Points, steps: Steps) -> tuple[Points, NDArray[np.bool_]]:
    """The texts after the steps, and bool[texts]: which of them must be normalised otherwise.

    That is where characters join their neighbours (a composition of 2³² − 1), and where a
    zero-width joiner stands; what is given for such a text is of no use. Raises ValueError when
    a table does not hold every code point or an expansion lies outside.
    """
    _check(steps)
    values = np.empty(len(points.values), np.uint32)
    starts = np.zeros(len(points) + 1, np.int64)
    unsure = np.zeros(len(points), np.bool_)
    _lines_and_invisible(
        points.values, points.starts, steps.kinds, steps.invisible, values, starts, unsure
    )
    if steps.punctuation:
        _punctuation(values, starts, steps.kinds)
    size = _composed_size(values, starts, steps.compositions, steps.expansion_starts)
    composed = np.empty(size, np.uint32)
    ends = np.zeros(len(points) + 1, np.int64)
    _compose(
        values,
        starts,
        steps.compositions,
        steps.expansions,
        steps.expansion_starts,
        composed,
        ends,
        unsure,
    )
    if steps.spaces:
        _spaces(composed, ends, steps.kinds)
    return Points(values=composed[: ends[-1]], starts=ends), unsure


def _check(steps: Steps) -> None:
    if not len(steps.kinds) == len(steps.compositions) == 0x110000:
        raise ValueError("a table does not hold every code point")
    starts = steps.expansion_starts
    if starts[0] != 0 or (starts[1:] < starts[:-1]).any() or starts[-1] > len(steps.expansions):
        raise ValueError("an expansion lies outside")
    several = steps.compositions[(steps.compositions >> 31 == 1) & (steps.compositions < 2**32 - 1)]
    if len(several) and int(several.max()) - 2**31 >= len(starts) - 1:
        raise ValueError("a character has no expansion")


@kernel
def _lines_and_invisible(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    kinds: NDArray[np.uint8],
    invisible: bool,
    found: NDArray[np.uint32],
    ends: NDArray[np.int64],
    unsure: NDArray[np.bool_],
) -> None:
    count = np.int64(0)
    for text in range(len(starts) - 1):
        after_return = False
        for place in range(starts[text], starts[text + 1]):
            point = values[place]
            kind = kinds[point]
            if kind & (LINE_END | INVISIBLE) == 0 and point != np.uint32(0x200D):
                found[count] = point
                count += 1
            elif kind & LINE_END:
                # CR LF is one line end; a lone LF is no LINE_END here but itself.
                found[count] = _NEWLINE
                count += 1
            elif point == np.uint32(0x200D):
                unsure[text] = True
            elif not invisible:
                found[count] = point
                count += 1
            if point == _NEWLINE and after_return:
                count -= 1
            after_return = point == _RETURN
        ends[text + 1] = count


@kernel
def _punctuation(
    values: NDArray[np.uint32], starts: NDArray[np.int64], kinds: NDArray[np.uint8]
) -> None:
    for text in range(len(starts) - 1):
        some = values[starts[text] : starts[text + 1]]
        for place in range(len(some)):
            point = some[place]
            if point == np.uint32(0xFF5E):
                some[place] = np.uint32(0x301C)
            elif point == np.uint32(0xFF0C):
                if place and kinds[some[place - 1]] & JAPANESE:
                    some[place] = np.uint32(0x3001)
            elif point == np.uint32(0xFF0E) and place >= 2 and _ends_sentence(some, place, kinds):
                some[place] = np.uint32(0x3002)


@inlined
def _ends_sentence(some: NDArray[np.uint32], place: int, kinds: NDArray[np.uint8]) -> bool:
    before, last = kinds[some[place - 2]], kinds[some[place - 1]]
    if before & HIRAGANA and last & HIRAGANA:
        return True
    if some[place - 2] == _NEWLINE or before & (BLANK | OPENING) or not last & JAPANESE:
        return False
    return place + 1 == len(some) or not kinds[some[place + 1]] & DIGIT


@kernel
def _composed_size(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    compositions: NDArray[np.uint32],
    expansion_starts: NDArray[np.int64],
) -> np.int64:
    size = np.int64(0)
    for place in range(starts[-1]):
        entry = compositions[values[place]]
        size += 1
        if entry >> np.uint32(31) and entry != np.uint32(0xFFFF_FFFF):
            number = np.int64(entry & np.uint32(0x7FFF_FFFF))
            size += expansion_starts[number + 1] - expansion_starts[number] - 1
    return size


@kernel
def _compose(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    compositions: NDArray[np.uint32],
    expansions: NDArray[np.uint32],
    expansion_starts: NDArray[np.int64],
    found: NDArray[np.uint32],
    ends: NDArray[np.int64],
    unsure: NDArray[np.bool_],
) -> None:
    count = np.int64(0)
    for text in range(len(starts) - 1):
        for place in range(starts[text], starts[text + 1]):
            entry = compositions[values[place]]
            if not entry >> np.uint32(31):
                found[count] = entry
                count += 1
            elif entry == np.uint32(0xFFFF_FFFF):
                unsure[text] = True
                found[count] = values[place]
                count += 1
            else:
                number = np.int64(entry & np.uint32(0x7FFF_FFFF))
                for step in range(expansion_starts[number], expansion_starts[number + 1]):
                    found[count] = expansions[step]
                    count += 1
        ends[text + 1] = count


@kernel
def _spaces(values: NDArray[np.uint32], ends: NDArray[np.int64], kinds: NDArray[np.uint8]) -> None:
    """Blanks and empty lines, in place: what is written is never ahead of what is read."""
    count = np.int64(0)
    start = np.int64(0)
    for text in range(len(ends) - 1):
        first, newlines, blank = count, 0, False
        for place in range(start, ends[text + 1]):
            point = values[place]
            if point == _NEWLINE:
                count -= blank
                blank = False
                if count > first and newlines < 3:
                    values[count] = point
                    count += 1
                    newlines += 1
            elif kinds[point] & BLANK:
                if not blank:
                    values[count] = point
                    count += 1
                    blank = True
            else:
                values[count] = point
                count += 1
                newlines, blank = 0, False
        start = ends[text + 1]
        count -= blank
        while count > first and values[count - 1] == _NEWLINE:
            count -= 1
        ends[text + 1] = count
