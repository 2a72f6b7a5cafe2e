"""Character n-grams counted with numpy: sorted 64-bit keys, no Python object an n-gram.

Keys of up to three code points are exact (21 bits each); longer ones are a
polynomial over mixed code points modulo 2**64, whose collisions are too rare
to move a share. corpora.kernels.ngrams counts the same keys over a batch of texts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpora.kernels.mixing import EXACT_BITS, FACTOR, MIX, SHIFT

Keys = npt.NDArray[np.uint64]

#: The longest n whose keys are exact: three code points of 21 bits each.
EXACT = 3
_NONE = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Repetition:
    """What is known of the n-grams of one length."""

    #: n-grams in all, and distinct ones.
    total: int
    distinct: int
    #: int64, how often each n-gram occurs that occurs more than once; in no order.
    counts: npt.NDArray[np.int64]

    @property
    def repeated_share(self) -> float:
        """Distinct n-grams that occur again over distinct n-grams (Swallow, quality.py)."""
        return len(self.counts) / self.distinct if self.distinct else 0.0


def exact_keys(code_points: npt.NDArray[np.uint32], n: int) -> Keys:
    """Keys of the n-grams, n at most 3: uint64[len − n + 1], equal only for equal n-grams."""
    points = code_points.astype(np.uint64)
    length = max(0, len(points) - n + 1)
    keys = np.zeros(length, np.uint64)
    for place in range(n):
        keys = keys << EXACT_BITS | points[place : place + length]
    return keys


def mixed(code_points: npt.NDArray[np.uint32]) -> Keys:
    """Code points spread over 64 bits, for keys of longer n-grams."""
    values = (code_points.astype(np.uint64) + np.uint64(1)) * MIX
    return values ^ (values >> SHIFT)


def hashed_keys(values: Keys, n: int) -> Keys:
    """Keys of the n-grams over ``mixed`` values: uint64[len − n + 1]."""
    length = max(0, len(values) - n + 1)
    keys = np.zeros(length, np.uint64)
    for place in range(n):
        keys = keys * FACTOR + values[place : place + length]
    return keys


def counts(keys: Keys) -> npt.NDArray[np.int64]:
    """How often each distinct key occurs, in the order of the keys.

    >>> counts(np.array([7, 3, 7], np.uint64)).tolist()
    [1, 2]
    """
    if not len(keys):
        return np.zeros(0, np.int64)
    ordered = np.sort(keys)
    edges = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    return np.diff(edges, prepend=0, append=len(ordered))


def repetitions(values: Keys, first: int, last: int) -> list[Repetition]:
    """Repeated n-grams for n = first … last over ``mixed`` values.

    Only where an n-gram occurs twice can a longer one, so each length looks at
    the places that the one before left: ordinary text costs little more than
    its first length.
    """
    found: list[Repetition] = []
    keys = hashed_keys(values, first)
    places = np.arange(len(keys))
    for n in range(first, last + 1):
        total = max(0, len(values) - n + 1)
        if n > first:
            inside = places < total
            places = places[inside]
            keys = keys[inside] * FACTOR + values[places + n - 1]
        if not len(keys):
            found.append(Repetition(total=total, distinct=total, counts=_NONE))
            continue
        new, order = _first_of_equals(keys)
        starts = new.nonzero()[0]
        lengths = np.empty(len(starts), np.int64)
        np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
        lengths[-1] = len(keys) - starts[-1]
        singles = total - len(keys)
        found.append(
            Repetition(
                total=total,
                distinct=singles + len(lengths),
                counts=lengths[lengths > 1],
            )
        )
        # Alone is what begins a run and is followed by the beginning of another.
        shared = ~new
        shared[:-1] |= shared[1:]
        kept = order[shared]
        places, keys = places[kept], keys[kept]
    return found


def _first_of_equals(keys: Keys) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Keys in order: whether each differs from the one before, and where it was; at least one key.

    The place is packed into the key's low bits, because sorting numbers is twice
    as fast as sorting places by number; 40 bits and more are left to tell keys apart.
    """
    bits = np.uint64(len(keys).bit_length())
    packed = keys >> bits << bits | np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    order = (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    packed >>= bits
    new = np.empty(len(keys), np.bool_)
    new[0] = True
    np.not_equal(packed[1:], packed[:-1], out=new[1:])
    return new, order
