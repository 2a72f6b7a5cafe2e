"""Exact Jaccard of pairs of documents whose gram sets are there: one line a pair of texts."""

from __future__ import annotations

import json

from benchmarks.protocol import Task, main
from corpora.dedup.shingles import gram_set, jaccard

NGRAM = 5
_ROUNDS = 20


def checks(task: Task) -> None:
    with task.input.open(encoding="utf-8") as lines:
        sets = [[gram_set(text, ngram=NGRAM) for text in json.loads(line)] for line in lines]
    task.documents = len(sets) * _ROUNDS
    task.bytes = _ROUNDS * sum(grams.nbytes for pair in sets for grams in pair)
    with task.measured():
        for _ in range(_ROUNDS):
            found = [jaccard(a, b) for a, b in sets]
    task.keep("jaccard", "d", found)


WORKS = {"exact_checks": checks}

if __name__ == "__main__":
    main(WORKS, packages=("numpy", "numba"))
