"""The group "script": counts of character classes over counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.text import first_places
from corpora.signals.batch import Batch, shares
from corpora.signals.characters import (
    BLANK,
    DIGIT,
    HIRAGANA,
    JAPANESE,
    KANA,
    KANJI,
    KATAKANA,
    LATIN,
    PRIVATE,
    REPLACEMENT,
    SYMBOL,
)
from corpora.signals.kinds import particles
from corpora.signals.script import HEAD, head_kana_table


def measure(batch: Batch) -> dict[str, NDArray[np.float32]]:
    """Every signal of corpora.signals.script."""
    characters = batch.characters
    japanese = batch.count(*JAPANESE)
    of_particles = batch.count_numbers(particles())
    of_all = {
        "japanese_share": japanese,
        "latin_share": batch.count(LATIN),
        "digit_share": batch.count(DIGIT),
        "symbol_share": batch.count(SYMBOL),
        "blank_share": batch.count(BLANK),
        "private_use_share": batch.count(PRIVATE),
        "replacement_share": batch.count(REPLACEMENT),
    }
    return {
        "characters": characters.astype(np.float32),
        "letters": batch.letters.astype(np.float32),
        "japanese_letters": japanese.astype(np.float32),
        "hiragana_share": shares(batch.count(HIRAGANA), japanese),
        "katakana_share": shares(batch.count(KATAKANA), japanese),
        "kanji_share": shares(batch.count(KANJI), japanese),
        "kana_share": shares(batch.count(*KANA), batch.letters),
        "particle_share": shares(of_particles, japanese),
        "kana_in_head": (first_places(batch.points, head_kana_table(), HEAD) >= 0).astype(
            np.float32
        ),
        **{name: shares(part, characters) for name, part in of_all.items()},
    }
