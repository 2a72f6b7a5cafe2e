"""The group "repetition": character n-grams that come again, and runs of one character."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.ngrams import repeated
from corpora.kernels.runs import longest_runs
from corpora.signals.batch import Batch, shares
from corpora.signals.characters import BLANK, NEWLINE
from corpora.signals.kinds import kinds_of
from corpora.signals.repetition import LENGTHS


def measure(batch: Batch) -> dict[str, NDArray[np.float32]]:
    """Every signal of REPETITION in corpora.signals.repetition."""
    runs = longest_runs(batch.points, batch.kinds, kinds_of(BLANK, NEWLINE))
    found = repeated(batch.mixed, LENGTHS, cut=True)
    return {
        "character_repetition": shares(found.frequent, batch.characters - LENGTHS[0] + 1),
        "longest_run": runs.astype(np.float32),
        **{
            f"duplicate_{n}gram_share": shares(found.again[:, place], found.distinct[:, place])
            for place, n in enumerate(LENGTHS)
        },
    }
