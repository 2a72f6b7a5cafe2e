"""Finding words and patterns in a text: what signals count, and what evidence points at.

It is no stage: signals count the hits that decisions later show, by the same
functions. Spans are code points of the text that is given, half open, left to
right, never overlapping.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from corpora.matching import pages, personal
from corpora.matching.users import user_finder
from corpora.matching.words import LISTS, NG_LISTS, Span, find_words, shipped_pattern

Finder = Callable[[str], list[Span]]

#: What a recipe defines itself: {"words": {name: [word, …]}, "patterns": {name: regex}}.
Lists = Mapping[str, Mapping[str, Any]]


def merged(spans: Sequence[Span]) -> list[Span]:
    """Spans sorted, overlapping ones made one.

    >>> merged([(5, 7), (0, 2), (1, 3)])
    [(0, 3), (5, 7)]
    """
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def covered(spans: Sequence[Span]) -> int:
    """Code points inside spans that do not overlap.

    >>> covered([(0, 2), (5, 6)])
    3
    """
    return sum(end - start for start, end in spans)


def _list_finder(name: str) -> Finder:
    return lambda text: find_words(shipped_pattern(name), text)


def _board(text: str) -> list[Span]:
    return merged(find_words(shipped_pattern("bbs"), text) + pages.find_board_stamps(text))


_LISTED = {f"{name}_hits": _list_finder(name) for name in LISTS if name != "bbs"}
_PERSONAL: dict[str, Finder] = {
    "phone_hits": personal.find_phones,
    "email_hits": personal.find_emails,
    "postal_hits": personal.find_addresses,
    "my_number_hits": personal.find_my_numbers,
    "card_hits": personal.find_cards,
}

#: Signals whose hits are those of others together.
UNIONS: dict[str, tuple[str, ...]] = {
    "ng_hits": tuple(f"{name}_hits" for name in NG_LISTS),
    "personal_hits": tuple(_PERSONAL),
}

_SINGLE: dict[str, Finder] = {
    **_LISTED,
    "bbs_hits": _board,
    "url_count": pages.find_urls,
    **_PERSONAL,
}


def _union_finder(parts: Sequence[str]) -> Finder:
    return lambda text: merged([span for part in parts for span in _SINGLE[part](text)])


_SEVERAL = {name: _union_finder(parts) for name, parts in UNIONS.items()}

#: Signal -> where in the text its hits are. Signals that are no hits are not in here.
FINDERS: dict[str, Finder] = {
    **_SINGLE,
    **_SEVERAL,
    "ng_word_share": _SEVERAL["ng_hits"],
    "advertisement_share": _SINGLE["advertisement_hits"],
    "notice_share": _SINGLE["notice_hits"],
    "url_share": _SINGLE["url_count"],
}


def evidence(signal: str, text: str, lists: Lists | None = None) -> list[Span]:
    """Where the hits of a signal are; nothing for a signal that counts no hits.

    ``lists`` are the recipe's own words and patterns.

    >>> evidence("adult_hits", "巨乳"), evidence("hiragana_share", "巨乳")
    ([(0, 2)], [])
    >>> evidence("words.茶", "煎茶と番茶", {"words": {"茶": ["煎茶", "番茶"]}})
    [(0, 2), (3, 5)]
    """
    if signal in FINDERS:
        return FINDERS[signal](text)
    kind, _, name = signal.partition(".")
    definitions = (lists or {}).get(kind, {})
    return user_finder(kind, definitions[name])(text) if name in definitions else []
