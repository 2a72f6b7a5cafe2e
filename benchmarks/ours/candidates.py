"""Signatures -> candidate pairs -> clusters. The input is a raw matrix of uint32."""

from __future__ import annotations

from array import array

import numpy as np

from benchmarks.protocol import Task, main
from corpora.dedup.candidates import Matrix, candidates
from corpora.dedup.forest import Forest

BANDS, ROWS, THRESHOLD = 16, 8, 0.8


def clusters(task: Task) -> None:
    matrix: Matrix = np.memmap(task.input, np.uint32, "r").reshape(-1, int(task.options["columns"]))
    matrix = matrix[: int(task.options["documents"])]
    task.documents, task.bytes = len(matrix), matrix.nbytes
    candidates(matrix[:1_000], bands=BANDS, rows=ROWS, threshold=THRESHOLD)
    with task.measured():
        pairs = candidates(matrix, bands=BANDS, rows=ROWS, threshold=THRESHOLD)
        forest = Forest()
        for a, b in pairs.tolist():
            forest.join(a, b)
        trees = forest.trees()
    task.counts.update(pairs=len(pairs), clusters=len(trees))
    roots = np.arange(len(matrix))
    for root, members in trees.items():
        roots[members] = root
    task.keep("clusters", "q", array("q", roots.tobytes()))


WORKS = {"candidates": clusters}

if __name__ == "__main__":
    main(WORKS, packages=("numpy", "numba"))
