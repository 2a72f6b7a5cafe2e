"""Signatures of texts: MinHash, or the one-permutation sketch.

MinHash is bit-identical to datasketch 2's ``MinHash(scheme="affine32", seed=1)`` fed with gram32
(see ``shingles``) as values already hashed.

gram32 -> MurmurHash3's 32-bit finaliser -> for each permutation k: a_k · h + b_k modulo 2³²; the
smallest value over the document's grams is the signature's k-th entry. datasketch is not needed
to compute it (importing it takes seconds); the tests compare the two.

"one-permutation" (corpora.kernels.minhash.one_permutation) hashes each gram once instead of 128
times; its signatures are compared in the same way, but are nobody else's.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpora.folding import fold_texts
from corpora.grams import multipliers
from corpora.kernels.minhash import NOTHING, minhash, one_permutation
from corpora.kernels.text import Points, Utf8

Signature = NDArray[np.uint32]

#: datasketch's default seed.
_SEED = 1


def signature_of(
    text: str,
    *,
    ngram: int,
    permutations: int,
    sketch: str = "minhash",
    old_kanji: bool = True,
    kana: bool = False,
) -> Signature | None:
    """A text's signature, uint32[permutations]; None when it is shorter than a gram.

    >>> signature_of("ことぐら", ngram=5, permutations=128) is None
    True
    >>> signature_of("吾輩は猫である", ngram=5, permutations=4).dtype.name
    'uint32'
    """
    folded = fold_texts(Utf8.of([text]), old_kanji=old_kanji, kana=kana)
    matrix = signatures(folded, ngram=ngram, permutations=permutations, sketch=sketch)
    return matrix[0] if signed(matrix)[0] else None


def signatures(
    folded: Points, *, ngram: int, permutations: int, sketch: str = "minhash"
) -> NDArray[np.uint32]:
    """Signatures of folded texts, uint32[texts, permutations].

    A text shorter than a gram gets what datasketch gives an empty set, and is near nothing:
    ``signed`` tells them.
    """
    if sketch == "one-permutation":
        return one_permutation(folded, multipliers(ngram), permutations)
    return minhash(folded, multipliers(ngram), *permutation_parameters(permutations))


def signed(matrix: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """bool[texts]: which signatures are of texts that have a gram.

    No text of the world has the greatest value everywhere.
    """
    found: NDArray[np.bool_] = (matrix != NOTHING).any(axis=1)
    return found


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
