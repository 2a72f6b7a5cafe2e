"""Unicode normalisation one character at a time, and what a character may do with the one before.

NFC and NFKC look at neighbours only where a character may join the one before it, or change
places with it (UAX #15). All others become something by themselves, which a table says. Of those
that join, further tables say what they need to know (corpora.kernels.joining).
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Literal, TypeVar

import numpy as np

from corpora.kernels.tables import POINT_BITS, SEVERAL, UNSURE, Compositions

_POINTS = sys.maxunicode + 1

Answer = TypeVar("Answer")


@cache
def compositions(form: Literal["none", "NFC", "NFKC"], kept: str = "") -> Compositions:
    """The tables of a normalisation form.

    Characters that are ``kept`` become themselves, and nothing joins them: the text between two
    of them is normalised by itself.

    >>> found = compositions("NFKC")
    >>> chr(found.table[ord("Ａ")]), hex(found.table[ord("ﾞ")]), bool(found.joins[0x3099])
    ('A', '0x3099', True)
    >>> number = found.table[ord("㈱")] - SEVERAL
    >>> [chr(c) for c in found.values[found.starts[number] : found.starts[number + 1]]]
    ['(', '株', ')']
    """
    table = np.arange(_POINTS, dtype=np.uint32)
    values: list[int] = []
    starts = [0]
    for point in changing():
        if form == "none":
            break
        points = [ord(character) for character in unicodedata.normalize(form, chr(point))]
        if chr(point) in kept:
            continue
        if not _is_sure(point, points):
            table[point] = UNSURE
        elif len(points) == 1:
            table[point] = points[0]
        else:
            table[point] = SEVERAL + len(starts) - 1
            values += points
            starts.append(len(values))
    pairs = _pairs(kept) if form != "none" else {}
    found = Compositions(
        table=table,
        values=np.array(values, np.uint32),
        starts=np.array(starts, np.int64),
        joins=np.zeros(_POINTS, np.bool_),
        classes=np.zeros(_POINTS, np.uint8),
        trailing=np.zeros(_POINTS, np.uint8),
        pairs=np.array(sorted(pairs), np.uint64),
        composites=np.array([pairs[pair] for pair in sorted(pairs)], np.uint32),
    )
    if form != "none":
        found.joins[list(combining())] = True
        _fill_classes(found, "NFKD" if form == "NFKC" else "NFD")
        found.trailing[[ord(character) for character in kept]] = 0
    for array in (found.table, found.joins, found.classes, found.trailing):
        array.setflags(write=False)
    return found


def _is_sure(point: int, points: list[int]) -> bool:
    """Whether what the code point becomes is known, but for what its first may do to others."""
    joining = combining()
    if points[0] not in joining:
        return point not in joining
    # Hangul letters are joined by arithmetic.
    is_hangul = 0x1100 <= points[0] < 0x1200
    return len(points) == 1 and not is_hangul and not unicodedata.decomposition(chr(points[0]))


def _pairs(kept: str) -> dict[int, int]:
    """Two code points as one number -> the one that they become."""
    found: dict[int, int] = {}
    for point in changing():
        parts = unicodedata.decomposition(chr(point)).split()
        if len(parts) != 2 or parts[0].startswith("<"):
            continue
        first, second = (int(part, 16) for part in parts)
        # Some are taken apart and never put together again (composition exclusions).
        if unicodedata.normalize("NFC", chr(point)) == chr(point) and chr(first) not in kept:
            found[first << POINT_BITS | second] = point
    return found


def _fill_classes(found: Compositions, form: Literal["NFD", "NFKD"]) -> None:
    for point in changing():
        found.classes[point] = unicodedata.combining(chr(point))
        last = unicodedata.normalize(form, chr(point))[-1]
        found.trailing[point] = unicodedata.combining(last)


def assigned() -> Iterator[int]:
    """Code points that a normalisation may change, or that are blank or combine.

    Planes 2 and 3 hold kanji (their compatibility forms apart), 4 to 13 nothing, 14 tags and
    selectors, 15 and 16 private use.
    """
    yield from range(0xD800)
    yield from range(0xE000, 0x20000)
    yield from range(0x2F800, 0x2FA20)
    yield from range(0xE0000, 0xE0200)


@cache
def changing() -> tuple[int, ...]:
    """Those of them that no form leaves alone: what is taken apart, what may join or move.

    One in twenty; to ask Unicode about each of the others takes longer than many a unit.
    """
    return tuple(sorted(_decompositions().keys() | combining()))


@cache
def combining() -> frozenset[int]:
    """Code points that may join the one before them, or change places with it (UAX #15)."""
    found = set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))  # Hangul vowels and finals
    found.update(point for point, order in asked(unicodedata.combining, assigned()) if order)
    for written in _decompositions().values():
        parts = written.split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            found.add(int(parts[1], 16))
    return frozenset(found)


@cache
def _decompositions() -> dict[int, str]:
    """What is taken apart, as ``unicodedata`` writes it."""
    return {point: parts for point, parts in asked(unicodedata.decomposition, assigned()) if parts}


def asked(question: Callable[[str], Answer], points: Iterable[int]) -> Iterator[tuple[int, Answer]]:
    """Each code point, and what is said of its character.

    No line of Python runs for each: a process that starts asks half a million times.
    """
    points = tuple(points)
    return zip(points, map(question, map(chr, points)), strict=True)
