"""The group "layout": lines, paragraphs and sentences of a batch, each found once."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.characters import CODE_POINTS
from corpora.kernels.lines import (
    BULLET,
    CLOSING,
    DIGIT,
    OPENING,
    Endings,
    count_ends,
    count_list_lines,
    count_short,
    endings,
)
from corpora.kernels.spans import Spans, parted, said_before
from corpora.kernels.text import Points
from corpora.signals.batch import Batch, shares
from corpora.signals.characters import NEWLINE
from corpora.signals.kinds import full_stops
from corpora.signals.layout import (
    BULLETS,
    LINE_ELLIPSES,
    LIST_CLOSING,
    LIST_DIGITS,
    LIST_OPENING,
    SENTENCE_ELLIPSES,
    SHORT,
    TERMINAL,
)

Column = NDArray[np.float32]


def measure(batch: Batch) -> dict[str, Column]:
    """Every signal of corpora.signals.layout."""
    points = batch.points
    # The lowest bits of a kind are its roles.
    parts = parted(batch.kinds, points.starts)
    full_stop_count = np.maximum(batch.count_numbers(full_stops()), 1)
    return {
        **_sentences(points, parts.sentences),
        **_lines(points, parts.lines),
        **_repeats("line", points, parts.lines),
        **_repeats("paragraph", points, parts.paragraphs),
        **_repeats("sentence", points, parts.sentences),
        "kuten_interval": (batch.characters / full_stop_count).astype(np.float32),
        "newline_share": shares(batch.count(NEWLINE), batch.characters),
    }


@cache
def _endings(strings: tuple[str, ...]) -> Endings:
    return endings(strings)


@cache
def _list_classes() -> NDArray[np.uint8]:
    table = np.zeros(CODE_POINTS, np.uint8)
    named = {BULLET: BULLETS, OPENING: LIST_OPENING, DIGIT: LIST_DIGITS, CLOSING: LIST_CLOSING}
    for bit, characters in named.items():
        table[[ord(character) for character in characters]] |= np.uint8(bit)
    table.setflags(write=False)
    return table


def _sentences(points: Points, found: Spans) -> dict[str, Column]:
    longest = np.zeros(len(points), np.int64)
    some = found.numbers > 0
    if some.any():
        longest[some] = np.maximum.reduceat(found.lengths, found.starts[:-1][some])
    cut_off = count_ends(points, found, _endings(SENTENCE_ELLIPSES))
    return {
        "average_sentence": shares(found.sums(found.lengths), found.numbers),
        "longest_sentence": longest.astype(np.float32),
        "ellipsis_sentence_share": shares(cut_off, found.numbers),
    }


def _lines(points: Points, found: Spans) -> dict[str, Column]:
    counts = {
        "ellipsis_line_share": count_ends(points, found, _endings(LINE_ELLIPSES)),
        "punctuated_line_share": count_ends(points, found, _endings(TERMINAL)),
        "short_line_share": count_short(found, SHORT),
        "bullet_line_share": count_list_lines(points, found, _list_classes()),
    }
    return {name: shares(lines, found.numbers) for name, lines in counts.items()}


def _repeats(name: str, points: Points, found: Spans) -> dict[str, Column]:
    again = said_before(points, found)
    return {
        f"duplicate_{name}_share": shares(again[:, 0], found.numbers),
        f"duplicate_{name}_character_share": shares(again[:, 1], found.sums(found.lengths)),
    }
