"""Where a regular expression could find something at all: necessary conditions, never a loss.

A finder's expression is dear, and most texts have nothing for it. A sign is a place of a text
such that every match has one; only what is around signs is shown to the expression, which
decides. ``marked`` finds the code points at which to look closer, the rest looks closer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.characters import members
from corpora.kernels.compiling import kernel
from corpora.kernels.text import Points

#: Code points looked through at a time.
_STRETCH = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Places of all the texts end to end, ascending, with the text that each is in; int64."""

    text: NDArray[np.int64]
    place: NDArray[np.int64]

    def __getitem__(self, chosen: NDArray[np.bool_]) -> Places:
        return Places(text=self.text[chosen], place=self.place[chosen])


def marked(points: Points, expression: str) -> Places:
    """Every code point that an expression of one character matches.

    >>> from corpora.kernels.text import Utf8, decode
    >>> marked(decode(Utf8.of(["a@b", "@"])), "@").place.tolist()
    [1, 3]
    """
    table = members(expression)
    room = 1024 + len(points.values) // 16
    while True:
        found = np.empty((2, room), np.int64)
        count = int(_marked(points.values, points.starts, table, found))
        if count <= room:
            return Places(text=found[0, :count], place=found[1, :count])
        room = count


@kernel
def _marked(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    table: NDArray[np.bool_],
    found: NDArray[np.int64],
) -> int:
    """How many there are, as many as there is room for in ``found``."""
    count = 0
    places = np.empty(_STRETCH, np.int64)
    for text in range(len(starts) - 1):
        for first in range(starts[text], starts[text + 1], _STRETCH):
            number = 0
            # Always written, counted or not: a branch would be guessed wrongly too often.
            for place in range(first, min(first + _STRETCH, starts[text + 1])):
                places[number] = place
                number += table[values[place]]
            for one in range(number):
                if count < found.shape[1]:
                    found[0, count] = text
                    found[1, count] = places[one]
                count += 1
    return count


def lines_around(points: Points, places: Places, *, following: int = 0) -> NDArray[np.int64]:
    """int64[windows, 3]: text, start and end of the lines that hold the places.

    With each line come so many ``following`` it. Lines that touch are one window, which begins
    at the first line's first code point and ends before the last one's newline.

    >>> from corpora.kernels.text import Utf8, decode
    >>> points = decode(Utf8.of(["茶\\n@湯\\n\\n@", "@"]))
    >>> lines_around(points, marked(points, "@")).tolist()
    [[0, 2, 4], [0, 6, 7], [1, 7, 8]]
    """
    found = np.empty((len(places.place), 3), np.int64)
    count = _lines(points.values, points.starts, places.text, places.place, following, found)
    return found[: int(count)]


@kernel
def _lines(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    texts: NDArray[np.int64],
    places: NDArray[np.int64],
    following: int,
    found: NDArray[np.int64],
) -> int:
    newline = np.uint32(10)
    count = 0
    line_end = np.int64(-1)
    for number in range(len(places)):
        text, place = texts[number], places[number]
        # On the line of the place before: each line is walked over once, however long it is.
        if place < line_end:
            continue
        low, high = starts[text], starts[text + 1]
        start = place
        while start > low and values[start - 1] != newline:
            start -= 1
        line_end = place
        while line_end < high and values[line_end] != newline:
            line_end += 1
        end = line_end
        for _ in range(following):
            end = min(end + 1, high)
            while end < high and values[end] != newline:
                end += 1
        if count and found[count - 1, 0] == text and start <= found[count - 1, 2] + 1:
            found[count - 1, 2] = end
        else:
            found[count, 0], found[count, 1], found[count, 2] = text, start, end
            count += 1
    return count
