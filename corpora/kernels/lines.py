"""How lines and sentences begin and end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.characters import CODE_POINTS
from corpora.kernels.compiling import kernel
from corpora.kernels.spans import Spans
from corpora.kernels.text import Points

#: What a code point may be at the beginning of a line of a list.
BULLET, OPENING, DIGIT, CLOSING = 1, 2, 4, 8


class Endings(NamedTuple):
    """Strings that a span may end with. A tuple, because kernels take tuples of arrays."""

    #: bool[0x110000]: whether a code point is one by itself.
    single: NDArray[np.bool_]
    #: uint32[longer ones, most code points]: each from its last code point back.
    longer: NDArray[np.uint32]
    #: int64, code points of each longer one.
    sizes: NDArray[np.int64]


def endings(strings: Iterable[str]) -> Endings:
    """The strings, none of them empty, as ``count_ends`` takes them."""
    wanted = sorted(set(strings))
    single = np.zeros(CODE_POINTS, np.bool_)
    single[[ord(one) for one in wanted if len(one) == 1]] = True
    several = [one for one in wanted if len(one) > 1]
    sizes = np.array([len(one) for one in several], np.int64)
    longer = np.zeros((len(several), int(sizes.max(initial=0))), np.uint32)
    for number, one in enumerate(several):
        longer[number, : len(one)] = [ord(character) for character in reversed(one)]
    return Endings(single=single, longer=longer, sizes=sizes)


def count_ends(points: Points, spans: Spans, wanted: Endings) -> NDArray[np.int64]:
    """int64[texts]: spans that end with one of the strings.

    >>> from corpora.kernels.text import Utf8, decode
    >>> found = Spans(begins=np.array([0, 2]), ends=np.array([2, 5]), starts=np.array([0, 2]))
    >>> count_ends(decode(Utf8.of(["茶…湯.."])), found, endings(["…", "..", "..."])).tolist()
    [2]
    """
    found = np.zeros(len(spans.starts) - 1, np.int64)
    _count_ends(points.values, spans.begins, spans.ends, spans.starts, wanted, found)
    return found


@kernel
def _count_ends(
    values: NDArray[np.uint32],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    starts: NDArray[np.int64],
    wanted: Endings,
    found: NDArray[np.int64],
) -> None:
    for text in range(len(starts) - 1):
        number = np.int64(0)
        for span in range(starts[text], starts[text + 1]):
            begin, last = begins[span], ends[span] - 1
            one = wanted.single[values[last]]
            for which in range(len(wanted.sizes)):
                size = wanted.sizes[which]
                if one or last - begin + 1 < size or values[last] != wanted.longer[which, 0]:
                    continue
                same = 1
                while same < size and values[last - same] == wanted.longer[which, same]:
                    same += 1
                one = same == size
            number += one
        found[text] = number


def count_short(spans: Spans, longest: int) -> NDArray[np.int64]:
    """int64[texts]: spans of at most so many code points.

    >>> found = Spans(begins=np.array([0, 3]), ends=np.array([2, 9]), starts=np.array([0, 2]))
    >>> count_short(found, 2).tolist()
    [1]
    """
    found = np.zeros(len(spans.starts) - 1, np.int64)
    _count_short(spans.begins, spans.ends, spans.starts, longest, found)
    return found


@kernel
def _count_short(
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    starts: NDArray[np.int64],
    longest: int,
    found: NDArray[np.int64],
) -> None:
    for text in range(len(starts) - 1):
        number = np.int64(0)
        for span in range(starts[text], starts[text + 1]):
            number += ends[span] - begins[span] <= longest
        found[text] = number


def count_list_lines(points: Points, lines: Spans, classes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """int64[texts]: lines that begin with a BULLET, or one or two DIGIT that may be after an
    OPENING and must be before a CLOSING.

    ``classes`` has the bits of every code point.

    >>> from corpora.kernels.characters import bits
    >>> from corpora.kernels.text import Utf8, decode
    >>> found = Spans(begins=np.array([0, 4]), ends=np.array([3, 7]), starts=np.array([0, 2]))
    >>> classes = bits({BULLET: "・", OPENING: "[(]", DIGIT: "[0-9]", CLOSING: "[.)]"})
    >>> count_list_lines(decode(Utf8.of(["12)\\n(12"])), found, classes).tolist()
    [1]
    """
    if len(classes) != CODE_POINTS:
        raise ValueError("the table does not hold every code point")
    found = np.zeros(len(lines.starts) - 1, np.int64)
    _count_list_lines(points.values, lines.begins, lines.ends, lines.starts, classes, found)
    return found


@kernel
def _count_list_lines(
    values: NDArray[np.uint32],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    starts: NDArray[np.int64],
    classes: NDArray[np.uint8],
    found: NDArray[np.int64],
) -> None:
    for text in range(len(starts) - 1):
        number = np.int64(0)
        for line in range(starts[text], starts[text + 1]):
            place, end = begins[line], ends[line]
            if classes[values[place]] & BULLET:
                number += 1
                continue
            place += (classes[values[place]] & OPENING) != 0
            if place < end and classes[values[place]] & DIGIT:
                place += 1
                place += place < end and (classes[values[place]] & DIGIT) != 0
                number += place < end and (classes[values[place]] & CLOSING) != 0
        found[text] = number
