"""The exact check: two documents are near copies when their n-gram sets say so, nothing less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpora.dedup.candidates import Matrix, Pairs, agreement
from corpora.dedup.forest import Forest
from corpora.dedup.shingles import GramSet, gram_set, jaccard
from corpora.stages import Progress
from corpora.storage import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A verified pair that joined two clusters; positions in canonical order, a < b."""

    a: int
    b: int
    jaccard: float


class GramFile:
    """The n-gram sets of the documents that candidates name, in one file on the store's disk.

    Each text is read and cut into grams once, in the order of the parts; comparing then touches
    the file through the page cache, so memory does not grow with the number of documents.
    """

    def __init__(self, path: Path, wanted: NDArray[np.int64]) -> None:
        self._path = path
        self._wanted = wanted
        self._ends = np.zeros(len(wanted) + 1, np.int64)

    def fill(
        self,
        store: Store,
        blobs: Sequence[str],
        *,
        ngram: int,
        old_kanji: bool,
        progress: Progress,
    ) -> None:
        """Write the sets of the wanted positions of the ``text`` blobs taken as one column."""
        with self._path.open("wb") as file:
            for place, text in enumerate(_texts(store, blobs, self._wanted, progress)):
                grams = gram_set(text, ngram=ngram, old_kanji=old_kanji)
                file.write(grams.tobytes())
                self._ends[place + 1] = self._ends[place] + len(grams)
        self._grams: GramSet = (
            np.memmap(self._path, np.uint64, mode="r") if self._ends[-1] else np.empty(0, np.uint64)
        )

    def __getitem__(self, position: int) -> GramSet:
        place = int(np.searchsorted(self._wanted, position))
        return self._grams[self._ends[place] : self._ends[place + 1]]


def _texts(
    store: Store, blobs: Sequence[str], wanted: NDArray[np.int64], progress: Progress
) -> Iterator[str]:
    """The texts at the wanted positions (ascending), by row group; others are not decoded."""
    first = 0
    for blob in blobs:
        with store.parquet(blob) as source:
            for group in range(source.num_row_groups):
                rows = source.metadata.row_group(group).num_rows
                low, high = np.searchsorted(wanted, [first, first + rows])
                if low < high:
                    column = source.read_row_group(group, columns=["text"]).column("text")
                    chosen = column.take(wanted[low:high] - first)
                    yield from (text or "" for text in chosen.to_pylist())
                    progress(documents=int(high - low), bytes=chosen.nbytes)
                first += rows


def by_estimate(matrix: Matrix, pairs: Pairs) -> Pairs:
    """The likeliest first: they join most clusters, and a pair that is joined already through
    others need not be checked."""
    order = np.argsort(-agreement(matrix, pairs), kind="stable")
    return pairs[order]


def verified(
    pairs: Pairs, grams: GramFile, *, threshold: float, forest: Forest, progress: Progress
) -> Iterator[Edge]:
    """Join in ``forest`` each pair whose exact Jaccard reaches the threshold; yield those."""
    for number, (a, b) in enumerate(pairs.tolist()):
        if number % 1_000 == 0:
            progress()
        if forest.root(a) == forest.root(b):
            continue
        similarity = _similarity(grams[a], grams[b], threshold)
        if similarity >= threshold:
            forest.join(a, b)
            yield Edge(a=a, b=b, jaccard=similarity)


def _similarity(a: GramSet, b: GramSet, threshold: float) -> float:
    """Exact Jaccard, or 0.0 where the sizes alone rule the threshold out."""
    if min(len(a), len(b)) < threshold * max(len(a), len(b)):
        return 0.0
    return jaccard(a, b)
