"""The group "word_repetition": n-grams of runs of one script that come again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.ngrams import repeated
from corpora.kernels.runs import word_keys
from corpora.signals.batch import Batch, shares
from corpora.signals.characters import (
    BLANK,
    CLASSES,
    KATAKANA,
    LONG_MARK,
    NEWLINE,
    of_classes,
)
from corpora.signals.repetition import SINGLES, WORDS


def measure(batch: Batch) -> dict[str, NDArray[np.float32]]:
    """Every signal of WORD_REPETITION in corpora.signals.repetition."""
    kinds = np.arange(len(CLASSES), dtype=np.uint8)
    kinds[LONG_MARK] = KATAKANA
    words = word_keys(
        batch.mixed,
        batch.classes,
        kinds,
        single=of_classes(*SINGLES),
        passed=of_classes(BLANK, NEWLINE),
    )
    found = repeated(words, range(WORDS, WORDS + 1))
    total = np.diff(words.starts) - WORDS + 1
    return {"word_repetition": shares(found.occurrences[:, 0], total)}
