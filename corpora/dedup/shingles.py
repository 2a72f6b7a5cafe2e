"""Character n-grams as numbers: one 64-bit hash a gram, computed from its code points.

For a gram c₀…cₙ₋₁ (folded code points), all arithmetic modulo 2⁶⁴::

    x = Σ Kᵢ · cᵢ          Kᵢ = the i-th output of SplitMix64 from seed 0, made odd
    x = (x xor (x >> 32)) · 0x9E3779B97F4A7C15
    gram64 = x xor (x >> 29)       identifies the gram in exact comparisons
    gram32 = x >> 32               what MinHash is fed

Two different grams get one gram64 with a chance of about 2⁻⁶⁴, so sets of gram64 stand for the
sets of grams. (SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
2014.)
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpora.dedup.folding import Points, fold_points

#: gram64 of each gram of a text, sorted, each once.
GramSet = NDArray[np.uint64]

_GOLDEN = 0x9E37_79B9_7F4A_7C15
_MASK = (1 << 64) - 1


def gram_set(text: str, *, ngram: int, old_kanji: bool = True) -> GramSet:
    """The set of a text's folded n-grams, as sorted uint64; empty for a text shorter than that.

    >>> len(gram_set("ことぐらことぐら", ngram=4)), len(gram_set("こと", ngram=4))
    (4, 0)
    """
    mixed = mixed_grams(fold_points(text, old_kanji=old_kanji), ngram)
    return np.unique(mixed ^ (mixed >> np.uint64(29)))


def jaccard(a: GramSet, b: GramSet) -> float:
    """|a ∩ b| / |a ∪ b|, 0.0 when both are empty.

    >>> jaccard(gram_set("いろはにほへと", ngram=5), gram_set("いろはにほへど", ngram=5))
    0.5
    """
    if not len(a) or not len(b):
        return 0.0
    both = np.concatenate([a, b])
    # "stable" merges two sorted runs in linear time; the default would sort them anew.
    both.sort(kind="stable")
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    return shared / (len(a) + len(b) - shared)


def mixed_grams(points: Points, ngram: int) -> NDArray[np.uint64]:
    """The x of the module's formula for every window of ``points``, uint64[len - ngram + 1].

    >>> len(mixed_grams(fold_points("言蔵"), 5))
    0
    """
    windows = len(points) - ngram + 1
    if windows <= 0:
        return np.empty(0, np.uint64)
    wide = points.astype(np.uint64)
    total = wide[:windows] * np.uint64(_multipliers(ngram)[0])
    for place, multiplier in enumerate(_multipliers(ngram)[1:], start=1):
        total += wide[place : place + windows] * np.uint64(multiplier)
    total ^= total >> np.uint64(32)
    total *= np.uint64(_GOLDEN)
    return total


@cache
def _multipliers(count: int) -> tuple[int, ...]:
    """SplitMix64 from seed 0, lowest bit set.

    >>> hex(_multipliers(1)[0])
    '0xe220a8397b1dcdaf'
    """
    found = []
    for number in range(1, count + 1):
        z = number * _GOLDEN & _MASK
        z = (z ^ z >> 30) * 0xBF58_476D_1CE4_E5B9 & _MASK
        z = (z ^ z >> 27) * 0x94D0_49BB_1331_11EB & _MASK
        found.append((z ^ z >> 31) | 1)
    return tuple(found)
