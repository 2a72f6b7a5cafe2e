"""Signs of the web: addresses, board stamps, text decoded wrongly.

The characters come as bits from whoever knows the expressions; see corpora.kernels.signs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined, kernel
from corpora.kernels.signs import Places
from corpora.kernels.text import Points

# Classes of characters of web addresses and stamps.
DIGIT = np.uint8(1)
#: What a poster's id is made of.
ID = np.uint8(2)
#: What stands between month and day.
DATE = np.uint8(4)
#: What stands in a web address.
URL = np.uint8(8)

# Classes of characters of wrongly decoded text.
#: A byte of UTF-8 but the first, as CP1252.
CONTINUATION = np.uint8(1)
#: The first byte of a kana of EUC-JP.
KANA_LEAD = np.uint8(2)
#: What may follow 縺 in good text.
TANGLED = np.uint8(4)
#: What does not follow 繧 and 繝 in a wrongly decoded one.
APART = np.uint8(8)
#: The first byte of a kana of CP932, as CP1252.
QUOTE = np.uint8(16)

_COLON, _DOT, _SLASH, _GREATER, _OPEN, _CLOSE = (np.uint32(ord(one)) for one in ":./>[]")
_BIG_I, _BIG_D = np.uint32(ord("I")), np.uint32(ord("D"))
_TAB, _NEWLINE, _DOLLAR = np.uint32(9), np.uint32(10), np.uint32(ord("$"))
_FIRST_81, _FIRST_82, _FIRST_83 = (np.uint32(ord(one)) for one in "縺繧繝")
_A_TILDE = np.uint32(ord("ã"))
_HTTP = np.array([ord(one) for one in "http"], np.uint32)
_WWW = np.array([ord(one) for one in "www"], np.uint32)

#: Code points between the sign before the day and the colon of the time, at most: two blanks
#: more, a weekday in brackets, 日, and two digits twice.
_DAY = 11


def find_urls(points: Points, places: Places, classes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """int64[urls, 3]: text, start and end; the places hold every colon and dot.

    http://, https:// or www. and at least one character after it, as far as they go.
    """
    found = np.empty((len(places.place), 3), np.int64)
    count = _urls(points.values, points.starts, places.text, places.place, classes, found)
    return found[: int(count)]


@kernel
def _urls(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    texts: NDArray[np.int64],
    places: NDArray[np.int64],
    classes: NDArray[np.uint8],
    found: NDArray[np.int64],
) -> int:
    count = 0
    free = np.int64(0)
    for number in range(len(places)):
        low, high = starts[texts[number]], starts[texts[number] + 1]
        place = places[number]
        start = np.int64(-1)
        end = place + 1
        if values[place] == _DOT:
            if _ends_with(values, low, place, _WWW):
                start = place - 3
        elif place + 2 < high and values[end] == _SLASH and values[end + 1] == _SLASH:
            end = place + 3
            if _ends_with(values, low, place, _HTTP):
                start = place - 4
            elif place > low and values[place - 1] == np.uint32(115):
                start = place - 5 if _ends_with(values, low, place - 1, _HTTP) else start
        if start < free:
            continue
        body = end
        while end < high and classes[values[end]] & URL:
            end += 1
        if end > body:
            found[count, 0], found[count, 1], found[count, 2] = texts[number], start, end
            count += 1
            free = end
    return count


@inlined
def _ends_with(values: NDArray[np.uint32], low: int, end: int, word: NDArray[np.uint32]) -> bool:
    if end - len(word) < low:
        return False
    start = end - len(word)
    equal = True
    for number in range(len(word)):
        equal = equal and values[start + number] == word[number]
    return equal


def board_signs(points: Points, places: Places, classes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """bool[places]: whether a stamp, an id or a reply mark may be there, at its colon or >>."""
    found = np.zeros(len(places.place), np.bool_)
    _board(points.values, points.starts, places.text, places.place, classes, found)
    return found


@kernel
def _board(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    texts: NDArray[np.int64],
    places: NDArray[np.int64],
    classes: NDArray[np.uint8],
    found: NDArray[np.bool_],
) -> None:
    for number in range(len(places)):
        low, high = starts[texts[number]], starts[texts[number] + 1]
        place = places[number]
        if place + 1 >= high:
            continue
        next_ = values[place + 1]
        if values[place] == _GREATER:
            found[number] = (
                next_ == _GREATER and place + 2 < high and (classes[values[place + 2]] & DIGIT) != 0
            )
        elif values[place] == _COLON and place > low:
            if classes[values[place - 1]] & DIGIT:
                found[number] = _is_time(values, place, high, classes) and (
                    _has_date(values, place, low, classes)
                    or _heads_line(values, place, low, high, classes)
                )
            elif place - 1 > low and classes[next_] & ID:
                found[number] = values[place - 1] == _BIG_D and values[place - 2] == _BIG_I


@inlined
def _is_time(values: NDArray[np.uint32], colon: int, high: int, classes: NDArray[np.uint8]) -> bool:
    return (
        colon + 2 < high and (classes[values[colon + 1]] & classes[values[colon + 2]] & DIGIT) != 0
    )


@inlined
def _has_date(values: NDArray[np.uint32], colon: int, low: int, classes: NDArray[np.uint8]) -> bool:
    for place in range(max(low, colon - _DAY - 1), colon - 2):
        if classes[values[place]] & DATE:
            return True
    return False


@inlined
def _heads_line(
    values: NDArray[np.uint32], colon: int, low: int, high: int, classes: NDArray[np.uint8]
) -> bool:
    """Whether the time begins its line, and what may follow a chat's does follow."""
    start = colon - 1
    if start > low and classes[values[start - 1]] & DIGIT:
        start -= 1
    if start > low and values[start - 1] == _OPEN:
        start -= 1
    if (start > low and values[start - 1] != _NEWLINE) or colon + 3 >= high:
        return False
    after = values[colon + 3]
    return after in (_COLON, _CLOSE, _TAB)


def mojibake_signs(points: Points, places: Places, classes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """bool[places]: whether a stretch that was decoded wrongly may begin there."""
    found = np.zeros(len(places.place), np.bool_)
    _mojibake(points.values, points.starts, places.text, places.place, classes, found)
    return found


@kernel
def _mojibake(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    texts: NDArray[np.int64],
    places: NDArray[np.int64],
    classes: NDArray[np.uint8],
    found: NDArray[np.bool_],
) -> None:
    for number in range(len(places)):
        high = starts[texts[number] + 1]
        place = places[number]
        value = values[place]
        if place + 1 >= high:
            continue
        after = classes[values[place + 1]]
        if value == _FIRST_81:
            found[number] = (after & TANGLED) == 0
        elif value in (_FIRST_82, _FIRST_83):
            found[number] = (after & APART) == 0
        elif value == _A_TILDE:
            found[number] = (after & CONTINUATION) != 0
        elif value == _DOLLAR:
            found[number] = place + 9 < high
            for step in range(2, 10, 2):
                if place + step < high and values[place + step] != _DOLLAR:
                    found[number] = False
        elif classes[value] & KANA_LEAD:
            found[number] = (
                place + 5 < high
                and (classes[values[place + 2]] & classes[values[place + 4]] & KANA_LEAD) != 0
            )
        else:
            quotes = 0
            for one in range(place, min(place + 7, high)):
                quotes += (classes[values[one]] & QUOTE) != 0
            found[number] = quotes >= 4
