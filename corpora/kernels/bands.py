"""Bands of signatures as keys, documents that share a key, and how far two signatures agree.

A packed key is a band's hash with its lowest bits replaced by the document's number: sorting
plain numbers is the fastest way to bring equal keys together, and the few bits that are lost
only make a few more pairs to look at.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined, kernel

#: uint32[documents, permutations].
Matrix = NDArray[np.uint32]
Packed = NDArray[np.uint64]

_STEP = np.uint64(0x9FB2_1C65_1E98_DF25)


def packed_keys(
    matrix: Matrix,
    wanted: NDArray[np.bool_],
    *,
    start: int,
    bands: range,
    rows: int,
    bits: int,
) -> Packed:
    """uint64[bands, wanted documents]: the packed keys of some bands of ``rows`` entries each.

    The first document of the matrix has the number ``start``; all numbers fit in ``bits``.
    Raises ValueError when a band lies outside the signatures or a number does not fit.
    """
    if bands.start < 0 or bands.stop * rows > matrix.shape[1]:
        raise ValueError("a band lies outside the signatures")
    if len(wanted) != len(matrix) or start + len(matrix) > 1 << bits:
        raise ValueError("the documents' numbers do not fit")
    found = np.empty((len(bands), int(np.count_nonzero(wanted))), np.uint64)
    _packed_keys(matrix, wanted, start, bands.start, rows, np.uint64(bits), found)
    return found


@kernel
def _packed_keys(
    matrix: Matrix,
    wanted: NDArray[np.bool_],
    start: int,
    first: int,
    rows: int,
    bits: np.uint64,
    found: NDArray[np.uint64],
) -> None:
    count = 0
    for document in range(len(matrix)):
        if not wanted[document]:
            continue
        signature = matrix[document]
        for band in range(len(found)):
            key = np.uint64(0)
            for row in range(rows):
                key = (key ^ np.uint64(signature[(first + band) * rows + row])) * _STEP
                key ^= key >> np.uint64(29)
            # The number of the band is no part of the key: bands are sorted apart.
            found[band, count] = (key >> bits << bits) | np.uint64(start + document)
        count += 1


def buckets(packed: Packed, bits: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Start and size of each run of two or more equal keys among sorted packed keys.

    >>> starts, sizes = buckets(np.array([0b0100, 0b0101, 0b1000], np.uint64), 2)
    >>> starts.tolist(), sizes.tolist()
    ([0], [2])
    """
    nothing = np.empty((0, 2), np.int64)
    found = np.empty((int(_buckets(packed, np.uint64(bits), nothing)), 2), np.int64)
    _buckets(packed, np.uint64(bits), found)
    return found[:, 0], found[:, 1]


@kernel
def _buckets(packed: Packed, bits: np.uint64, found: NDArray[np.int64]) -> int:
    """How many runs there are; the first of them are written down, as many as fit."""
    count = 0
    start = 0
    for place in range(1, len(packed) + 1):
        if place == len(packed) or (packed[place] ^ packed[start]) >> bits:
            if place - start > 1:
                if count < len(found):
                    found[count, 0], found[count, 1] = start, place - start
                count += 1
            start = place
    return count


def bucket_pairs(
    packed: Packed, starts: NDArray[np.int64], sizes: NDArray[np.int64], bits: int
) -> NDArray[np.uint64]:
    """Every pair within each bucket as one number, the lower document in the upper 32 bits.

    Raises ValueError where numbers of documents do not fit into 32 bits.

    >>> packed = np.array([0b0101, 0b0110, 0b0111], np.uint64)
    >>> pairs = bucket_pairs(packed, np.array([0]), np.array([3]), 2)
    >>> [divmod(pair, 1 << 32) for pair in pairs.tolist()]
    [(1, 2), (1, 3), (2, 3)]
    """
    if bits > 32:
        raise ValueError("more documents than 32 bits can number")
    if len(starts) and int((starts + sizes).max()) > len(packed):
        raise ValueError("a bucket lies outside the keys")
    found = np.empty(int((sizes * (sizes - 1) // 2).sum()), np.uint64)
    _bucket_pairs(packed, starts, sizes, np.uint64((1 << bits) - 1), found)
    return found


@kernel
def _bucket_pairs(
    packed: Packed,
    starts: NDArray[np.int64],
    sizes: NDArray[np.int64],
    mask: np.uint64,
    found: NDArray[np.uint64],
) -> None:
    count = 0
    for bucket in range(len(starts)):
        # Within a bucket the numbers ascend: they are the lowest bits of sorted keys.
        members = packed[starts[bucket] : starts[bucket] + sizes[bucket]]
        for one in range(len(members)):
            for other in range(one + 1, len(members)):
                found[count] = (members[one] & mask) << np.uint64(32) | members[other] & mask
                count += 1


def agreements(left: Matrix, right: Matrix, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """In how many entries each pair of rows (one of each matrix) is equal: int64[pairs].

    Raises IndexError when a pair names no row.
    """
    outside = (pairs < 0) | (pairs >= [len(left), len(right)])
    if outside.any():
        raise IndexError("a pair names a document that is not there")
    found = np.empty(len(pairs), np.int64)
    _agreements(left, right, pairs, found)
    return found


@kernel
def _agreements(
    left: Matrix, right: Matrix, pairs: NDArray[np.int64], found: NDArray[np.int64]
) -> None:
    for number in range(len(pairs)):
        a, b = left[pairs[number, 0]], right[pairs[number, 1]]
        equal = np.uint32(0)
        for place in range(len(a)):
            equal += np.uint32(a[place] == b[place])
        found[number] = equal


def first_equal(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """For each row of uint64[rows, 2] the first row that is equal; rows of zeros equal none.

    >>> first_equal(np.array([[1, 2], [0, 0], [1, 2], [0, 0]], np.uint64)).tolist()
    [0, 1, 0, 3]
    """
    bits = max(1, len(hashes).bit_length())
    packed = hashes[:, 0] >> np.uint64(bits) << np.uint64(bits)
    packed |= np.arange(len(hashes), dtype=np.uint64)
    packed.sort()
    first = np.arange(len(hashes), dtype=np.int64)
    _first_equal(hashes, packed, np.uint64(bits), first)
    return first


@kernel
def _first_equal(
    hashes: NDArray[np.uint64], packed: Packed, bits: np.uint64, first: NDArray[np.int64]
) -> None:
    mask = (np.uint64(1) << bits) - np.uint64(1)
    low = 0
    while low < len(packed):
        high = low + 1
        while high < len(packed) and packed[high] >> bits == packed[low] >> bits:
            high += 1
        for place in range(low + 1, high):
            row = np.int64(packed[place] & mask)
            if hashes[row, 0] | hashes[row, 1]:
                # All but one in a million runs are of one hash: the first look finds it.
                for earlier in range(low, place):
                    other = np.int64(packed[earlier] & mask)
                    same = hashes[row, 0] == hashes[other, 0] and hashes[row, 1] == hashes[other, 1]
                    if same:
                        first[row] = first[other]
                        break
        low = high


def join_in_order(
    parents: NDArray[np.int64], pairs: NDArray[np.int64], joins: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Union-find: join the pairs that may be joined, in order; bool[pairs], which did join.

    ``parents`` is changed: int64[documents], each its own parent at the beginning. The root of
    a tree is its lowest number. Raises IndexError when a pair names no document.
    """
    if len(pairs) and (int(pairs.min()) < 0 or int(pairs.max()) >= len(parents)):
        raise IndexError("a pair names a document that is not there")
    done = np.zeros(len(pairs), np.bool_)
    _join_in_order(parents, pairs, joins, done)
    return done


@kernel
def _join_in_order(
    parents: NDArray[np.int64],
    pairs: NDArray[np.int64],
    joins: NDArray[np.bool_],
    done: NDArray[np.bool_],
) -> None:
    for number in range(len(pairs)):
        if joins[number]:
            a, b = _root(parents, pairs[number, 0]), _root(parents, pairs[number, 1])
            if a != b:
                parents[max(a, b)] = min(a, b)
                done[number] = True


def roots(parents: NDArray[np.int64], items: NDArray[np.int64]) -> NDArray[np.int64]:
    """The root of each item; ``parents`` is shortened on the way."""
    if len(items) and (int(items.min()) < 0 or int(items.max()) >= len(parents)):
        raise IndexError("there is no such document")
    found = np.empty(len(items), np.int64)
    _roots(parents, items, found)
    return found


@kernel
def _roots(parents: NDArray[np.int64], items: NDArray[np.int64], found: NDArray[np.int64]) -> None:
    for number in range(len(items)):
        found[number] = _root(parents, items[number])


@inlined
def _root(parents: NDArray[np.int64], item: int) -> int:
    while parents[item] != item:
        parents[item] = parents[parents[item]]
        item = parents[item]
    return item
