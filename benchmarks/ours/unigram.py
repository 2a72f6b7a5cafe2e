"""Ids of every text by a SentencePiece unigram model, as the tokenization stage gets them."""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.protocol import Task, main
from corpora.kernels.text import Utf8
from corpora.tokenization.encoder import encoder


def encode(task: Task) -> None:
    model = encoder(Path(task.options["model"]))
    texts = Utf8.of(pa.array(task.texts(), pa.large_string()))
    model.encode(Utf8.of(["温"]))
    with task.measured():
        offsets, ids = model.encode(texts)
    task.counts["tokens"] = len(ids)
    task.keep("ids", "i", array("i", ids.astype(np.int32).tobytes()))
    task.keep("lengths", "q", np.diff(offsets).tolist())


WORKS = {"unigram": encode}

if __name__ == "__main__":
    main(WORKS, packages=("sentencepiece", "numpy", "numba"))
