"""The group "layout": lines, paragraphs and sentences of a batch, each found once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpora.kernels import spans
from corpora.kernels.spans import Spans
from corpora.kernels.text import Points, count_true, look_up
from corpora.signals.batch import Batch, shares
from corpora.signals.characters import NEWLINE
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
from corpora.signals.reading import SENTENCE_MARKS

Column = NDArray[np.float32]


def measure(batch: Batch) -> dict[str, Column]:
    """Every signal of corpora.signals.layout."""
    points, starts = batch.points, batch.points.starts
    roles = look_up(points.values, role_table())
    lines, sentences = spans.lines(roles, starts), spans.sentences(roles, starts)
    return {
        **_sentences(points, sentences),
        **_lines(points, lines),
        **_repeats("line", points, lines),
        **_repeats("paragraph", points, spans.paragraphs(roles, starts)),
        **_repeats("sentence", points, sentences),
        "kuten_interval": (
            batch.characters / np.maximum(count_true(points, _only("。")), 1)
        ).astype(np.float32),
        "newline_share": shares(batch.count(NEWLINE), batch.characters),
    }


@cache
def role_table() -> NDArray[np.uint8]:
    """uint8[0x110000]: roles of corpora.kernels.spans. A blank is what ``str.strip`` takes off.

    >>> role_table()[[ord(c) for c in "\\n\\u3000\\x1c。茶"]].tolist()
    [3, 1, 1, 4, 0]
    """
    table = np.zeros(0x110000, np.uint8)
    table[[code for code in range(0x110000) if chr(code).isspace()]] = spans.BLANK
    table[ord("\n")] |= spans.BREAK
    table[[ord(mark) for mark in SENTENCE_MARKS]] |= spans.MARK
    table.setflags(write=False)
    return table


@cache
def _only(characters: str) -> NDArray[np.bool_]:
    """bool[0x110000]: whether a code point is one of the characters."""
    table = np.zeros(0x110000, np.bool_)
    table[[ord(character) for character in characters]] = True
    table.setflags(write=False)
    return table


def _sentences(points: Points, found: Spans) -> dict[str, Column]:
    longest = np.zeros(len(points), np.int64)
    some = found.numbers > 0
    if some.any():
        longest[some] = np.maximum.reduceat(found.lengths, found.starts[:-1][some])
    cut_off = found.sums(_end_with(points, found, SENTENCE_ELLIPSES))
    return {
        "average_sentence": shares(found.sums(found.lengths), found.numbers),
        "longest_sentence": longest.astype(np.float32),
        "ellipsis_sentence_share": shares(cut_off, found.numbers),
    }


def _lines(points: Points, found: Spans) -> dict[str, Column]:
    named = {
        "ellipsis_line_share": _end_with(points, found, LINE_ELLIPSES),
        "punctuated_line_share": _end_with(points, found, TERMINAL),
        "short_line_share": found.lengths <= SHORT,
        "bullet_line_share": _are_of_a_list(points, found),
    }
    return {name: shares(found.sums(lines), found.numbers) for name, lines in named.items()}


def _repeats(name: str, points: Points, found: Spans) -> dict[str, Column]:
    again = spans.said_before(points, found)
    return {
        f"duplicate_{name}_share": shares(again[:, 0], found.numbers),
        f"duplicate_{name}_character_share": shares(again[:, 1], found.sums(found.lengths)),
    }


def _end_with(points: Points, found: Spans, endings: Iterable[str]) -> NDArray[np.bool_]:
    """bool[spans]: whether a span ends with one of the strings."""
    single = "".join(ending for ending in endings if len(ending) == 1)
    ended: NDArray[np.bool_] = _only(single)[points.values[found.ends - 1]]
    for ending in endings:
        if len(ending) > 1:
            ended |= _are_at(points, found, found.ends - len(ending), ending)
    return ended


def _are_at(
    points: Points, found: Spans, places: NDArray[np.int64], characters: str
) -> NDArray[np.bool_]:
    """bool[spans]: whether these characters stand at a place of each span, all within it."""
    alike = (places >= found.begins) & (places + len(characters) <= found.ends)
    for number, character in enumerate(characters):
        # Where it is not within, any place will do.
        alike &= points.values[np.where(alike, places + number, 0)] == ord(character)
    return alike


def _are_of_a_list(points: Points, found: Spans) -> NDArray[np.bool_]:
    """bool[spans]: what the regular expression of corpora.signals.layout matches."""

    def are(characters: str, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        within = places < found.ends
        is_one: NDArray[np.bool_] = _only(characters)[points.values[np.where(within, places, 0)]]
        return within & is_one

    number = found.begins + are(LIST_OPENING, found.begins)
    closing = number + 1 + are(LIST_DIGITS, number + 1)
    numbered = are(LIST_DIGITS, number) & are(LIST_CLOSING, closing)
    return are(BULLETS, found.begins) | numbered
