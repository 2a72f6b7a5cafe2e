"""MinHash signatures, bit-identical to datasketch 2's ``MinHash(scheme="affine32", seed=1)``
fed with gram32 (see ``shingles``) as values already hashed.

gram32 -> MurmurHash3's 32-bit finaliser -> for each permutation k: a_k · h + b_k modulo 2³²; the
smallest value over the document's grams is the signature's k-th entry. datasketch is not needed
to compute it (importing it takes seconds); the tests compare the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpora.dedup.folding import Points, fold_points
from corpora.dedup.shingles import mixed_grams

Signature = NDArray[np.uint32]

#: Grams worked on at a time: two arrays of this many uint32 stay in the second-level cache.
_BLOCK = 16_384

#: datasketch's default seed.
_SEED = 1


def signature_of(
    text: str, *, ngram: int, permutations: int, old_kanji: bool = True
) -> Signature | None:
    """A text's signature, uint32[permutations]; None when it is shorter than a gram.

    >>> signature_of("ことぐら", ngram=5, permutations=128) is None
    True
    >>> signature_of("吾輩は猫である", ngram=5, permutations=4).dtype.name
    'uint32'
    """
    points = fold_points(text, old_kanji=old_kanji)
    signed, matrix = signatures([points], ngram=ngram, permutations=permutations)
    return matrix[0] if len(signed) else None


def signatures(
    texts: Sequence[Points], *, ngram: int, permutations: int
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Signatures of many folded texts at once.

    Returns which of the texts have one (int64[m], ascending: those of at least ``ngram`` code
    points) and their signatures (uint32[m, permutations]).
    """
    counts = np.array([len(points) - ngram + 1 for points in texts], dtype=np.int64)
    signed = np.flatnonzero(counts > 0)
    if not len(signed):
        return signed, np.empty((0, permutations), np.uint32)
    # One array for all texts: numpy's cost per call is paid once, not once a document.
    hashed = np.concatenate([_hashed(texts[place], ngram) for place in signed.tolist()])
    starts = np.concatenate([[0], np.cumsum(counts[signed])[:-1]])
    return signed, _minima(hashed, starts, permutations)


def _hashed(points: Points, ngram: int) -> NDArray[np.uint32]:
    """fmix32 of gram32 (MurmurHash3, Austin Appleby, public domain), as datasketch applies it."""
    h = (mixed_grams(points, ngram) >> np.uint64(32)).astype(np.uint32)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EB_CA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2_AE35)
    h ^= h >> np.uint32(16)
    return h


def _minima(
    hashed: NDArray[np.uint32], starts: NDArray[np.int64], permutations: int
) -> NDArray[np.uint32]:
    """min over each run of ``hashed`` of a·h + b, for every permutation: uint32[runs, k]."""
    pieces = np.union1d(starts, np.arange(0, len(hashed), _BLOCK, dtype=np.int64))
    found = np.empty((permutations, len(pieces)), np.uint32)
    first, second = permutation_parameters(permutations)
    scratch = np.empty(_BLOCK, np.uint32)
    for low in range(0, len(hashed), _BLOCK):
        block = hashed[low : low + _BLOCK]
        begin, end = np.searchsorted(pieces, [low, low + len(block)])
        inner = pieces[begin:end] - low
        values = scratch[: len(block)]
        for k in range(permutations):
            np.multiply(block, first[k], out=values)
            np.add(values, second[k], out=values)
            np.minimum.reduceat(values, inner, out=found[k, begin:end])
    runs = np.minimum.reduceat(found, np.searchsorted(pieces, starts), axis=1)
    return np.ascontiguousarray(runs.T)


@cache
def permutation_parameters(count: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """a (odd) and b of each permutation, uint32[count] both, as datasketch 2 draws them.

    >>> a, b = permutation_parameters(128)
    >>> bool((a % 2 == 1).all())
    True
    """
    draw = np.random.RandomState(_SEED)
    first = draw.randint(0, 1 << 31, count, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    second = draw.randint(0, 1 << 32, count, dtype=np.uint32)
    return first, second
