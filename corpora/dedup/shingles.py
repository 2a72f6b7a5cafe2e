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

import numpy as np
from numpy.typing import NDArray

from corpora.folding import fold_texts
from corpora.grams import multipliers
from corpora.kernels.minhash import gram_hashes
from corpora.kernels.sets import distinct, intersection
from corpora.kernels.text import Points, Utf8

#: gram64 of each gram of a text, sorted, each once.
GramSet = NDArray[np.uint64]


def gram_set(text: str, *, ngram: int, old_kanji: bool = True, kana: bool = False) -> GramSet:
    """The set of a text's folded n-grams, as sorted uint64; empty for a text shorter than that.

    >>> len(gram_set("ことぐらことぐら", ngram=4)), len(gram_set("こと", ngram=4))
    (4, 0)
    """
    folded = fold_texts(Utf8.of([text]), old_kanji=old_kanji, kana=kana)
    hashes, _ = gram_hashes(folded, multipliers(ngram))
    return np.unique(hashes)


def gram_sets(folded: Points, *, ngram: int) -> tuple[GramSet, NDArray[np.int64]]:
    """The sets of many folded texts, end to end, and int64[texts + 1] where each begins.

    >>> from corpora.folding import fold_texts
    >>> sets, starts = gram_sets(fold_texts(Utf8.of(["いろはいろは", "茶"])), ngram=3)
    >>> starts.tolist()
    [0, 3, 3]
    """
    hashes, starts = gram_hashes(folded, multipliers(ngram))
    # numpy sorts with all lanes of the processor; what a compiler makes of a loop does not.
    for text in range(len(folded)):
        hashes[starts[text] : starts[text + 1]].sort()
    return distinct(hashes, starts)


def jaccard(a: GramSet, b: GramSet) -> float:
    """|a ∩ b| / |a ∪ b|, 0.0 when both are empty.

    >>> jaccard(gram_set("いろはにほへと", ngram=5), gram_set("いろはにほへど", ngram=5))
    0.5
    """
    shared = intersection(a, b)
    return shared / max(1, len(a) + len(b) - shared)
