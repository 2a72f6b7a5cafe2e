"""Readings that a source gave (ruby), found again in the text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from curation.queries.segments import Span

#: How far ahead of the reading before it a base is looked for; two that follow in the list are
#: rarely a page apart.
_AHEAD = 4_000


def ruby_spans(text: str, metadata: Mapping[str, Any]) -> list[Span]:
    """Where the bases of ``metadata["ruby"]`` stand, in order; the label is the reading.

    Ingest keeps (base, reading) in the order of the text, without places (and of the first 200
    only): each base is looked for after the one before it. One that is not found is left out.

    >>> ruby = {"ruby": {"count": 1, "list": [["義清", "のりきよ"]]}}
    >>> ruby_spans("佐藤義清は", ruby)
    [Span(start=2, end=4, kind='ruby', label='のりきよ')]
    """
    found: list[Span] = []
    place = 0
    for base, reading in _pairs(metadata):
        start = _find(text, base, place)
        if start >= 0:
            place = start + len(base)
            found.append(Span(start=start, end=place, kind="ruby", label=reading))
    return found


def _pairs(metadata: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Metadata come from anyone's file: what does not look as ingest writes it is no ruby."""
    ruby = metadata.get("ruby")
    listed = ruby.get("list") if isinstance(ruby, dict) else None
    if not isinstance(listed, list):
        return []
    return [
        (pair[0], pair[1])
        for pair in listed
        if isinstance(pair, list)
        and len(pair) == 2
        and all(isinstance(word, str) and word for word in pair)
    ]


def _find(text: str, base: str, place: int) -> int:
    """The base from ``place`` on, where no kanji stands before it if it is one of kanji."""
    first = -1
    spelt = base if base in text[place : place + _AHEAD] else unicodedata.normalize("NFKC", base)
    start = text.find(spelt, place, place + _AHEAD) if len(spelt) == len(base) else -1
    while start >= 0:
        if not (_is_kanji(spelt[0]) and start > place and _is_kanji(text[start - 1])):
            return start
        first = start if first < 0 else first
        start = text.find(spelt, start + 1, place + _AHEAD)
    return first


def _is_kanji(character: str) -> bool:
    return "一" <= character <= "鿿" or "㐀" <= character <= "䶿" or character in "々〆〇"
