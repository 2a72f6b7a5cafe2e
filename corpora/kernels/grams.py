"""Which letters and pairs of letters texts hold, as bits at hashed places; pairs of kanji by text.

The key of a pair is its two code points, that of a letter alone is it and ``ALONE``. Each key has
two places among ``2 ** log2`` bits (a Bloom filter of two hashes). Letters are looked up in a
table of what each becomes by itself; a text with one that cannot be looked up is left to others.
Of each text is said whether it is plain: whether every letter of it becomes one letter.

Pairs of kanji (of U+3400 to U+9FFF, which two bytes hold) are listed besides, with their text.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined, kernel
from corpora.kernels.tables import KANJI, SEVERAL, UNSURE
from corpora.kernels.text import Points

#: No code point: stands behind a letter that is asked for alone.
ALONE = 0x110000

#: Kinds of texts: every letter becomes one; some become several; one cannot be looked up.
PLAIN, SQUARES, LEFT = 0, 1, 2

_SQUARES = np.uint8(SQUARES)
_LEFT = np.uint8(LEFT)
_UNSURE = np.uint32(UNSURE)
_SEVERAL = np.uint32(SEVERAL)
_ALONE = np.uint64(ALONE)
_WIDTH = np.uint64(21)
_FIRST = np.uint64(0x9E37_79B9_7F4A_7C15)
_SECOND = np.uint64(0xD6E8_FEB8_6659_FD93)
_ONE = np.uint64(1)
_KANJI = np.uint64(KANJI[0])
_KANJI_POINTS = np.uint64(KANJI[1] - KANJI[0] + 1)


def mark_grams(
    points: Points,
    table: NDArray[np.uint32],
    expansions: Points,
    bits: NDArray[np.uint8],
    seen: NDArray[np.bool_],
) -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
    """Set the bits of every letter and pair of the texts.

    Returns uint8[texts]: PLAIN, SQUARES or LEFT; and the pairs of kanji of the texts that are not
    LEFT, as often as they occur: the first one's code point (16 bits), the second one's (16 bits),
    the text's number (32 bits).

    ``table`` has an entry for every code point: a code point, UNSURE, or SEVERAL + a number of
    ``expansions``. ``bits`` are uint8[2 ** n], little end first.
    In ``seen``, bool[0x110000], is noted what became another letter. Raises ValueError for others.

    >>> from corpora.kernels.text import Utf8, decode
    >>> identity, bits = np.arange(0x110000, dtype=np.uint32), np.zeros(8, np.uint8)
    >>> nothing = decode(Utf8.of([]))
    >>> seen = np.zeros(0x110000, np.bool_)
    >>> kinds, pairs = mark_grams(decode(Utf8.of(["茶"])), identity, nothing, bits, seen)
    >>> kinds.tolist(), pairs.tolist()
    ([0], [])
    >>> sorted(np.flatnonzero(np.unpackbits(bits, bitorder="little")).tolist())
    [15, 32]
    """
    whole = len(table) == len(seen) == 0x110000
    if not whole or len(bits) & (len(bits) - 1) or not len(bits):
        raise ValueError("the table holds every code point, and the bits are a power of two")
    kinds = np.zeros(len(points), np.uint8)
    shift = np.uint64(64 - (8 * len(bits)).bit_length() + 1)
    of_texts = points.values, points.starts, table, expansions.values, expansions.starts
    pairs = np.empty(len(points.values), np.uint64)
    found = _mark_grams(*of_texts, shift, bits, seen, kinds, pairs)
    if found > len(pairs):
        pairs = np.empty(found, np.uint64)
        _mark_grams(*of_texts, shift, bits, seen, kinds, pairs)
    return kinds, pairs[:found]


@inlined
def _mark(bits: NDArray[np.uint8], key: np.uint64, shift: np.uint64) -> None:
    place = (key * _FIRST) >> shift
    bits[place >> np.uint64(3)] |= np.uint8(_ONE << (place & np.uint64(7)))
    place = ((key ^ (key >> np.uint64(17))) * _SECOND) >> shift
    bits[place >> np.uint64(3)] |= np.uint8(_ONE << (place & np.uint64(7)))


@inlined
def _list(pairs: NDArray[np.uint64], at: int, before: np.uint64, letter: np.uint64, n: int) -> int:
    """How many pairs there are after this one; what has no room is counted and not written."""
    if before - _KANJI >= _KANJI_POINTS or letter - _KANJI >= _KANJI_POINTS:
        return at
    if at < len(pairs):
        pairs[at] = (before << np.uint64(48)) | (letter << np.uint64(32)) | np.uint64(n)
    return at + 1


@kernel
def _mark_grams(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    table: NDArray[np.uint32],
    expanded: NDArray[np.uint32],
    expanded_starts: NDArray[np.int64],
    shift: np.uint64,
    bits: NDArray[np.uint8],
    seen: NDArray[np.bool_],
    kinds: NDArray[np.uint8],
    pairs: NDArray[np.uint64],
) -> int:
    listed = 0
    for text in range(len(starts) - 1):
        before = _ALONE
        began = listed
        for place in range(starts[text], starts[text + 1]):
            entry = table[values[place]]
            if entry < _SEVERAL:
                if entry != values[place]:
                    seen[values[place]] = True
                letter = np.uint64(entry)
                _mark(bits, (letter << _WIDTH) | _ALONE, shift)
                if before != _ALONE:
                    _mark(bits, (before << _WIDTH) | letter, shift)
                    listed = _list(pairs, listed, before, letter, text)
                before = letter
            elif entry == _UNSURE:
                kinds[text] = _LEFT
                listed = began
                break
            else:
                kinds[text] = _SQUARES
                # An expansion that is missing would be read beside the array.
                number = min(np.int64(entry - _SEVERAL), np.int64(len(expanded_starts) - 2))
                for at in range(expanded_starts[number], expanded_starts[number + 1]):
                    letter = np.uint64(expanded[at])
                    _mark(bits, (letter << _WIDTH) | _ALONE, shift)
                    if before != _ALONE:
                        _mark(bits, (before << _WIDTH) | letter, shift)
                        listed = _list(pairs, listed, before, letter, text)
                    before = letter
    return listed
