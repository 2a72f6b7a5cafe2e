"""Readings that a book gave (ruby), where the book has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from corpora.normalize.places import places
from corpora.normalize.text import Policy, normalize
from corpora.text_spans import Edit
from curation.queries.segments import Span

#: Start and end of a base in the text as read, and its reading.
Ruby = tuple[int, int, str]


def ruby_of(fields: Mapping[str, Any], metadata: Mapping[str, Any]) -> tuple[Ruby, ...]:
    """What ingest kept of a work of Aozora Bunko, in order; nothing of any other document.

    Raises nothing for metadata of another shape: older ingests kept no places.
    """
    kept = metadata.get("ruby") if fields["format"] == "aozora" else None
    listed = kept.get("list") if isinstance(kept, dict) else None
    return tuple(_checked(listed)) if isinstance(listed, list) else ()


def _checked(listed: Sequence[Any]) -> Iterator[Ruby]:
    """Those that stand one behind the other."""
    done = 0
    for one in listed:
        if not isinstance(one, list) or [type(part) for part in one] != [int, int, str]:
            continue
        start, length, reading = one
        if start >= done and length > 0 and reading:
            done = start + length
            yield start, done, reading


def as_read(ruby: Sequence[Ruby]) -> list[Span]:
    return [Span(start=start, end=end, kind="ruby", label=label) for start, end, label in ruby]


@lru_cache(maxsize=8)
def normalised(ruby: tuple[Ruby, ...], raw: str, text: str, policy: Policy) -> Sequence[Span]:
    """The same in the normalised text; one whose base is not what stands there is left out."""
    if raw == text:
        return as_read(ruby)
    bases = [(start, end) for start, end, _ in ruby]
    found = zip(ruby, places(raw, bases, policy), strict=True)
    return [
        Span(start=begin, end=stop, kind="ruby", label=label)
        for (start, end, label), (begin, stop) in found
        if begin < stop and text[begin:stop] == normalize(raw[start:end], policy)
    ]


def after_edits(spans: Sequence[Span], edits: Sequence[Edit]) -> list[Span]:
    """The same once edits are made; what they touch is left out.

    >>> cut = [(0, 4, "")]
    >>> after_edits([Span(start=5, end=7, kind="ruby", label="び")], cut)[0].start
    1
    """
    found: list[Span] = []
    waiting = sorted(edits, reverse=True)
    moved = touched = 0
    for span in spans:
        while waiting and waiting[-1][0] < span.end:
            start, end, replacement = waiting.pop()
            moved, touched = moved + len(replacement) - (end - start), end
        if touched <= span.start:
            begin, stop = span.start + moved, span.end + moved
            found.append(Span(start=begin, end=stop, kind="ruby", label=span.label))
    return found
