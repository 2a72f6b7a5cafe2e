"""The group "decoding": only texts with a sign of wrong decoding are searched for it."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.bytes import holding
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
from corpora.kernels.text import Utf8
from corpora.matching import pages
from corpora.signals.batch import Batch, shares
from corpora.signals.characters import HALF_KANA
from corpora.signals.spans import found_in


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
    """Every signal of the group. Most texts have nothing for it, and are not decoded.

    That they are UTF-8 was found when they were normalised.
    """
    chosen = np.flatnonzero(holding(batch.texts, _SIGNS))
    found = {name: np.zeros(len(batch), np.float32) for name in _MEASURES}
    if len(chosen):
        some = Batch(Utf8.of(batch.texts.to_arrow().take(chosen)))
        for name, measure_one in _MEASURES.items():
            found[name][chosen] = shares(measure_one(some), some.characters)
    return found


def _mojibake(batch: Batch) -> NDArray[np.int64]:
    points = batch.points
    places = marked(points, f"[{pages.MOJIBAKE_SIGNS}]|{pages.QUOTE}")
    texts = np.unique(places[mojibake_signs(points, places, _classes())].text)
    # The whole text: whether it is searched at all depends on signs anywhere in it.
    windows = np.stack([texts, points.starts[texts], points.starts[texts + 1]], axis=1)
    return found_in(points, windows, pages.find_mojibake).covered(len(batch))


def _half_kana(batch: Batch) -> NDArray[np.int64]:
    return batch.count(HALF_KANA)


#: Signal -> the code points of each text that it counts.
_MEASURES = {"mojibake_share": _mojibake, "halfwidth_kana_share": _half_kana}
#: What every text has in its bytes that has anything to be counted: a sign, or half-width kana
#: (U+FF66 to U+FF9F).
_SIGNS = (*(sign.encode() for sign in pages.MOJIBAKE_SIGNS), b"\xef\xbd", b"\xef\xbe")
