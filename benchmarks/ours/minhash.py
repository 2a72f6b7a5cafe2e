"""Signatures of 128 permutations over folded character 5-grams."""

from __future__ import annotations

from array import array

import numpy as np

from benchmarks.protocol import Task, main
from corpora.dedup.folding import fold_points
from corpora.dedup.minhash import signatures
from corpora.documents import ROW_GROUP_ROWS

PERMUTATIONS, NGRAM = 128, 5


def from_text(task: Task) -> None:
    """Folding and signing, as the stage does both."""
    _sign(task, folding_counts=True)


def from_folded(task: Task) -> None:
    """Signing alone: what the peers do, who fold nothing."""
    _sign(task, folding_counts=False)


def _sign(task: Task, *, folding_counts: bool) -> None:
    texts = task.texts()
    signatures([fold_points(texts[0])], ngram=NGRAM, permutations=PERMUTATIONS)
    found = np.zeros((len(texts), PERMUTATIONS), np.uint32)
    for low in range(0, len(texts), ROW_GROUP_ROWS):
        some = texts[low : low + ROW_GROUP_ROWS]
        points = [] if folding_counts else [fold_points(text) for text in some]
        with task.measured():
            if folding_counts:
                points = [fold_points(text) for text in some]
            signed, matrix = signatures(points, ngram=NGRAM, permutations=PERMUTATIONS)
            found[low + signed] = matrix
    task.keep("signatures", "I", array("I", found.tobytes()))


WORKS = {"minhash": from_text, "minhash.folded": from_folded}

if __name__ == "__main__":
    main(WORKS, packages=("numpy", "numba"))
