"""sentencepiece: the reference encoder, and with two threads the calibrator of this machine."""

from __future__ import annotations

from array import array

import numpy as np
from sentencepiece import SentencePieceProcessor

from benchmarks.protocol import Task, main

_AT_ONCE = 2_000


def one_thread(task: Task) -> None:
    _encode(task, 1)


def two_threads(task: Task) -> None:
    _encode(task, 2)


def _encode(task: Task, threads: int) -> None:
    model = SentencePieceProcessor(model_file=task.options["model"])
    texts = task.texts()
    model.Encode(texts[:100], num_threads=threads)
    found = []
    with task.measured():
        for low in range(0, len(texts), _AT_ONCE):
            some = texts[low : low + _AT_ONCE]
            found += model.Encode(some, return_type="numpy", num_threads=threads)
    ids = np.concatenate(found).astype(np.int32)
    task.counts["tokens"] = len(ids)
    task.keep("ids", "i", array("i", ids.tobytes()))
    task.keep("lengths", "q", [len(one) for one in found])


WORKS = {"unigram": one_thread, "unigram.two_threads": two_threads}

if __name__ == "__main__":
    main(WORKS, packages=("sentencepiece", "numpy"))
