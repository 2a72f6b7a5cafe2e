"""Signatures of 128 permutations over folded character 5-grams."""

from __future__ import annotations

from array import array

import numpy as np
import pyarrow as pa

from benchmarks.protocol import Task, main
from corpora.dedup.minhash import signatures
from corpora.folding import fold_texts
from corpora.kernels.text import Utf8

PERMUTATIONS, NGRAM = 128, 5


def from_text(task: Task) -> None:
    """Folding and signing, as the stage does both."""
    _sign(task, folding_counts=True, sketch="minhash")


def from_folded(task: Task) -> None:
    """Signing alone: what the peers do, who fold nothing."""
    _sign(task, folding_counts=False, sketch="minhash")


def one_permutation(task: Task) -> None:
    """The other sketch, folding included."""
    _sign(task, folding_counts=True, sketch="one-permutation")


def _sign(task: Task, *, folding_counts: bool, sketch: str) -> None:
    texts = Utf8.of(pa.array(task.texts(), pa.large_string()))
    found = np.zeros((len(texts), PERMUTATIONS), np.uint32)
    first = fold_texts(Utf8.of(["温"]))
    signatures(first, ngram=NGRAM, permutations=PERMUTATIONS, sketch=sketch)
    for low, some in texts.slices():
        folded = None if folding_counts else fold_texts(some)
        with task.measured():
            points = folded or fold_texts(some)
            rows = signatures(points, ngram=NGRAM, permutations=PERMUTATIONS, sketch=sketch)
            found[low : low + len(rows)] = rows
    task.keep("signatures", "I", array("I", found.tobytes()))


WORKS = {
    "minhash": from_text,
    "minhash.folded": from_folded,
    "minhash.one_permutation": one_permutation,
}

if __name__ == "__main__":
    main(WORKS, packages=("numpy", "numba"))
