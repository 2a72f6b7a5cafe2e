"""Word lists as the kernels look for them: all that are asked for in one reading."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.characters import bits
from corpora.kernels.hits import find_hits
from corpora.kernels.patterns import Patterns, Word, compile_patterns
from corpora.kernels.text import Points
from corpora.matching.words import LISTS, SCRIPTS, shipped_words, spellings
from corpora.signals.spans import Spans

Words = tuple[str, ...]

_BITS: dict[str | None, int] = {name: 1 << number for number, name in enumerate(SCRIPTS)}


class WordLists:
    """Lists by name, found together; each has the hits that it has alone (matching.words)."""

    def __init__(self, lists: Mapping[str, Words]) -> None:
        self._lists = dict(lists)

    def find(self, points: Points) -> dict[str, Spans]:
        """List -> its hits in all the texts."""
        hits = find_hits(points, self._patterns, len(self._lists))
        return {
            name: Spans(text=hits.text[own], start=hits.start[own], end=hits.end[own])
            for number, name in enumerate(self._lists)
            for own in [hits.list == number]
        }

    @cached_property
    def _patterns(self) -> Patterns:
        return compile_patterns(
            (
                Word(
                    text=form.text,
                    list=number,
                    head=_BITS.get(form.head, 0),
                    tail=_BITS.get(form.tail, 0),
                )
                for number, words in enumerate(self._lists.values())
                for word in words
                for form in spellings(word)
            ),
            script_bits(),
        )


@cache
def script_bits() -> NDArray[np.uint8]:
    """uint8[0x110000]: the scripts of each code point; ー is both katakana and hiragana."""
    return bits({_BITS[name]: f"[{ranges}]" for name, ranges in SCRIPTS.items()})


def shipped_lists() -> dict[str, Words]:
    """The lists of the group "words"."""
    return {name: shipped_words(name) for name in LISTS}


def word_lists(lists: Mapping[str, Words]) -> WordLists:
    """The lists, made ready once for all units that ask for the same."""
    return _kept(tuple(lists.items()))


@lru_cache(maxsize=4)
def _kept(lists: tuple[tuple[str, Words], ...]) -> WordLists:
    return WordLists(dict(lists))
