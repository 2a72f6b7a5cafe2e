"""How alike two texts are, exactly, without the kernels: for a process that must not load them.

The sets are those of ``corpora.dedup.shingles`` (where the formula is), gram for gram: what is
said of a pair here is what the run compared with its threshold.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpora.folding import fold_points

_GOLDEN = 0x9E37_79B9_7F4A_7C15
_MASK = (1 << 64) - 1


def jaccard_of(
    one: str, other: str, *, ngram: int, old_kanji: bool = True, kana: bool = False
) -> float:
    """Exact Jaccard of the folded n-gram sets of two texts, 0.0 when both have none.

    >>> jaccard_of("或る日の暮方の事である。", "或る日の暮方の事である．", ngram=5)
    1.0
    >>> jaccard_of("いろはにほへと", "いろはにほへど", ngram=5)
    0.5
    """
    sets = [grams_of(text, ngram=ngram, old_kanji=old_kanji, kana=kana) for text in (one, other)]
    both = np.concatenate(sets)
    both.sort()
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    return shared / max(1, sum(map(len, sets)) - shared)


def grams_of(
    text: str, *, ngram: int, old_kanji: bool = True, kana: bool = False
) -> NDArray[np.uint64]:
    """gram64 of each folded n-gram, sorted, each once; empty for a text shorter than that."""
    points = fold_points(text, old_kanji=old_kanji, kana=kana).astype(np.uint64)
    count = len(points) - ngram + 1
    if count < 1:
        return np.empty(0, np.uint64)
    found = np.zeros(count, np.uint64)
    for place, factor in enumerate(multipliers(ngram)):
        found += points[place : place + count] * factor
    found = (found ^ found >> np.uint64(32)) * np.uint64(_GOLDEN)
    found ^= found >> np.uint64(29)
    # numpy.unique would put them into a hash table first, which takes five times as long.
    found.sort()
    distinct: NDArray[np.uint64] = found[np.append(True, found[1:] != found[:-1])]
    return distinct


@cache
def multipliers(count: int) -> NDArray[np.uint64]:
    """SplitMix64 from seed 0, lowest bit set: uint64[count].

    >>> hex(multipliers(1)[0])
    '0xe220a8397b1dcdaf'
    """
    found = []
    for number in range(1, count + 1):
        z = number * _GOLDEN & _MASK
        z = (z ^ z >> 30) * 0xBF58_476D_1CE4_E5B9 & _MASK
        z = (z ^ z >> 27) * 0x94D0_49BB_1331_11EB & _MASK
        found.append((z ^ z >> 31) | 1)
    return np.array(found, np.uint64)
