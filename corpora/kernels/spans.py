"""Lines, paragraphs and sentences of texts: where they are, and which were said before.

What parts them is in a table of roles, one byte a code point: BLANK (taken off at both ends),
BREAK (ends a line), MARK (ends a sentence, and belongs to it), or several of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined, kernel
from corpora.kernels.mixing import FACTOR, MIX, SHIFT
from corpora.kernels.text import Points

BLANK, BREAK, MARK = 1, 2, 4
#: Code points looked through before the places found are looked at.
_STRETCH = 4096
_FACTOR_2 = np.uint64(int(FACTOR) ** 2 % 2**64)
_FACTOR_4 = np.uint64(int(FACTOR) ** 4 % 2**64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spans:
    """Parts of texts, none empty: *i* is ``[begins[i], ends[i])`` of the code points.

    Those of text *t* are ``starts[t]`` to ``starts[t + 1]``; all are int64.
    """

    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    starts: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """int64[spans], code points of each."""
        return self.ends - self.begins

    @property
    def numbers(self) -> NDArray[np.int64]:
        """int64[texts], spans of each."""
        return np.diff(self.starts)

    def sums(self, values: NDArray[np.int64] | NDArray[np.bool_]) -> NDArray[np.int64]:
        """int64[texts]: what one value a span comes to in each text."""
        before = np.zeros(len(values) + 1, np.int64)
        np.cumsum(values, out=before[1:])
        return np.diff(before[self.starts])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """Texts parted in three ways."""

    #: What BREAK parts, without the blanks around.
    lines: Spans
    #: What two and more BREAK in a row part, without the blanks around.
    paragraphs: Spans
    #: What ends with a MARK, or before a BREAK, without the blanks around. A MARK that follows
    #: another, or a BREAK, ends nothing and belongs to nothing.
    sentences: Spans


def parted(roles: NDArray[np.uint8], starts: NDArray[np.int64]) -> Parts:
    """Lines, paragraphs and sentences, all found in one reading.

    ``roles`` has one entry a code point; a BREAK is a BLANK as well, and what its other bits say
    does not matter.

    >>> found = parted(np.array([0, 1, 4, 4, 0, 3, 3, 0], np.uint8), np.array([0, 7, 8]))
    >>> found.lines.ends.tolist(), found.paragraphs.ends.tolist(), found.sentences.ends.tolist()
    ([5, 8], [5, 8], [3, 5, 8])
    """
    # Each span ends where something parts it from the next, or with its text.
    room = int(np.count_nonzero(roles & np.uint8(BREAK | MARK))) + len(starts)
    found = np.empty((3, 2, room), np.int64)
    span_starts = np.zeros((3, len(starts)), np.int64)
    _parted(roles, starts, found, span_starts)
    lines, paragraphs, sentences = (
        Spans(begins=begins[: ends[-1]], ends=last[: ends[-1]], starts=ends)
        for (begins, last), ends in zip(found, span_starts, strict=True)
    )
    return Parts(lines=lines, paragraphs=paragraphs, sentences=sentences)


def said_before(points: Points, spans: Spans) -> NDArray[np.int64]:
    """int64[texts, 2]: spans that stood before in their text, and their code points.

    Spans are compared by keys of 64 bits: two that differ are taken for one by chance in one of
    2**64 pairs. Memory: at most 32 bytes a span of the text with the most spans.

    >>> from corpora.kernels.text import Utf8, decode
    >>> found = Spans(begins=np.array([0, 2]), ends=np.array([2, 4]), starts=np.array([0, 2]))
    >>> said_before(decode(Utf8.of(["激安激安"])), found).tolist()
    [[1, 2]]
    """
    most = int(spans.numbers.max(initial=0))
    # Twice as many slots as spans, rounded up to a power of two.
    table = np.empty(1 << max(1, (2 * most - 1).bit_length()), np.uint64)
    found = np.zeros((len(spans.numbers), 2), np.int64)
    _said_before(points.values, spans.begins, spans.ends, spans.starts, table, found)
    return found


@inlined
def _put(
    roles: NDArray[np.uint8], begin: int, end: int, found: NDArray[np.int64], number: int
) -> int:
    """Write down what is left without the blanks around; how many spans there are then."""
    while begin < end and roles[begin] & BLANK:
        begin += 1
    while begin < end and roles[end - 1] & BLANK:
        end -= 1
    found[0, number], found[1, number] = begin, end
    return number + (begin < end)


@kernel
def _parted(
    roles: NDArray[np.uint8],
    starts: NDArray[np.int64],
    found: NDArray[np.int64],
    span_starts: NDArray[np.int64],
) -> None:
    stops = np.empty(_STRETCH, np.int64)
    line = paragraph = sentence = 0
    for text in range(len(starts) - 1):
        low, high = starts[text], starts[text + 1]
        line_begin = paragraph_begin = sentence_begin = low
        for first in range(low, high, _STRETCH):
            number = 0
            # Always written, counted or not: a branch would be guessed wrongly too often.
            for place in range(first, min(first + _STRETCH, high)):
                stops[number] = place
                number += (roles[place] & (BREAK | MARK)) != 0
            for place in stops[:number]:
                # The mark belongs to its sentence, if there is one.
                with_mark = (roles[place] & MARK) != 0 and sentence_begin < place
                end = place + with_mark
                sentence = _put(roles, sentence_begin, end, found[2], sentence)
                sentence_begin = place + 1
                if roles[place] & BREAK:
                    line = _put(roles, line_begin, place, found[0], line)
                    line_begin = place + 1
                    if place > low and roles[place - 1] & BREAK:
                        paragraph = _put(roles, paragraph_begin, place, found[1], paragraph)
                        paragraph_begin = place + 1
        span_starts[0, text + 1] = line = _put(roles, line_begin, high, found[0], line)
        paragraph = _put(roles, paragraph_begin, high, found[1], paragraph)
        sentence = _put(roles, sentence_begin, high, found[2], sentence)
        span_starts[1, text + 1], span_starts[2, text + 1] = paragraph, sentence


@inlined
def _key(points: NDArray[np.uint32]) -> np.uint64:
    """A polynomial over code points modulo 2**64, spread over all bits, never 0.

    Each counts as one more than it is: U+0000 differs from nothing.
    """
    one = np.uint64(1)
    key = np.uint64(0)
    fours = len(points) // 4 * 4
    # Four at a time, because one multiplication waits for the one before.
    for at in range(0, fours, 4):
        pair = (np.uint64(points[at]) + one) * FACTOR + (np.uint64(points[at + 1]) + one)
        next_pair = (np.uint64(points[at + 2]) + one) * FACTOR + (np.uint64(points[at + 3]) + one)
        key = key * _FACTOR_4 + (pair * _FACTOR_2 + next_pair)
    for at in range(fours, len(points)):
        key = key * FACTOR + (np.uint64(points[at]) + one)
    key *= MIX
    return max(key ^ (key >> SHIFT), one)


@kernel
def _said_before(
    points: NDArray[np.uint32],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    starts: NDArray[np.int64],
    table: NDArray[np.uint64],
    found: NDArray[np.int64],
) -> None:
    """``table`` has a power of two of slots, at least twice as many as a text has spans."""
    for text in range(len(starts) - 1):
        bits = np.uint64(1)
        while 1 << int(bits) < 2 * (starts[text + 1] - starts[text]):
            bits += np.uint64(1)
        down, mask = np.uint64(64) - bits, (np.uint64(1) << bits) - np.uint64(1)
        table[: int(mask) + 1] = 0
        for span in range(starts[text], starts[text + 1]):
            key = _key(points[begins[span] : ends[span]])
            slot = key * MIX >> down
            while table[slot] != 0 and table[slot] != key:
                slot = (slot + np.uint64(1)) & mask
            if table[slot] == key:
                found[text, 0] += 1
                found[text, 1] += ends[span] - begins[span]
            table[slot] = key
