"""The group "language": counts of kana decide; only where they are few is a text read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.signals.batch import Batch
from corpora.signals.characters import KANA, KANJI
from corpora.signals.language import CLEARLY, LONG, model_score


def measure(batch: Batch) -> dict[str, NDArray[np.float32]]:
    """Every signal of corpora.signals.language."""
    kana = batch.count(*KANA)
    clearly = kana / np.maximum(batch.letters, 1) >= CLEARLY
    kanji = batch.count(KANJI)
    never = (kana == 0) & ((kanji == 0) | (batch.characters >= LONG))
    scores = clearly.astype(np.float32)
    for number in np.flatnonzero(~clearly & ~never):
        scores[number] = model_score(batch.texts.text(int(number)))
    return {"japanese_score": scores}
