"""Passages that go, as spans of a text: neighbours go together, and one gap between others stays.

``a`` marks what stays, ``x`` what goes, ``|`` the spans' ends:

    a⏎|x⏎x⏎|a       a⏎⏎|x⏎|a       a|⏎x|⏎⏎a       |x⏎|a       a|⏎x⏎|
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from corpora.edits.tails import Span


def run_spans(text: str, passages: Sequence[Span], goes: Sequence[bool]) -> list[Span]:
    """Where to cut so that the passages that go are gone; in order, not overlapping.

    ``passages`` are all of the text, in order. Between two that stay there is one of the gaps
    that were there: one with an empty line, if either had it. At the text's begin and end no
    gap stays.

    >>> run_spans("甲\\n乙\\n\\n丙", [(0, 1), (2, 3), (5, 6)], [False, True, False])
    [(1, 3)]
    >>> run_spans("甲\\n乙\\n\\n丙", [(0, 1), (2, 3), (5, 6)], [True, False, True])
    [(0, 2), (3, 6)]
    """
    return [_span(text, passages, first, last) for first, last in _runs(goes)]


def _runs(goes: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First and last of neighbours that go."""
    numbered = groupby(enumerate(goes), key=lambda item: item[1])
    for gone, items in numbered:
        if gone:
            numbers = [number for number, _ in items]
            yield numbers[0], numbers[-1]


def _span(text: str, passages: Sequence[Span], first: int, last: int) -> Span:
    start, end = passages[first][0], passages[last][1]
    before = passages[first - 1][1] if first else 0
    after = passages[last + 1][0] if last + 1 < len(passages) else len(text)
    if last + 1 == len(passages):
        return before, after
    if not first or text.count("\n", before, start) >= text.count("\n", end, after):
        return (start if first else 0), after
    return before, end
