"""Bands of signatures as keys, documents that share a key, and how far two signatures agree.

A packed key is a band's hash with its lowest bits replaced by the document's number: sorting
plain numbers is the fastest way to bring equal keys together, and the few bits that are lost
only make a few more pairs to look at.
"""

from __future__ import annotations

from collections.abc import Sequence

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


def first_equal(parts: Sequence[NDArray[np.uint64]]) -> NDArray[np.int64]:
    """For each row the first that is equal, int64[rows]; rows of zeros equal none.

    Rows (uint64[rows, 2] a part) are counted through all parts. Memory: 16 bytes a row, and some
    40 for each that has an equal.

    >>> first_equal([np.array([[1, 2], [0, 0]], np.uint64), np.array([[1, 2]], np.uint64)]).tolist()
    [0, 1, 0]
    """
    starts = np.cumsum([0, *map(len, parts)], dtype=np.int64)
    rows = int(starts[-1])
    bits = np.uint64(max(1, rows.bit_length()))
    packed = np.empty(rows, np.uint64)
    for part, start in zip(parts, starts.tolist(), strict=False):
        numbers = np.arange(start, start + len(part), dtype=np.uint64)
        packed[start : start + len(part)] = part[:, 0] >> bits << bits | numbers
    packed.sort()
    packed = packed[: _in_company(packed, bits)].copy()
    numbers = packed & ((np.uint64(1) << bits) - np.uint64(1))
    first = np.arange(rows, dtype=np.int64)
    _first_equal(_rows(parts, starts, numbers.astype(np.int64)), packed, bits, first)
    return first


@kernel
def _in_company(packed: Packed, bits: np.uint64) -> int:
    """Move those that share their upper bits with a neighbour to the front; how many they are."""
    count = 0
    for place in range(len(packed)):
        one = packed[place]
        # What lies before has been moved at most to where it was.
        before = place > 0 and (packed[place - 1] ^ one) >> bits == 0
        after = place + 1 < len(packed) and (packed[place + 1] ^ one) >> bits == 0
        if before or after:
            packed[count] = one
            count += 1
    return count


def _rows(
    parts: Sequence[NDArray[np.uint64]], starts: NDArray[np.int64], numbers: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """The rows of these numbers, in their order."""
    order = np.argsort(numbers)
    edges = np.searchsorted(numbers[order], starts)
    found = np.empty((len(numbers), 2), np.uint64)
    for number, part in enumerate(parts):
        here = order[edges[number] : edges[number + 1]]
        found[here] = part[numbers[here] - starts[number]]
    return found


@kernel
def _first_equal(
    hashes: NDArray[np.uint64], packed: Packed, bits: np.uint64, first: NDArray[np.int64]
) -> None:
    """``hashes`` are those of the rows that ``packed`` names, in its order."""
    mask = (np.uint64(1) << bits) - np.uint64(1)
    low = 0
    while low < len(packed):
        high = low + 1
        while high < len(packed) and packed[high] >> bits == packed[low] >> bits:
            high += 1
        for place in range(low + 1, high):
            if hashes[place, 0] | hashes[place, 1]:
                # All but one in a million runs are of one hash: the first look finds it.
                for earlier in range(low, place):
                    same = (
                        hashes[place, 0] == hashes[earlier, 0]
                        and hashes[place, 1] == hashes[earlier, 1]
                    )
                    if same:
                        first[packed[place] & mask] = first[packed[earlier] & mask]
                        break
        low = high


def merged(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """Two sorted lists of pairs (int64[pairs, columns], a pair being the first two columns) as
    one, each pair once.

    >>> merged(np.array([[0, 1, 9], [2, 3, 9]]), np.array([[0, 1, 9], [0, 2, 9]])).tolist()
    [[0, 1, 9], [0, 2, 9], [2, 3, 9]]
    """
    found = np.empty((len(one) + len(other), one.shape[1]), np.int64)
    return found[: _merged(one, other, found)].copy()


@kernel
def _merged(one: NDArray[np.int64], other: NDArray[np.int64], found: NDArray[np.int64]) -> int:
    count = a = b = 0
    while a < len(one) or b < len(other):
        if b == len(other):
            order = -1
        elif a == len(one):
            order = 1
        else:
            order = one[a, 0] - other[b, 0]
            if order == 0:
                order = one[a, 1] - other[b, 1]
        if order <= 0:
            found[count] = one[a]
            a += 1
        else:
            found[count] = other[b]
        if order >= 0:
            b += 1
        count += 1
    return count


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
