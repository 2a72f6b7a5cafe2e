"""The group "top_ngrams": the most frequent character n-gram of each length over all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.ngrams import most_frequent
from corpora.signals.batch import Batch, shares
from corpora.signals.repetition import TOP_LENGTHS


def measure(batch: Batch) -> dict[str, NDArray[np.float32]]:
    """Every signal of TOP_NGRAMS in corpora.signals.repetition."""
    most = most_frequent(batch.points, TOP_LENGTHS)
    return {
        f"top_{n}gram_share": shares(most[:, place], batch.characters - n + 1)
        for place, n in enumerate(TOP_LENGTHS)
    }
