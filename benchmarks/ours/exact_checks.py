"""Exact Jaccard of pairs of documents whose gram sets are there: one line a pair of texts."""

from __future__ import annotations

import json
from array import array

import numpy as np

from benchmarks.protocol import Task, main
from corpora.dedup.shingles import gram_set
from corpora.kernels.sets import pair_intersections

NGRAM, THRESHOLD = 5, 0.8
_ROUNDS = 20


def checks(task: Task) -> None:
    with task.input.open(encoding="utf-8") as lines:
        sets = [gram_set(text, ngram=NGRAM) for line in lines for text in json.loads(line)]
    ends = np.cumsum([0, *map(len, sets)], dtype=np.int64)
    values = np.concatenate(sets)
    pairs = np.arange(len(sets), dtype=np.int64).reshape(-1, 2)
    task.documents = len(pairs) * _ROUNDS
    task.bytes = _ROUNDS * values.nbytes
    starts, ends, sizes = ends[:-1], ends[1:], np.diff(ends)
    pair_intersections(values, starts, ends, pairs[:1], 0.0)
    with task.measured():
        for _ in range(_ROUNDS):
            shared = pair_intersections(values, starts, ends, pairs, 0.0)
            jaccard = shared / np.maximum(sizes[pairs].sum(axis=1) - shared, 1)
    task.keep("jaccard", "d", array("d", jaccard.tobytes()))


WORKS = {"exact_checks": checks}

if __name__ == "__main__":
    main(WORKS, packages=("numpy", "numba"))
