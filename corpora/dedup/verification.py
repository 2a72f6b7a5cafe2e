"""The exact check: two documents are near copies when their n-gram sets say so, nothing less."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.dedup.candidates import Candidates
from corpora.dedup.shingles import GramSet, gram_sets
from corpora.folding import fold_texts
from corpora.kernels.bands import join_in_order, roots
from corpora.kernels.sets import pair_intersections
from corpora.kernels.text import Utf8
from corpora.stages import Progress
from corpora.storage import Store

#: Pairs that are checked at a time. Few enough that little is checked in vain: a pair that the
#: pairs before it have joined need not be.
_PAIRS_AT_ONCE = 8_192
#: Kernels do not hold the interpreter's lock, and no other unit of the run is at work meanwhile.
THREADS = min(4, os.cpu_count() or 1)


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
        kana: bool,
        progress: Progress,
    ) -> None:
        """Write the sets of the wanted positions of the ``text`` blobs taken as one column."""
        sizes = [np.zeros(1, np.int64)]
        with self._path.open("wb") as file:
            for texts in _texts(store, blobs, self._wanted, progress):
                folded = fold_texts(texts, old_kanji=old_kanji, kana=kana)
                grams, starts = gram_sets(folded, ngram=ngram)
                file.write(grams.data)
                sizes.append(np.diff(starts))
        self._ends = np.cumsum(np.concatenate(sizes))
        self._grams: GramSet = (
            np.memmap(self._path, np.uint64, mode="r") if self._ends[-1] else np.empty(0, np.uint64)
        )

    def jaccard(self, pairs: NDArray[np.int64], threshold: float) -> NDArray[np.float64]:
        """float64[pairs]: exact, or 0.0 where the sizes alone rule the threshold out."""
        shared = self.shared(pairs, threshold)
        sizes = self.sizes(pairs).sum(axis=1)
        jaccard: NDArray[np.float64] = shared / np.maximum(sizes - shared, 1)
        return jaccard

    def release(self) -> None:
        """Let go of the pages that were looked at. The system keeps them as long as it has room."""
        mapped: Any = self._grams.base
        if isinstance(mapped, mmap.mmap):
            mapped.madvise(mmap.MADV_DONTNEED)

    def shared(self, pairs: NDArray[np.int64], least: float = 0.0) -> NDArray[np.int64]:
        """int64[pairs]: grams in both sets, or 0 where the sizes rule out the Jaccard ``least``."""
        places = np.searchsorted(self._wanted, pairs)
        return pair_intersections(self._grams, self._ends[:-1], self._ends[1:], places, least)

    def sizes(self, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
        """int64[pairs, 2]: grams of each set."""
        found: NDArray[np.int64] = np.diff(self._ends)[np.searchsorted(self._wanted, pairs)]
        return found


def _texts(
    store: Store, blobs: Sequence[str], wanted: NDArray[np.int64], progress: Progress
) -> Iterator[Utf8]:
    """The texts at the wanted positions (ascending), by row group; others are not decoded."""
    first = 0
    for blob in blobs:
        with store.parquet(blob) as source:
            for group in range(source.num_row_groups):
                rows = source.metadata.row_group(group).num_rows
                low, high = np.searchsorted(wanted, [first, first + rows])
                if low < high:
                    column: Any = source.read_row_group(group, columns=["text"]).column("text")
                    chosen = column.combine_chunks().take(wanted[low:high] - first)
                    for _, texts in Utf8.of(chosen).slices():
                        yield texts
                        progress(documents=len(texts), bytes=texts.size)
                first += rows


def verified(
    candidates: Candidates,
    grams: GramFile,
    *,
    threshold: float,
    parents: NDArray[np.int64],
    progress: Progress,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Join in ``parents`` (kernels.bands.join_in_order) the pairs whose exact Jaccard reaches the
    threshold; the pairs that joined, int64[joined, 2], and their Jaccard.

    The likeliest are checked first: they join most clusters, and a pair that is joined already
    through others need not be checked.
    """
    order = np.argsort(-candidates[:, 2], kind="stable")
    joined, values = [np.empty((0, 2), np.int64)], [np.empty(0)]
    with ThreadPoolExecutor(THREADS) as threads:
        for low in range(0, len(order), _PAIRS_AT_ONCE):
            pairs = candidates[order[low : low + _PAIRS_AT_ONCE], :2]
            ends = roots(parents, pairs.ravel()).reshape(-1, 2)
            pairs = pairs[ends[:, 0] != ends[:, 1]]
            shares = np.array_split(pairs, THREADS)
            found = np.concatenate(
                list(threads.map(lambda some: grams.jaccard(some, threshold), shares))
            )
            done = join_in_order(parents, pairs, found >= threshold)
            joined.append(pairs[done])
            values.append(found[done])
            grams.release()
            progress()
    return np.concatenate(joined), np.concatenate(values)
