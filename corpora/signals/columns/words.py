"""The group "words": hits of the shipped lists, web addresses, stamps of boards."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.characters import bits
from corpora.kernels.pages import DATE, DIGIT, ID, URL, board_signs, find_urls
from corpora.kernels.signs import lines_around, marked
from corpora.matching import pages
from corpora.matching.words import LISTS, NG_LISTS
from corpora.signals.batch import Batch, shares
from corpora.signals.characters import JAPANESE
from corpora.signals.spans import Spans, found_in, together


@cache
def _classes() -> NDArray[np.uint8]:
    return bits(
        {
            int(DIGIT): r"\d",
            int(ID): pages.ID_CHARACTER,
            int(DATE): pages.DATE_CHARACTER,
            int(URL): pages.URL_CHARACTER,
        }
    )


def measure(batch: Batch) -> dict[str, NDArray[np.float32]]:
    """Every signal of the group."""
    texts, hits = len(batch), batch.hits
    bad = together([hits[name] for name in NG_LISTS])
    urls, stamps = _of_the_web(batch)
    board = together([hits["bbs"], stamps])
    counted = {f"{name}_hits": hits[name] for name in LISTS if name != "bbs"}
    counted |= {"bbs_hits": board, "ng_hits": bad, "url_count": urls}
    of_all = {
        "advertisement_share": hits["advertisement"],
        "notice_share": hits["notice"],
        "url_share": urls,
    }
    of_japanese = shares(bad.covered(texts), batch.count(*JAPANESE))
    return {
        **{name: spans.counts(texts).astype(np.float32) for name, spans in counted.items()},
        **{name: shares(one.covered(texts), batch.characters) for name, one in of_all.items()},
        "ng_word_share": np.minimum(of_japanese, np.float32(1)),
    }


def _of_the_web(batch: Batch) -> tuple[Spans, Spans]:
    """Web addresses, and stamps of boards: both have a colon, a dot or >> in them."""
    points = batch.points
    places = marked(points, "[:.>]")
    urls = Spans.of(find_urls(points, places, _classes()))
    signs = places[board_signs(points, places, _classes())]
    # A stamp neither crosses a newline nor sees what is beyond it.
    return urls, found_in(points, lines_around(points, signs), pages.find_board_stamps)
