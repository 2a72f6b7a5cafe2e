"""Words of many lists as one sorted array, which is searched for all of them at once.

Every word that a text begins with is the last word that does not sort after the text, or a
beginning of that one: so a search by halves finds all of them, and the memory is that of the
words, whatever their shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.characters import CODE_POINTS

#: Bits for each beginning of a word: one in so many others looks like one.
_BITS_EACH = 32
_MOST_BITS = 1 << 23

# What a code point may be to the words: the beginning of a longer one, and one by itself.
BEGINS = np.uint8(1)
ALONE = np.uint8(2)
# Odd numbers that spread the bits of characters: the high ones of the sum are their hash.
FIRST = np.uint64(0x9E3779B97F4A7C15)
SECOND = np.uint64(0xC2B2AE3D27D4EB4F)
THIRD = np.uint64(0x165667B19E3779F9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of a list, and the classes (bits) of characters that must not stand beside it."""

    text: str
    list: int
    head: int = 0
    tail: int = 0


class Patterns(NamedTuple):
    """Words as the kernels read them. A tuple, because kernels take tuples of arrays."""

    #: uint32: the different words end to end, ascending; and where each begins, and the end.
    letters: NDArray[np.uint32]
    starts: NDArray[np.int64]
    #: int32[words]: the longest other word that each begins with, −1 for none.
    parents: NDArray[np.int32]
    #: The uses of word *w* are ``uses[w]`` to ``uses[w + 1]`` of the next three.
    uses: NDArray[np.int64]
    lists: NDArray[np.int32]
    heads: NDArray[np.uint8]
    tails: NDArray[np.uint8]
    #: int32: for each code point up to the last that begins a word, and the next one, the first
    #: word that begins with it or a later one.
    firsts: NDArray[np.int32]
    #: uint8[0x110000]: whether a code point begins a longer word, and is one by itself.
    kinds: NDArray[np.uint8]
    #: uint64, a power of two of them: a bit for each hash of two characters that begin a word; and
    #: how far a hash is shifted to the right for the number of its bit.
    pairs: NDArray[np.uint64]
    pair_shift: int
    #: The same of three characters that begin a word, and of two that are one.
    triples: NDArray[np.uint64]
    triple_shift: int
    #: uint8[0x110000]: the classes (bits) of each code point.
    classes: NDArray[np.uint8]


def compile_patterns(words: Iterable[Word], classes: NDArray[np.uint8]) -> Patterns:
    """The words of all lists together; ``classes`` has the bits of every code point.

    Raises ValueError for an empty word, and where the table lacks a code point.
    """
    if len(classes) != CODE_POINTS:
        raise ValueError("the table does not hold every code point")
    wanted = sorted({(one.text, one.list, one.head, one.tail) for one in words})
    texts, numbers = [], []
    for text, uses in groupby(wanted, key=lambda use: use[0]):
        texts.append(text)
        numbers.append(sum(1 for _ in uses))
    if texts and not texts[0]:
        raise ValueError("a word is empty")
    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    starts = _ends(np.array([len(text) for text in texts], np.int64))
    columns = np.array([use[1:] for use in wanted], np.int64).reshape(-1, 3)
    first = letters[starts[:-1]]
    several = np.diff(starts) > 1
    kinds = np.zeros(CODE_POINTS, np.uint8)
    kinds[first[several]] |= BEGINS
    kinds[first[~several]] |= ALONE
    begins, longer = starts[:-1][several], np.diff(starts)[several] > 2
    pair_hashes = letters[begins] * FIRST + letters[begins + 1] * SECOND
    triple_hashes = pair_hashes.copy()
    triple_hashes[longer] += letters[begins[longer] + 2] * THIRD
    pairs, pair_shift = _bits(pair_hashes)
    triples, triple_shift = _bits(triple_hashes)
    return Patterns(
        letters=letters,
        starts=starts,
        parents=_parents(texts),
        uses=_ends(np.array(numbers, np.int64)),
        lists=columns[:, 0].astype(np.int32),
        heads=columns[:, 1].astype(np.uint8),
        tails=columns[:, 2].astype(np.uint8),
        firsts=_ends(np.bincount(first)).astype(np.int32),
        kinds=kinds,
        pairs=pairs,
        pair_shift=pair_shift,
        triples=triples,
        triple_shift=triple_shift,
        classes=classes,
    )


def _ends(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])


def _parents(texts: Sequence[str]) -> NDArray[np.int32]:
    parents = np.full(len(texts), -1, np.int32)
    open_: list[int] = []
    for number, text in enumerate(texts):
        while open_ and not text.startswith(texts[open_[-1]]):
            open_.pop()
        if open_:
            parents[number] = open_[-1]
        open_.append(number)
    return parents


def _bits(hashes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], int]:
    """A bit for each of the hashes, and how far they are shifted for its number."""
    size = 1024
    while size < min(len(np.unique(hashes)) * _BITS_EACH, _MOST_BITS):
        size *= 2
    shift = 64 - (size - 1).bit_length()
    bits = np.zeros(size, np.uint8)
    bits[hashes >> np.uint64(shift)] = 1
    return np.packbits(bits, bitorder="little").view(np.uint64), shift
