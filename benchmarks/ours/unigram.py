"""Ids of every text by a SentencePiece unigram model, as the tokenization stage gets them."""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np

from benchmarks.protocol import Task, main
from corpora.documents import ROW_GROUP_ROWS
from corpora.tokenization.models import load


def encode(task: Task) -> None:
    model = load(Path(task.options["model"]))
    texts = task.texts()
    model.Encode(texts[:100], return_type="numpy", num_threads=1)
    found = []
    with task.measured():
        for low in range(0, len(texts), ROW_GROUP_ROWS):
            some = texts[low : low + ROW_GROUP_ROWS]
            found += model.Encode(some, return_type="numpy", num_threads=1)
    task.counts["tokens"] = sum(map(len, found))
    ids = np.concatenate(found).astype(np.int32)
    task.keep("ids", "i", array("i", ids.tobytes()))
    task.keep("lengths", "q", list(map(len, found)))


WORKS = {"unigram": encode}

if __name__ == "__main__":
    main(WORKS, packages=("sentencepiece", "numpy", "numba"))
