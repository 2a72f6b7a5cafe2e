"""Shingles as hashes, and the MinHash signatures of texts: uint32[texts, permutations].

The definitions are in corpora.dedup.shingles and corpora.dedup.minhash, which state the
constants; here are the loops. A gram's 64-bit mix x becomes

- gram64 = x xor (x >> 29), which stands for the gram in exact comparisons;
- fmix32(x >> 32), which MinHash permutes (MurmurHash3, Austin Appleby, public domain).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined, kernel
from corpora.kernels.text import Points

#: Value of every place of a text's signature that has no gram: datasketch's for an empty set.
NOTHING = np.uint32(0xFFFF_FFFF)

#: Hashes worked on at a time: with two registers of parameters they stay in the first cache.
_BLOCK = 4_096
#: Rounds of bins before what is still empty borrows from a neighbour.
_ROUNDS = 15

_GOLDEN = np.uint64(0x9E37_79B9_7F4A_7C15)
_SECOND = np.uint64(0xD6E8_FEB8_6659_FD93)


def gram_hashes(
    points: Points, multipliers: NDArray[np.uint64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """gram64 of every gram of every text, in order: uint64[grams], and int64[texts + 1] starts.

    A gram has as many code points as there are multipliers; a shorter text has none.
    """
    starts = gram_starts(points, len(multipliers))
    hashes = np.empty(int(starts[-1]), np.uint64)
    _gram_hashes(points.values, points.starts, multipliers, starts, hashes)
    return hashes, starts


def gram_starts(points: Points, ngram: int) -> NDArray[np.int64]:
    """int64[texts + 1]: where each text's grams begin among all."""
    counts = np.maximum(np.diff(points.starts) - ngram + 1, 0)
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])


def minhash(
    points: Points,
    multipliers: NDArray[np.uint64],
    first: NDArray[np.uint32],
    second: NDArray[np.uint32],
) -> NDArray[np.uint32]:
    """The smallest first[k]·h + second[k] modulo 2³² over each text's grams, for every k.

    uint32[texts, permutations]; NOTHING in every place of a text shorter than a gram.
    """
    if len(first) != len(second):
        raise ValueError("a permutation has two parameters")
    found = np.full((len(points), len(first)), NOTHING, np.uint32)
    _minhash(points.values, points.starts, multipliers, first, second, found)
    return found


def one_permutation(
    points: Points, multipliers: NDArray[np.uint64], bins: int
) -> NDArray[np.uint32]:
    """One hash a gram says both its bin and its value; empty bins are filled by further rounds.

    The round stands in the top four bits, so a value of an earlier round is always smaller, and
    two texts agree in a bin about as often as their sets do (Dahlgaard, Knudsen, Thorup, "Fast
    similarity sketching", FOCS 2017). uint32[texts, bins], NOTHING for a text without a gram.
    """
    if bins < 2 or bins & (bins - 1):
        raise ValueError("the number of bins is no power of two")
    found = np.full((len(points), bins), NOTHING, np.uint32)
    longest = int(np.diff(points.starts).max(initial=0))
    scratch = np.empty(longest, np.uint64)
    _one_permutation(
        points.values,
        points.starts,
        multipliers,
        np.uint64(65 - bins.bit_length()),
        scratch,
        found,
    )
    return found


@inlined
def _mix(
    window: NDArray[np.uint32],
    multipliers: NDArray[np.uint64],
    mixed: NDArray[np.uint64],
    count: int,
) -> None:
    """The mixes of the ``count`` grams that begin at the window's places.

    Loops count from 0 over slices: then the compiler knows that no index is negative, and
    works on several grams at once.
    """
    # Five is nearly everybody's length; written out, it is one pass.
    if len(multipliers) == 5:
        k0, k1, k2, k3, k4 = (
            multipliers[0],
            multipliers[1],
            multipliers[2],
            multipliers[3],
            multipliers[4],
        )
        c1, c2, c3, c4 = window[1:], window[2:], window[3:], window[4:]
        for gram in range(count):
            mixed[gram] = (
                np.uint64(window[gram]) * k0
                + np.uint64(c1[gram]) * k1
                + np.uint64(c2[gram]) * k2
                + np.uint64(c3[gram]) * k3
                + np.uint64(c4[gram]) * k4
            )
    else:
        for gram in range(count):
            mixed[gram] = np.uint64(window[gram]) * multipliers[0]
        for step in range(1, len(multipliers)):
            shifted, factor = window[step:], multipliers[step]
            for gram in range(count):
                mixed[gram] += np.uint64(shifted[gram]) * factor
    for gram in range(count):
        x = mixed[gram]
        mixed[gram] = (x ^ (x >> np.uint64(32))) * _GOLDEN


@inlined
def _finalised(mixed: np.uint64) -> np.uint32:
    """fmix32 of the upper half, as datasketch applies it."""
    h = np.uint32(mixed >> np.uint64(32))
    h ^= h >> np.uint32(16)
    h = np.uint32(h * np.uint32(0x85EB_CA6B))
    h ^= h >> np.uint32(13)
    h = np.uint32(h * np.uint32(0xC2B2_AE35))
    return h ^ (h >> np.uint32(16))


@inlined
def _gram64(mixed: np.uint64) -> np.uint64:
    return mixed ^ (mixed >> np.uint64(29))


@kernel
def _gram_hashes(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    multipliers: NDArray[np.uint64],
    grams: NDArray[np.int64],
    hashes: NDArray[np.uint64],
) -> None:
    for text in range(len(starts) - 1):
        found = hashes[grams[text] : grams[text + 1]]
        _mix(values[starts[text] : starts[text + 1]], multipliers, found, len(found))
        for gram in range(len(found)):
            found[gram] = _gram64(found[gram])


@kernel
def _minhash(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    multipliers: NDArray[np.uint64],
    first: NDArray[np.uint32],
    second: NDArray[np.uint32],
    found: NDArray[np.uint32],
) -> None:
    mixed = np.empty(_BLOCK, np.uint64)
    block = np.empty(_BLOCK, np.uint32)
    for text in range(len(starts) - 1):
        row = found[text]
        last = starts[text + 1] - len(multipliers) + 1
        for low in range(starts[text], last, _BLOCK):
            count = min(_BLOCK, last - low)
            _mix(values[low : starts[text + 1]], multipliers, mixed, count)
            for gram in range(count):
                block[gram] = _finalised(mixed[gram])
            for k in range(len(first)):
                a, b, smallest = first[k], second[k], row[k]
                for gram in range(count):
                    smallest = min(smallest, np.uint32(block[gram] * a + b))
                row[k] = smallest


@kernel
def _one_permutation(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    multipliers: NDArray[np.uint64],
    shift: np.uint64,
    scratch: NDArray[np.uint64],
    found: NDArray[np.uint32],
) -> None:
    bins = found.shape[1]
    for text in range(len(starts) - 1):
        row = found[text]
        count = max(0, starts[text + 1] - starts[text] - len(multipliers) + 1)
        _mix(values[starts[text] : starts[text + 1]], multipliers, scratch, count)
        for turn in range(_ROUNDS if count else 0):
            factor = np.uint64(2 * turn + 1) * _GOLDEN | np.uint64(1)
            top = np.uint32(turn) << np.uint32(28)
            for gram in range(count):
                hashed = _gram64(scratch[gram]) * factor
                hashed = (hashed ^ (hashed >> np.uint64(32))) * _SECOND
                slot = hashed >> shift
                # Without a branch: whether a value is smaller cannot be foretold.
                row[slot] = min(row[slot], (np.uint32(hashed) >> np.uint32(4)) | top)
            empty = 0
            for place in range(bins):
                empty += row[place] == NOTHING
            if empty == 0:
                break
        # A text of a handful of grams: bins that no round filled take their neighbour's.
        for place in range(bins if count else 0):
            if row[place] == NOTHING:
                step = 1
                while row[(place + step) % bins] == NOTHING:
                    step += 1
                row[place] = row[(place + step) % bins]
