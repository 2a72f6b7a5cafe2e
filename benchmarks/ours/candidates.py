"""Signatures -> candidate pairs -> clusters. The input is a raw matrix of uint32.

The bands are shared out in as many threads as there are cores, as units of them are among workers.
"""

from __future__ import annotations

import os
from array import array
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from benchmarks.protocol import Task, main
from corpora.dedup.candidates import Candidates, Signatures, candidates, together
from corpora.kernels.bands import Matrix, join_in_order, roots

BANDS, ROWS, THRESHOLD = 16, 8, 0.8
#: As many rows as a part of 64 MB of web pages has, about.
_PART_ROWS = 50_000


def clusters(task: Task) -> None:
    matrix: Matrix = np.memmap(task.input, np.uint32, "r").reshape(-1, int(task.options["columns"]))
    matrix = matrix[: int(task.options["documents"])]
    task.documents, task.bytes = len(matrix), matrix.nbytes
    _found(_parts(matrix[:1_000]))
    with task.measured():
        found = _found(_parts(matrix))
        parents = np.arange(len(matrix), dtype=np.int64)
        pairs = np.ascontiguousarray(found[:, :2])
        join_in_order(parents, pairs, np.ones(len(found), np.bool_))
        root = roots(parents, np.arange(len(matrix), dtype=np.int64))
    members = np.bincount(root, minlength=len(matrix))
    task.counts.update(pairs=len(found), clusters=int(np.count_nonzero(members > 1)))
    task.keep("clusters", "q", array("q", root.tobytes()))


def _parts(matrix: Matrix) -> Signatures:
    return Signatures([matrix[low : low + _PART_ROWS] for low in range(0, len(matrix), _PART_ROWS)])


def _found(signatures: Signatures) -> Candidates:
    cores = len(os.sched_getaffinity(0))
    edges = [BANDS * share // cores for share in range(cores + 1)]
    wanted = np.ones(len(signatures), np.bool_)

    def share(number: int) -> Candidates:
        bands = range(edges[number], edges[number + 1])
        return candidates(signatures, wanted, bands=bands, rows=ROWS, threshold=THRESHOLD)

    with ThreadPoolExecutor(cores) as threads:
        return together(threads.map(share, range(cores)))


WORKS = {"candidates": clusters}

if __name__ == "__main__":
    main(WORKS, packages=("numpy", "numba"))
