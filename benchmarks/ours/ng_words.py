"""Hits of a list of words in every text, by the product's own rules of where a word begins."""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.protocol import Task, main
from corpora.kernels.text import Utf8
from corpora.matching.words import read_words
from corpora.signals.batch import Batch
from corpora.signals.lists import WordLists

_NAME = "words.ng"


def hits(task: Task) -> None:
    words = read_words(Path(task.options["words"]).read_text("utf-8").splitlines())
    lists = WordLists({_NAME: tuple(words)})
    texts = Utf8.of(pa.array(task.texts(), pa.large_string()))
    _counts(Utf8.of(["温"]), lists)
    counts = []
    with task.measured():
        for _, some in texts.slices():
            counts.append(_counts(some, lists))
    found = np.concatenate(counts)
    task.counts.update(words=len(words), hits=int(found.sum()))
    task.keep("hits", "q", array("q", found.tobytes()))


def _counts(texts: Utf8, lists: WordLists) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return Batch(texts, lists).hits[_NAME].counts(len(texts)).astype(np.int64)


WORKS = {"ng_words": hits}

if __name__ == "__main__":
    main(WORKS, packages=("numpy", "numba"))
