"""Spans in a text: code points, half-open, sorted, never overlapping."""

from __future__ import annotations

from collections.abc import Iterable


def apply_edits(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """The text with each span (start, end, replacement) replaced.

    Offsets are code points of ``text``; spans are sorted by start and do not
    overlap. Raises ValueError when they do, or point outside the text.

    >>> apply_edits("𠮷田（03-0000-0000）まで", [(3, 15, "電話")])
    '𠮷田（電話）まで'
    >>> apply_edits("本文\\n続きを読む", [(2, 8, "")])
    '本文'
    """
    pieces: list[str] = []
    position = 0
    for start, end, replacement in spans:
        if not position <= start <= end <= len(text):
            raise ValueError(f"span {start}–{end} is out of order or outside the text")
        pieces += (text[position:start], replacement)
        position = end
    pieces.append(text[position:])
    return "".join(pieces)
