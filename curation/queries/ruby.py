"""Readings that a book gave (ruby), where the book has them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corpora.normalize.places import places
from corpora.normalize.text import Policy, normalize
from corpora.text_spans import Edit
from curation.queries.segments import Span

#: Start and end of a base in the text as read, and its reading.
Ruby = tuple[int, int, str]


def listed_ruby(fields: Mapping[str, Any], metadata: Mapping[str, Any]) -> Sequence[Any]:
    """What ingest kept of a work of Aozora Bunko; nothing of any other document."""
    kept = metadata.get("ruby") if fields["format"] == "aozora" else None
    listed = kept.get("list") if isinstance(kept, dict) else None
    return listed if isinstance(listed, list) else ()


def ruby_of(listed: Sequence[Any]) -> list[Ruby]:
    """Of what ingest kept that which says a place: older ingests kept none. In order."""
    return list(_checked(listed))


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


def normalised(ruby: Sequence[Ruby], raw: str, text: str, policy: Policy) -> list[Ruby]:
    """The same in the normalised text; one whose base is not what stands there is left out."""
    if raw == text:
        return list(ruby)
    found = zip(ruby, places(raw, ((start, end) for start, end, _ in ruby), policy), strict=True)
    return [
        (begin, stop, label)
        for (start, end, label), (begin, stop) in found
        if begin < stop and _became(raw[start:end], text[begin:stop], policy)
    ]


def _became(before: str, after: str, policy: Policy) -> bool:
    return before == after or normalize(before, policy) == after


def after_edits(ruby: Sequence[Ruby], edits: Sequence[Edit]) -> list[Ruby]:
    """The same once edits are made; what they touch is left out.

    >>> after_edits([(5, 7, "びょうぶ")], [(0, 4, "")])
    [(1, 3, 'びょうぶ')]
    """
    found: list[Ruby] = []
    waiting = sorted(edits, reverse=True)
    moved = touched = 0
    for begin, stop, label in ruby:
        while waiting and waiting[-1][0] < stop:
            start, end, replacement = waiting.pop()
            moved, touched = moved + len(replacement) - (end - start), end
        if touched <= begin:
            found.append((begin + moved, stop + moved, label))
    return found


def within(ruby: Sequence[Ruby], start: int, end: int) -> list[Span]:
    """Those that lie in ``text[start:end]``, to be shown."""
    first = bisect_left(ruby, start, key=lambda one: one[0])
    last = bisect_right(ruby, end, key=lambda one: one[1])
    return [Span(start=a, end=b, kind="ruby", label=label) for a, b, label in ruby[first:last]]
