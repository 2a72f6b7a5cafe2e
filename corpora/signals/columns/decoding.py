"""The group "decoding": only texts with a sign of wrong decoding are searched for it."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.characters import bits
from corpora.kernels.pages import (
    APART,
    CONTINUATION,
    KANA_LEAD,
    QUOTE,
    TANGLED,
    mojibake_signs,
)
from corpora.kernels.signs import marked
from corpora.matching import pages
from corpora.signals.batch import Batch, shares
from corpora.signals.characters import HALF_KANA
from corpora.signals.spans import Spans, found_in


@cache
def _classes() -> NDArray[np.uint8]:
    return bits(
        {
            int(CONTINUATION): pages.CONTINUATION,
            int(KANA_LEAD): pages.KANA_LEAD,
            int(TANGLED): f"[{pages.TANGLED}]",
            int(APART): f"[{pages.APART}]",
            int(QUOTE): pages.QUOTE,
        }
    )


def measure(batch: Batch) -> dict[str, NDArray[np.float32]]:
    """Every signal of the group."""
    return {
        "mojibake_share": shares(_mojibake(batch).covered(len(batch)), batch.characters),
        "halfwidth_kana_share": shares(batch.count(HALF_KANA), batch.characters),
    }


def _mojibake(batch: Batch) -> Spans:
    points = batch.points
    places = marked(points, f"[{pages.MOJIBAKE_SIGNS}]|{pages.QUOTE}")
    texts = np.unique(places[mojibake_signs(points, places, _classes())].text)
    # The whole text: whether it is searched at all depends on signs anywhere in it.
    windows = np.stack([texts, points.starts[texts], points.starts[texts + 1]], axis=1)
    return found_in(points, windows, pages.find_mojibake)
