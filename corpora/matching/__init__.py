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


def _list_finder(*names: str) -> Finder:
    return lambda text: find_words(shipped_pattern(*names), text)


def _board(text: str) -> list[Span]:
    return merged(find_words(shipped_pattern("bbs"), text) + pages.find_board_stamps(text))


_PERSONAL: dict[str, Finder] = {
    "phone_hits": personal.find_phones,
    "email_hits": personal.find_emails,
    "postal_hits": personal.find_addresses,
    "my_number_hits": personal.find_my_numbers,
    "card_hits": personal.find_cards,
}


def _personal(text: str) -> list[Span]:
    return merged([span for finder in _PERSONAL.values() for span in finder(text)])


#: Signal -> where in the text its hits are. Signals that are no hits are not in here.
FINDERS: dict[str, Finder] = {
    **{f"{name}_hits": _list_finder(name) for name in LISTS if name != "bbs"},
    "bbs_hits": _board,
    "ng_hits": _list_finder(*NG_LISTS),
    "ng_word_share": _list_finder(*NG_LISTS),
    "advertisement_share": _list_finder("advertisement"),
    "url_count": pages.find_urls,
    "url_share": pages.find_urls,
    **_PERSONAL,
    "personal_hits": _personal,
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
