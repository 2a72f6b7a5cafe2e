"""The last lines of texts, found from their ends: where each is, and a 64-bit key of it.

A line ends with LF. A blank is what ``str.strip`` removes. UTF-8 is read backwards: in valid UTF-8
the bytes of a blank are those of no other character, nor part of one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined, kernel
from corpora.kernels.text import Utf8

#: The key of a line that is too long to have one.
TOO_LONG = 0

_STEP = np.uint64(0x9E37_79B9_7F4A_7C15)
_LAST = np.uint64(0xD6E8_FEB8_6659_FD93)

#: Indices are unsigned: a signed one is checked for being negative at every use.
_ONE, _TWO, _THREE, _EIGHT = (np.uint64(number) for number in (1, 2, 3, 8))
_NEWLINE = np.uint8(0x0A)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tails:
    """Lines of some texts: those of text *i* are at ``starts[i]:starts[i + 1]``, the last first."""

    #: int64[texts + 1].
    starts: NDArray[np.int64]
    #: uint64[lines]; equal lines with equal seeds have equal keys.
    keys: NDArray[np.uint64]
    #: int64[lines] both: bytes of the texts' data, without the blanks around the line.
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def owners(self) -> NDArray[np.int64]:
        """int64[lines]: the number of each line's text."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))


def last_lines(
    texts: Utf8,
    rows: NDArray[np.int64],
    seeds: NDArray[np.uint64],
    *,
    number: int,
    longest: int,
    distinct: bool = False,
) -> Tails:
    """The last ``number`` lines that are not blank of the texts at ``rows``, one seed each.

    A line of more than ``longest`` code points has the key TOO_LONG. ``distinct``: a line that a
    text has twice is given once, the last of them; it still counts twice. Raises ValueError when
    a row is none of the texts', or has no seed.

    >>> texts = Utf8.of(["茶\\n 湯 \\n\\n湯\\n"])
    >>> found = last_lines(texts, np.array([0]), np.zeros(1, "u8"), number=3, longest=200)
    >>> gathered(texts, found.begins, found.ends).strings(), bool(found.keys[0] == found.keys[1])
    (['湯', '湯', '茶'], True)
    """
    if len(seeds) != len(rows) or (len(rows) and not 0 <= rows.min() <= rows.max() < len(texts)):
        raise ValueError("a row is none of the texts', or has no seed")
    room = len(rows) * number
    keys = np.empty(room, np.uint64)
    begins, ends = np.empty(room, np.int64), np.empty(room, np.int64)
    starts = np.zeros(len(rows) + 1, np.int64)
    _last_lines(
        texts.data,
        texts.offsets,
        rows.astype(np.int64, copy=False),
        seeds,
        number,
        np.uint64(longest),
        distinct,
        keys,
        begins,
        ends,
        starts,
    )
    count = starts[-1]
    return Tails(starts=starts, keys=keys[:count], begins=begins[:count], ends=ends[:count])


@kernel
def _last_lines(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    rows: NDArray[np.int64],
    seeds: NDArray[np.uint64],
    number: int,
    longest: np.uint64,
    distinct: bool,
    keys: NDArray[np.uint64],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    starts: NDArray[np.int64],
) -> None:
    """No byte outside a text is read; ``keys`` and the others have room for all lines."""
    count = np.int64(0)
    for text in range(len(rows)):
        low = np.uint64(offsets[rows[text]])
        place = np.uint64(offsets[rows[text] + 1])
        first = count
        for _ in range(number):
            # Over blank lines as well: what is before the blanks is on the line that is looked for.
            place = _stripped_end(data, low, place)
            if place == low:
                break
            end = place
            while place > low and data[place - _ONE] != _NEWLINE:
                place -= _ONE
            begin = _stripped_begin(data, place, end)
            key = _key(data, begin, end, longest, seeds[text])
            if distinct and _is_known(data, begin, end, key, keys, begins, ends, first, count):
                continue
            keys[count] = key
            begins[count], ends[count] = np.int64(begin), np.int64(end)
            count += 1
        starts[text + 1] = count


@inlined
def _stripped_end(data: NDArray[np.uint8], low: np.uint64, end: np.uint64) -> np.uint64:
    """``end`` moved back over blanks, not below ``low``."""
    while end > low:
        last = data[end - _ONE]
        if last < 0x80:
            if not _is_blank_byte(last):
                break
            end -= _ONE
        elif end >= low + _TWO and data[end - _TWO] == 0xC2 and (last == 0x85 or last == 0xA0):
            end -= _TWO
        elif end >= low + _THREE and _is_blank_of_three(data[end - _THREE], data[end - _TWO], last):
            end -= _THREE
        else:
            break
    return end


@inlined
def _stripped_begin(data: NDArray[np.uint8], begin: np.uint64, end: np.uint64) -> np.uint64:
    """``begin`` moved on over blanks, not above ``end``."""
    while begin < end:
        first = data[begin]
        if first < 0x80:
            if not _is_blank_byte(first):
                break
            begin += _ONE
        elif (
            begin + _TWO <= end
            and first == 0xC2
            and (data[begin + _ONE] == 0x85 or data[begin + _ONE] == 0xA0)
        ):
            begin += _TWO
        elif begin + _THREE <= end and _is_blank_of_three(
            first, data[begin + _ONE], data[begin + _TWO]
        ):
            begin += _THREE
        else:
            break
    return begin


@inlined
def _is_blank_byte(byte: np.uint8) -> bool:
    return bool(byte == 0x20 or 0x09 <= byte <= 0x0D or 0x1C <= byte <= 0x1F)


@inlined
def _is_blank_of_three(first: np.uint8, second: np.uint8, third: np.uint8) -> bool:
    """U+1680, U+2000–200A, U+2028, U+2029, U+202F, U+205F and U+3000."""
    if first == 0xE3:
        return bool(second == 0x80 and third == 0x80)
    if first == 0xE2:
        if second == 0x80:
            return bool(third <= 0x8A or third == 0xA8 or third == 0xA9 or third == 0xAF)
        return bool(second == 0x81 and third == 0x9F)
    return bool(first == 0xE1 and second == 0x9A and third == 0x80)


@inlined
def _key(
    data: NDArray[np.uint8],
    begin: np.uint64,
    end: np.uint64,
    longest: np.uint64,
    seed: np.uint64,
) -> np.uint64:
    """TOO_LONG, or a mixture of seed, length and bytes, eight at a time."""
    size = end - begin
    if size > longest:
        if size > np.uint64(4) * longest:
            return np.uint64(TOO_LONG)
        points = np.uint64(0)
        for byte in range(begin, end):
            points += np.uint64((data[byte] & np.uint8(0xC0)) != np.uint8(0x80))
        if points > longest:
            return np.uint64(TOO_LONG)
    mixed = (seed ^ size) * _STEP
    place = begin
    while place < end:
        word = np.uint64(0)
        if place + _EIGHT <= end:
            for step in range(8):
                word |= np.uint64(data[place + np.uint64(step)]) << np.uint64(8 * step)
        else:
            for step in range(end - place):
                word |= np.uint64(data[place + np.uint64(step)]) << np.uint64(8 * step)
        mixed = (mixed ^ word) * _STEP
        mixed ^= mixed >> np.uint64(29)
        place += _EIGHT
    mixed *= _LAST
    mixed ^= mixed >> np.uint64(32)
    mixed *= _STEP
    return mixed if mixed != np.uint64(TOO_LONG) else _LAST


@inlined
def _is_known(
    data: NDArray[np.uint8],
    begin: np.uint64,
    end: np.uint64,
    key: np.uint64,
    keys: NDArray[np.uint64],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    first: np.int64,
    count: np.int64,
) -> bool:
    """Whether the text has the line already; byte for byte, whatever the keys say."""
    for other in range(first, count):
        if keys[other] != key or ends[other] - begins[other] != np.int64(end - begin):
            continue
        at, same = np.uint64(begins[other]), True
        for place in range(begin, end):
            if data[place] != data[at]:
                same = False
                break
            at += _ONE
        if same:
            return True
    return False


def stripped_ends(
    texts: Utf8, rows: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.int64]:
    """int64[rows]: where the texts at ``rows``, cut at ``ends``, end without their last blanks.

    ``ends`` are bytes of the data. Raises ValueError when one lies outside its text.

    >>> stripped_ends(Utf8.of(["茶 \\n湯"]), np.array([0]), np.array([5])).tolist()
    [3]
    """
    lows = texts.offsets[rows]
    if len(ends) != len(rows) or (ends < lows).any() or (ends > texts.offsets[rows + 1]).any():
        raise ValueError("an end lies outside its text")
    found = np.empty(len(rows), np.int64)
    _stripped_ends(texts.data, lows, ends, found)
    return found


@kernel
def _stripped_ends(
    data: NDArray[np.uint8],
    lows: NDArray[np.int64],
    ends: NDArray[np.int64],
    found: NDArray[np.int64],
) -> None:
    for number in range(len(ends)):
        end = _stripped_end(data, np.uint64(lows[number]), np.uint64(ends[number]))
        found[number] = np.int64(end)


def gathered(texts: Utf8, begins: NDArray[np.int64], ends: NDArray[np.int64]) -> Utf8:
    """The runs of the texts' bytes from ``begins`` to ``ends``, copied end to end.

    Raises ValueError when one lies outside the data.
    """
    _check_runs(texts, begins, ends)
    offsets = np.zeros(len(begins) + 1, np.int64)
    np.cumsum(ends - begins, out=offsets[1:])
    data = np.empty(offsets[-1], np.uint8)
    _gather(texts.data, begins, offsets, data)
    return Utf8(offsets=offsets, data=data)


@kernel
def _gather(
    data: NDArray[np.uint8],
    begins: NDArray[np.int64],
    offsets: NDArray[np.int64],
    found: NDArray[np.uint8],
) -> None:
    for number in range(len(begins)):
        begin, low = np.uint64(begins[number]), np.uint64(offsets[number])
        for place in range(np.uint64(offsets[number + 1]) - low):
            found[low + np.uint64(place)] = data[begin + np.uint64(place)]


def code_points(
    texts: Utf8, begins: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.int64]:
    """int64: how many code points begin in each run of the texts' bytes.

    Raises ValueError when one lies outside the data.

    >>> code_points(Utf8.of(["茶碗蒸し"]), np.array([0, 3]), np.array([12, 6])).tolist()
    [4, 1]
    """
    _check_runs(texts, begins, ends)
    found = np.empty(len(begins), np.int64)
    _code_points(texts.data, begins, ends, found)
    return found


@kernel
def _code_points(
    data: NDArray[np.uint8],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    found: NDArray[np.int64],
) -> None:
    for number in range(len(begins)):
        points = np.uint64(0)
        for place in range(np.uint64(begins[number]), np.uint64(ends[number])):
            # All bytes begin a code point but 10xxxxxx.
            points += np.uint64((data[place] & np.uint8(0xC0)) != np.uint8(0x80))
        found[number] = np.int64(points)


def _check_runs(texts: Utf8, begins: NDArray[np.int64], ends: NDArray[np.int64]) -> None:
    outside = len(begins) and (begins.min() < 0 or ends.max() > len(texts.data))
    if outside or (ends < begins).any():
        raise ValueError("a run lies outside the data")
