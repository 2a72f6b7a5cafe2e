"""Signs of personal data: what every telephone number, address … of a text has.

The characters come as bits from whoever knows the expressions; what is looked for here are
conditions that each of their matches fulfils, at one of the places that are given.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined, kernel
from corpora.kernels.signs import Places
from corpora.kernels.text import Points

# Classes of characters.
DIGIT = np.uint8(1)
HYPHEN = np.uint8(2)
#: What stands in the part of a mail address before @.
MAIL = np.uint8(4)
#: What follows a number in an address, hyphens apart.
UNIT = np.uint8(8)
TOWN = np.uint8(16)
#: What stands nowhere in an address, digits apart.
STOP = np.uint8(32)
NUMERAL = np.uint8(64)
#: What the name of a prefecture ends with.
REGION = np.uint8(128)

# Kinds of signs.
PHONE = np.uint8(1)
EMAIL = np.uint8(2)
POSTCODE = np.uint8(4)
ADDRESS = np.uint8(8)
TWELVE = np.uint8(16)
THIRTEEN = np.uint8(32)

_ZERO, _PLUS, _AT, _DOT, _MINUS, _BLANK = (np.uint32(ord(one)) for one in "0+@.- ")
_OPEN, _CLOSE, _EIGHT, _ONE = (np.uint32(ord(one)) for one in "()81")
_POSTAL_MARK = np.uint32(ord("〒"))

#: Code points from the last of a prefecture's name to the unit after the first number, at most:
#: 1 + 12, the town's, 16, a number of four.
_REACH = 1 + 12 + 1 + 16 + 4


def personal_signs(points: Points, places: Places, classes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """uint8[places]: the kinds of signs at each of the places.

    ``classes`` has the bits of every code point.
    """
    found = np.zeros(len(places.place), np.uint8)
    _signs(points.values, points.starts, places.text, places.place, classes, found)
    return found


@kernel
def _signs(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    texts: NDArray[np.int64],
    places: NDArray[np.int64],
    classes: NDArray[np.uint8],
    found: NDArray[np.uint8],
) -> None:
    for number in range(len(places)):
        low, high = starts[texts[number]], starts[texts[number] + 1]
        place = places[number]
        value = values[place]
        one = classes[value]
        kinds = np.uint8(0)
        if one & DIGIT:
            kinds = _of_digit(values, place, low, high, classes)
        elif one & UNIT:
            if _is_address(values, place, low, classes):
                kinds = ADDRESS
        elif value == _AT:
            if _is(values, place - 1, low, high, classes, MAIL) and _is(
                values, place + 1, low, high, classes, MAIL
            ):
                kinds = EMAIL
        elif value == _POSTAL_MARK:
            next_ = place + 1
            next_ += next_ < high and values[next_] == _BLANK
            if _is(values, next_, low, high, classes, DIGIT):
                kinds = POSTCODE
        elif value == _PLUS and _begins_81(values, place + 1, high):
            kinds = PHONE
        found[number] = kinds


@inlined
def _is(
    values: NDArray[np.uint32],
    place: int,
    low: int,
    high: int,
    classes: NDArray[np.uint8],
    wanted: np.uint8,
) -> bool:
    return low <= place < high and (classes[values[place]] & wanted) != 0


@inlined
def _begins_81(values: NDArray[np.uint32], place: int, high: int) -> bool:
    return place + 1 < high and values[place] == _EIGHT and values[place + 1] == _ONE


@inlined
def _of_digit(
    values: NDArray[np.uint32], place: int, low: int, high: int, classes: NDArray[np.uint8]
) -> np.uint8:
    """What may begin with this digit: a long number, a telephone number; or end an address."""
    kinds = np.uint8(0)
    before = values[place - 1] if place > low else np.uint32(0)
    before_is = classes[before] if place > low else np.uint8(0)
    if before_is & DIGIT or (place > low and before == _DOT):
        return kinds
    after_number = before_is & HYPHEN and _is(values, place - 2, low, high, classes, DIGIT)
    if values[place] == _ZERO and not after_number and _is_phone(values, place, high, classes):
        kinds |= PHONE
    if place == low or before != _MINUS:
        digits = _digits_in_a_row(values, place, high, classes)
        kinds |= TWELVE if digits >= 12 else np.uint8(0)
        kinds |= THIRTEEN if digits >= 13 else np.uint8(0)
    if before_is & HYPHEN and _is_address(values, place - 1, low, classes):
        kinds |= ADDRESS
    return kinds


@inlined
def _is_phone(
    values: NDArray[np.uint32], place: int, high: int, classes: NDArray[np.uint8]
) -> bool:
    """Whether ten digits follow, with four characters between them at most.

    Before the second group there are ``)`` and two more, before the third there is one.
    """
    digits = between = 0
    while place < high and between <= 4 and digits < 10:
        value = values[place]
        one = classes[value]
        if one & DIGIT:
            digits += 1
        elif one & HYPHEN or value in (_BLANK, _OPEN, _CLOSE):
            between += 1
        else:
            break
        place += 1
    return digits >= 10


@inlined
def _digits_in_a_row(
    values: NDArray[np.uint32], place: int, high: int, classes: NDArray[np.uint8]
) -> int:
    """Digits from here, one blank or minus between two of them allowed; at most 13."""
    digits = 0
    while place < high and digits < 13 and classes[values[place]] & DIGIT:
        digits += 1
        place += 1
        if place < high and (values[place] == _BLANK or values[place] == _MINUS):
            place += 1
    return digits


@inlined
def _is_address(
    values: NDArray[np.uint32], unit: int, low: int, classes: NDArray[np.uint8]
) -> bool:
    """Whether before the unit there are a number, a town and a prefecture, and nothing else."""
    place = unit - 1
    if place < low or not classes[values[place]] & (DIGIT | NUMERAL):
        return False
    while place >= low and classes[values[place]] & DIGIT:
        place -= 1
    town = False
    lowest = max(low, unit - _REACH)
    while place >= lowest:
        one = classes[values[place]]
        if one & (STOP | DIGIT):
            return False
        if town and one & REGION:
            return True
        town = town or (one & TOWN) != 0
        place -= 1
    return False
