"""What is near this text? For a pasted text, an evaluation item, an opt-out.

Whoever keeps an index (datasketch's MinHashLSH, say) finds candidates by ``Query.signature``;
``best`` finds them without one, by reading a snapshot's signatures. ``Query.jaccard`` then says
how near a candidate really is.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.arrays import read_array
from corpora.dedup.minhash import Signature, signature_of, signed
from corpora.dedup.shingles import GramSet, gram_set, jaccard
from corpora.storage import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A text as it is compared; the settings are those of the snapshot's recipe."""

    ngram: int
    old_kanji: bool
    kana: bool
    #: uint32[permutations]; None for a text shorter than a gram, which is near nothing.
    signature: Signature | None
    grams: GramSet

    @classmethod
    def of(
        cls,
        text: str,
        *,
        ngram: int,
        permutations: int,
        sketch: str = "minhash",
        old_kanji: bool = True,
        kana: bool = False,
    ) -> Query:
        signature = signature_of(
            text,
            ngram=ngram,
            permutations=permutations,
            sketch=sketch,
            old_kanji=old_kanji,
            kana=kana,
        )
        grams = gram_set(text, ngram=ngram, old_kanji=old_kanji, kana=kana)
        return cls(ngram=ngram, old_kanji=old_kanji, kana=kana, signature=signature, grams=grams)

    def jaccard(self, text: str) -> float:
        """Exact Jaccard of the folded n-gram sets.

        >>> query = Query.of("或る日の暮方の事である。", ngram=5, permutations=16)
        >>> query.jaccard("或る日の暮方の事である．"), query.jaccard("下人")
        (1.0, 0.0)
        """
        other = gram_set(text, ngram=self.ngram, old_kanji=self.old_kanji, kana=self.kana)
        return jaccard(self.grams, other)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Near:
    """A document that may be near; ``part`` counts the blobs that were given, from 0."""

    #: Share of equal signature entries: an estimate of the Jaccard similarity.
    estimate: float
    part: int
    row: int


def best(
    query: Query, store: Store, blobs: Sequence[str], *, limit: int, least: float = 0.0
) -> list[Near]:
    """The ``limit`` rows of the signature blobs with the highest estimates ≥ ``least``.

    Reads every signature (about 1 GB/s from the page cache): for a snapshot without an index.
    """
    if query.signature is None:
        return []
    found: list[Near] = []
    for part, blob in enumerate(blobs):
        rows, estimates = _estimates(query.signature, store, blob)
        passing = estimates >= max(least, 1 / len(query.signature))
        found += [
            Near(estimate=estimate, part=part, row=row)
            for row, estimate in zip(
                rows[passing].tolist(), estimates[passing].tolist(), strict=True
            )
        ]
        found = heapq.nlargest(limit, found, key=lambda n: (n.estimate, -n.part, -n.row))
    return found


def _estimates(
    signature: Signature, store: Store, blob: str
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows that have a signature, and the share of entries equal to the query's."""
    matrix = read_array(store, blob)
    rows = np.flatnonzero(signed(matrix))
    equal = matrix[rows] == signature
    return rows, equal.mean(axis=1) if len(rows) else np.empty(0)
