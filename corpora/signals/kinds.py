"""What signals ask of a code point, in one byte: looked up once for all of them.

The lowest bits are its roles (corpora.kernels.spans). The others number what is left: its class,
and whether it is a particle or a 。.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from corpora.kernels import spans
from corpora.signals.characters import class_table, particle_table
from corpora.signals.reading import SENTENCE_MARKS

#: The number of a kind is what is above its roles.
ROLE_BITS = 3
NUMBERS = 1 << 8 - ROLE_BITS
_PARTICLE, _FULL_STOP = 0x20, 0x40


@cache
def role_table() -> npt.NDArray[np.uint8]:
    """uint8[0x110000]: roles of corpora.kernels.spans. A blank is what ``str.strip`` takes off.

    >>> role_table()[[ord(c) for c in "\\n\\u3000\\x1c。茶"]].tolist()
    [3, 1, 1, 4, 0]
    """
    table = np.zeros(0x110000, np.uint8)
    # There are no blanks beyond the first plane.
    table[[code for code in range(0x10000) if chr(code).isspace()]] = spans.BLANK
    table[ord("\n")] |= spans.BREAK
    table[[ord(mark) for mark in SENTENCE_MARKS]] |= spans.MARK
    table.setflags(write=False)
    return table


@cache
def _numbered() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """The kind of every code point, and what each number (a kind without its roles) is."""
    asked = class_table() | particle_table().astype(np.uint8) * np.uint8(_PARTICLE)
    asked[ord("。")] |= _FULL_STOP
    meant, numbers = np.unique(asked, return_inverse=True)
    # More than 32 different ones would not fit beside the roles.
    assert len(meant) <= NUMBERS
    table = (numbers.astype(np.uint8) << np.uint8(ROLE_BITS)) | role_table()
    table.setflags(write=False)
    return table, meant


def kind_table() -> npt.NDArray[np.uint8]:
    """uint8[0x110000]: the kind of every code point.

    >>> bool(kind_table()[ord("の")] == kind_table()[ord("を")] != kind_table()[ord("ゐ")])
    True
    """
    return _numbered()[0]


@cache
def numbers_of(*classes: int) -> npt.NDArray[np.bool_]:
    """bool[NUMBERS]: which numbers are of one of the classes."""
    return _padded(np.isin(_numbered()[1] & 0x1F, classes))


@cache
def kinds_of(*classes: int) -> npt.NDArray[np.bool_]:
    """bool[256]: which kinds are of one of the classes."""
    return np.repeat(numbers_of(*classes), 1 << ROLE_BITS)


@cache
def particles() -> npt.NDArray[np.bool_]:
    """bool[NUMBERS]: which numbers are of particles."""
    return _padded(_numbered()[1] & _PARTICLE != 0)


@cache
def full_stops() -> npt.NDArray[np.bool_]:
    """bool[NUMBERS]: which number is that of 。."""
    return _padded(_numbered()[1] & _FULL_STOP != 0)


def _padded(numbers: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    return np.pad(numbers, (0, NUMBERS - len(numbers)))
