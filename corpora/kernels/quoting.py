"""Texts as JSON strings, in one loop over their bytes: what ``orjson.dumps`` makes of each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import kernel
from corpora.kernels.text import Utf8

_QUOTE, _BACKSLASH, _ZERO = (np.uint8(ord(sign)) for sign in '"\\0')
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
#: Stands in the table for ``\u00`` and two digits.
_BY_NUMBER = np.uint8(ord("u"))
#: More than the byte itself: of an escape by number, which is the longest.
_LONGEST = 5


def _table() -> NDArray[np.uint8]:
    """uint8[256]: what follows a backslash in place of a byte; 0 for one that stays."""
    table = np.zeros(256, np.uint8)
    table[:0x20] = _BY_NUMBER
    for byte, sign in zip(b'\b\t\n\f\r"\\', b'btnfr"\\', strict=True):
        table[byte] = sign
    return table


_ESCAPES = _table()


def quoted(texts: Utf8) -> Utf8:
    """Each text between quotation marks, with what JSON does not allow there escaped.

    The bytes are not looked at for being UTF-8.

    >>> print(*quoted(Utf8.of(["春は\\n\\"あけぼの\\"", ""])).strings())
    "春は\\n\\"あけぼの\\"" ""
    """
    first, last = int(texts.offsets[0]), int(texts.offsets[-1])
    escapes = _count(texts.data[first:last], _ESCAPES)
    data = np.empty(last - first + _LONGEST * escapes + 2 * len(texts), np.uint8)
    offsets = np.zeros(len(texts) + 1, np.int64)
    _quote(texts.data, texts.offsets, _ESCAPES, _HEX, data, offsets)
    return Utf8(offsets=offsets, data=data[: offsets[-1]])


@kernel
def _count(data: NDArray[np.uint8], escapes: NDArray[np.uint8]) -> int:
    found = 0
    for byte in data:
        found += escapes[byte] != 0
    return found


@kernel
def _quote(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    escapes: NDArray[np.uint8],
    digits: NDArray[np.uint8],
    out: NDArray[np.uint8],
    starts: NDArray[np.int64],
) -> None:
    """``out`` has room for every text, its quotation marks, and _LONGEST for each escape."""
    place, one = np.uint64(0), np.uint64(1)
    for text in range(len(offsets) - 1):
        out[place] = _QUOTE
        place += one
        for byte in data[offsets[text] : offsets[text + 1]]:
            sign = escapes[byte]
            if not sign:
                out[place] = byte
                place += one
                continue
            out[place], out[place + one] = _BACKSLASH, sign
            place += np.uint64(2)
            if sign == _BY_NUMBER:
                out[place] = out[place + one] = _ZERO
                out[place + np.uint64(2)] = digits[byte >> 4]
                out[place + np.uint64(3)] = digits[byte & 15]
                place += np.uint64(4)
        out[place] = _QUOTE
        place += one
        starts[text + 1] = np.int64(place)
