"""UTF-8 one code point at a time, for the kernels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined

#: What surrogates have in common, U+D800 to U+DFFF: all but their last eleven bits.
SURROGATES = np.uint32(0x1B)
_SURROGATE = np.uint32(0xD800)
# Indices are unsigned: a signed one is checked for being negative at every use.
_ONE, _TWO, _THREE = (np.uint64(number) for number in range(1, 4))


@inlined
def decoded(
    data: NDArray[np.uint8], place: np.uint64, end: np.uint64
) -> tuple[np.uint32, np.uint64]:
    """The code point at ``place`` and its bytes; 0 bytes where there is no UTF-8 (RFC 3629)."""
    lead = np.uint32(data[place])
    if lead < np.uint32(0x80):
        return lead, _ONE
    if lead >= np.uint32(0xE0) and lead < np.uint32(0xF0) and place + _TWO < end:
        second, third = np.uint32(data[place + _ONE]), np.uint32(data[place + _TWO])
        point = (lead & np.uint32(0xF)) << np.uint32(12)
        point |= (second & np.uint32(0x3F)) << np.uint32(6)
        point |= third & np.uint32(0x3F)
        # One comparison for both: continuation bytes are 10xxxxxx.
        if (second & third & np.uint32(0xC0)) != np.uint32(0x80) or (
            (second | third) & np.uint32(0x40)
        ):
            return np.uint32(0), np.uint64(0)
        if point < np.uint32(0x800) or point >> np.uint32(11) == SURROGATES:
            return np.uint32(0), np.uint64(0)
        return point, _THREE
    if lead >= np.uint32(0xC2) and lead < np.uint32(0xE0) and place + _ONE < end:
        second = np.uint32(data[place + _ONE])
        if (second & np.uint32(0xC0)) == np.uint32(0x80):
            return (lead & np.uint32(0x1F)) << np.uint32(6) | second & np.uint32(0x3F), _TWO
    elif lead >= np.uint32(0xF0) and lead < np.uint32(0xF5) and place + _THREE < end:
        point = lead & np.uint32(7)
        for step in range(1, 4):
            following = np.uint32(data[place + np.uint64(step)])
            if (following & np.uint32(0xC0)) != np.uint32(0x80):
                return np.uint32(0), np.uint64(0)
            point = point << np.uint32(6) | following & np.uint32(0x3F)
        if point >= np.uint32(0x10000) and point <= np.uint32(0x10FFFF):
            return point, np.uint64(4)
    return np.uint32(0), np.uint64(0)


@inlined
def three_bytes(lead: np.uint32, data: NDArray[np.uint8], place: np.uint64) -> np.uint32:
    """The code point at ``place`` if it has three bytes, as most have; a surrogate, which no text
    holds, where it has not. Two more bytes must be there.

    For loops over what is plain, which no surrogate is: all else is looked at by ``decoded``.
    """
    both = np.uint32(data[place + _ONE]) << np.uint32(8) | np.uint32(data[place + _TWO])
    word = lead << np.uint32(16) | both
    point = word >> np.uint32(4) & np.uint32(0xF000) | word >> np.uint32(2) & np.uint32(0xFC0)
    point |= word & np.uint32(0x3F)
    # One comparison for all three: 1110xxxx, 10xxxxxx, 10xxxxxx.
    if word & np.uint32(0xF0C0C0) != np.uint32(0xE08080) or point < np.uint32(0x800):
        return _SURROGATE
    return point


@inlined
def width(point: np.uint32) -> np.uint64:
    """Bytes of a code point in UTF-8."""
    if point < np.uint32(0x80):
        return np.uint64(1)
    if point < np.uint32(0x800):
        return np.uint64(2)
    return np.uint64(3) if point < np.uint32(0x10000) else np.uint64(4)


@inlined
def put(data: NDArray[np.uint8], size: np.uint64, point: np.uint32) -> np.uint64:
    """Write a code point as UTF-8; the new size."""
    if point < np.uint32(0x80):
        data[size] = point
        return size + _ONE
    if point < np.uint32(0x800):
        data[size] = np.uint32(0xC0) | point >> np.uint32(6)
        data[size + _ONE] = np.uint32(0x80) | point & np.uint32(0x3F)
        return size + _TWO
    if point < np.uint32(0x10000):
        data[size] = np.uint32(0xE0) | point >> np.uint32(12)
        data[size + _ONE] = np.uint32(0x80) | point >> np.uint32(6) & np.uint32(0x3F)
        data[size + _TWO] = np.uint32(0x80) | point & np.uint32(0x3F)
        return size + _THREE
    data[size] = np.uint32(0xF0) | point >> np.uint32(18)
    data[size + _ONE] = np.uint32(0x80) | point >> np.uint32(12) & np.uint32(0x3F)
    data[size + _TWO] = np.uint32(0x80) | point >> np.uint32(6) & np.uint32(0x3F)
    data[size + _THREE] = np.uint32(0x80) | point & np.uint32(0x3F)
    return size + np.uint64(4)
