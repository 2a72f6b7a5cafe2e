"""N-grams that come again, and the most frequent ones, by keys of 64 bits.

Most n-grams of ordinary text come once. So keys are first counted by buckets, without a
comparison; only those that share a bucket are told apart, in a table with open addressing. All
that is written while counting is as large as the text at hand, and stays in the caches.

Memory: at most 48 bytes a value of the longest text, and 1 MB.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined, kernel
from corpora.kernels.keys import Keys, longest_of, mixed_point
from corpora.kernels.mixing import EXACT_BITS, FACTOR, MIX
from corpora.kernels.text import Points

#: The longest n whose keys are exact: three code points of 21 bits each.
EXACT = 3
# Buckets a key, four of them a byte: the more, the fewer single keys share one; at most what the
# caches hold.
_SPARSE = 8
_MOST_FILTER_BITS = np.uint64(22)
# The most frequent pair stands out among few buckets: these stay in the first cache.
_MOST_SKETCH_BITS = np.uint64(13)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Repeated:
    """N-grams of texts by length: int64[texts, lengths], but for ``frequent``."""

    #: Distinct n-grams, those of them that come more than once, and their occurrences.
    distinct: NDArray[np.int64]
    again: NDArray[np.int64]
    occurrences: NDArray[np.int64]
    #: int64[texts], occurrences of the most frequent n-grams of the first length: as many as the
    #: square root of the distinct ones, and only such as come more than once.
    frequent: NDArray[np.int64]


def repeated(values: Keys, lengths: range, *, cut: bool = False) -> Repeated:
    """N-grams of ``values`` (mixed code points, words) that come again, for n of ``lengths``.

    The key of an n-gram is a polynomial modulo 2**64 over its values. ``cut``: keys are compared
    without as many of their lowest bits as it takes to write their number, as when places are
    packed into them (corpora.signals.ngrams).

    >>> from corpora.kernels.keys import mixed
    >>> from corpora.kernels.text import Utf8, decode
    >>> found = repeated(mixed(decode(Utf8.of(["激安通販激安通販激安"]))), range(5, 7))
    >>> found.again.tolist(), found.distinct.tolist(), found.frequent.tolist()
    ([[2, 1]], [[4, 4]], [4])
    """
    _check(lengths)
    counts = np.zeros((3, len(values), len(lengths)), np.int64)
    frequent = np.zeros(len(values), np.int64)
    first, last = lengths[0], lengths[-1]
    _repeated(values.values, values.starts, first, last, cut, values.longest, counts, frequent)
    return Repeated(distinct=counts[0], again=counts[1], occurrences=counts[2], frequent=frequent)


def most_frequent(points: Points, lengths: range) -> NDArray[np.int64]:
    """int64[texts, lengths]: how often the most frequent n-gram of each text comes, for n of
    ``lengths``; 0 without any.

    Up to EXACT code points are compared themselves, more by the key that ``repeated`` makes of
    the mixed points.

    >>> from corpora.kernels.text import Utf8, decode
    >>> most_frequent(decode(Utf8.of(["買買買買う", "茶", "お茶"])), range(2, 4)).tolist()
    [[3, 2], [0, 0], [1, 0]]
    """
    if _check(lengths) < 2:
        raise ValueError("a single code point is no n-gram")
    found = np.zeros((len(points), len(lengths)), np.int64)
    _most_frequent(points.values, points.starts, lengths[0], longest_of(points.starts), found)
    return found


def _check(lengths: range) -> int:
    """The first of the lengths. Raises ValueError when they do not follow each other."""
    if lengths.step != 1 or not lengths or lengths[0] < 1:
        raise ValueError("lengths are counted from 1, and each is one more than the one before")
    return lengths[0]


@inlined
def _key(points: NDArray[np.uint32], place: np.uint64, n: int) -> np.uint64:
    """The key of the n-gram that begins at a place: the code points side by side, or hashed."""
    key = np.uint64(0)
    if n <= EXACT:
        for at in range(n):
            key = key << EXACT_BITS | np.uint64(points[place + np.uint64(at)])
    else:
        for at in range(n):
            key = key * FACTOR + mixed_point(points[place + np.uint64(at)])
    return key


@inlined
def _hashed_keys(values: NDArray[np.uint64], n: int, keys: NDArray[np.uint64]) -> None:
    """One key an n-gram, there is at least one: each from the one before."""
    key, leaving = np.uint64(0), np.uint64(1)
    for place in range(n):
        key = key * FACTOR + values[place]
        leaving *= FACTOR
    keys[0] = key
    for place in range(len(values) - n):
        key = key * FACTOR + (values[place + n] - values[place] * leaving)
        keys[place + 1] = key


@inlined
def _bits(number: int) -> np.uint64:
    """Bits that number so many slots, 6 at least."""
    bits = np.uint64(6)
    while 1 << int(bits) < number:
        bits += np.uint64(1)
    return bits


@inlined
def _length(number: int | np.int64) -> np.uint64:
    """Bits that it takes to write a number."""
    bits = np.uint64(0)
    while number >> int(bits):
        bits += np.uint64(1)
    return bits


@inlined
def _slots(number: int, most: np.uint64) -> int:
    return 1 << int(min(_bits(number), most))


@inlined
def _suspects(
    keys: NDArray[np.uint64], buckets: NDArray[np.uint8], places: NDArray[np.uint32]
) -> np.uint64:
    """Move the keys that share a bucket to the front, their places beside them; how many.

    A bucket is a key's highest bits, which no comparison leaves out. It has two bits, four of them
    are a byte: 0, 1, 3, for what matters is whether it is more than one.
    """
    bits = min(_bits(_SPARSE * len(keys)), _MOST_FILTER_BITS)
    down, one, two = np.uint64(64) - bits, np.uint64(1), np.uint64(2)
    buckets[: 1 << int(bits - two)] = 0
    for at in range(len(keys)):
        bucket = keys[np.uint64(at)] >> down
        bit = np.uint8(1) << (np.uint8(bucket & np.uint64(3)) * np.uint8(2))
        seen = buckets[bucket >> two]
        buckets[bucket >> two] = seen | bit | ((seen & bit) << np.uint8(1))
    found = np.uint64(0)
    for at in range(len(keys)):
        key = keys[np.uint64(at)]
        bucket = key >> down
        # Always written, counted or not: a branch would be guessed wrongly too often.
        keys[found], places[found] = key, at
        found += np.uint64((buckets[bucket >> two] >> ((bucket & np.uint64(3)) * two + one)) & 1)
    return found


@inlined
def _number(
    keys: NDArray[np.uint64],
    lost: np.uint64,
    table: NDArray[np.uint32],
    unlike: NDArray[np.uint64],
    times: NDArray[np.uint32],
    numbers: NDArray[np.uint32],
) -> int:
    """Number the distinct keys from 1 in order of appearance; how many there are.

    ``numbers[i]`` is that of key *i*, ``times[number]`` how often it comes. The table has twice
    as many slots as there are keys, ``unlike`` and ``times`` one entry more.
    """
    bits = _bits(2 * len(keys))
    down, mask = np.uint64(64) - bits, (np.uint64(1) << bits) - np.uint64(1)
    table[: int(mask) + 1] = 0
    distinct = np.uint32(0)
    for at in range(len(keys)):
        key = keys[at] >> lost
        slot = key * MIX >> down
        while True:
            number = table[slot]
            if number == 0:
                distinct += np.uint32(1)
                number = table[slot] = distinct
                unlike[number], times[number] = key, 0
                break
            if unlike[number] == key:
                break
            slot = (slot + np.uint64(1)) & mask
        times[number] += np.uint32(1)
        numbers[at] = number
    return int(distinct)


@inlined
def _most_of(times: NDArray[np.uint32], taken: int, tally: NDArray[np.uint32]) -> int:
    """The sum of the ``taken`` largest numbers; the tally is zero before and after."""
    most = total = 0
    for often in times:
        tally[often] += np.uint32(1)
        most = max(most, int(often))
    for time in range(most, 0, -1):
        some = min(taken, int(tally[time]))
        total += some * time
        taken -= some
        tally[time] = 0
    return total


@kernel
def _repeated(
    values: NDArray[np.uint64],
    starts: NDArray[np.int64],
    first: int,
    last: int,
    cut: bool,
    longest: int,
    counts: NDArray[np.int64],
    frequent: NDArray[np.int64],
) -> None:
    """Only where an n-gram comes again can a longer one: each length looks at the places that
    the one before left.
    """
    keys, unlike = np.empty(longest + 1, np.uint64), np.empty(longest + 1, np.uint64)
    places, times = np.empty(longest + 1, np.uint32), np.empty(longest + 1, np.uint32)
    numbers, tally = np.empty(longest + 1, np.uint32), np.zeros(longest + 1, np.uint32)
    buckets = np.empty(_slots(_SPARSE * longest, _MOST_FILTER_BITS) >> 2, np.uint8)
    table = np.empty(_slots(2 * longest, np.uint64(63)), np.uint32)
    for text in range(len(starts) - 1):
        own = values[starts[text] : starts[text + 1]]
        size = np.uint64(len(own))
        total: int | np.int64 = max(len(own) - first + 1, 0)
        left = np.uint64(0)
        if total:
            _hashed_keys(own, first, keys)
            left = _suspects(keys[:total], buckets, places)
        for n in range(first, last + 1):
            lost = _length(total) if cut else np.uint64(0)
            unlike_ones = _number(keys[:left], lost, table, unlike, times, numbers)
            again = 0
            for number in range(1, unlike_ones + 1):
                again += times[number] > 1
            distinct = max(len(own) - n + 1, 0) - np.int64(left) + unlike_ones
            if n == first:
                taken = min(int(distinct**0.5), again)
                frequent[text] = _most_of(times[1 : unlike_ones + 1], taken, tally)
            counts[0, text, n - first] = distinct
            counts[1, text, n - first] = again
            counts[2, text, n - first] = np.int64(left) - (unlike_ones - again)
            found, left = left, np.uint64(0)
            for suspect in range(found):
                place = places[suspect]
                next_ = np.uint64(place) + np.uint64(n)
                inside = next_ < size
                following = own[next_ if inside else np.uint64(0)]
                keys[left], places[left] = keys[suspect] * FACTOR + following, place
                left += np.uint64(inside & (times[numbers[suspect]] > 1))
            total = np.int64(left)


@kernel
def _most_frequent(
    points: NDArray[np.uint32],
    starts: NDArray[np.int64],
    shortest: int,
    longest: int,
    found: NDArray[np.int64],
) -> None:
    """No n-gram comes more often than any two code points in it, nor these than their bucket was
    hit. So of those that might come most the most frequent is a lower bound, and a second look at
    what might come more often the end.
    """
    suspects, places = np.empty(longest + 1, np.uint64), np.empty(longest + 1, np.uint32)
    unlike, times = np.empty(longest + 1, np.uint64), np.empty(longest + 1, np.uint32)
    numbers, often = np.empty(longest + 1, np.uint32), np.empty(longest + 1, np.uint32)
    table = np.empty(_slots(2 * longest, np.uint64(63)), np.uint32)
    sketch = np.empty(1 << int(_MOST_SKETCH_BITS), np.uint32)
    for text in range(len(starts) - 1):
        own = points[starts[text] : starts[text + 1]]
        if len(own) < shortest:
            continue
        bits = min(_bits(len(own)), _MOST_SKETCH_BITS)
        _pairs(own, sketch[: 1 << int(bits)], np.uint64(64) - bits, often)
        for n in range(2, min(shortest + found.shape[1], len(own) + 1)):
            number = len(own) - n + 1
            if n > 2:
                for at in range(number):
                    often[at] = min(often[at], often[at + 1])
            if n < shortest:
                continue
            bound = np.uint32(0)
            for at in range(number):
                bound = max(bound, often[at])
            # Not only those that might come most: fewer looks again.
            bound = np.uint32(np.uint64(bound) * np.uint64(3) >> np.uint64(2))
            for _ in range(2):
                best, chosen = np.uint32(0), np.uint64(0)
                for at in range(number):
                    # Always written, counted or not, as above.
                    places[chosen] = at
                    chosen += np.uint64(often[np.uint64(at)] > bound)
                for one in range(chosen):
                    suspects[one] = _key(own, np.uint64(places[one]), n)
                distinct = _number(suspects[:chosen], np.uint64(0), table, unlike, times, numbers)
                for one in range(1, distinct + 1):
                    best = max(best, times[one])
                if best >= bound:
                    break
                bound = best
            found[text, n - shortest] = best


@inlined
def _pairs(
    own: NDArray[np.uint32], hits: NDArray[np.uint32], down: np.uint64, often: NDArray[np.uint32]
) -> None:
    """How often the bucket of each pair of code points was hit, by the pair's place."""
    hits[:] = 0
    for at in range(len(own) - 1):
        place = np.uint64(at)
        pair = np.uint64(own[place]) << EXACT_BITS | np.uint64(own[place + np.uint64(1)])
        bucket = pair * MIX >> down
        often[place] = bucket
        hits[bucket] += np.uint32(1)
    for at in range(len(own) - 1):
        often[np.uint64(at)] = hits[often[np.uint64(at)]]
