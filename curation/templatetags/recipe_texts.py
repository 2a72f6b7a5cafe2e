"""What the shipped recipes say of themselves, in the language of the page.

A recipe is one file in English and has its title in Japanese; longer texts are
translated here, where translations are made. Other recipes speak as they were written.
"""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import gettext, gettext_lazy, override

_DESCRIPTIONS = (
    gettext_lazy(
        "Drops what is no Japanese prose: noise, repetition, advertising, strings of key words."
    ),
    gettext_lazy(
        "FineWeb-2's Japanese thresholds on character n-grams and another language score: "
        "an approximation."
    ),
    gettext_lazy("The default filters of HojiChar, with own word lists and without a tagger."),
    gettext_lazy(
        "Reads, normalises and removes exact and near duplicates; no rule drops a document."
    ),
    gettext_lazy(
        "The web filters of the LLM-jp corpus, version 1, with the duplicate search of version 4."
    ),
    gettext_lazy("The rules of the Swallow Corpus, Version 1, without its list of hosts."),
)


def description(text: str) -> str:
    """A recipe's description in the current language, or as it is."""
    return gettext(text) if text in _known() else text


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """The descriptions in English, whatever the language of the first page that asks."""
    with override("en"):
        return frozenset(str(text) for text in _DESCRIPTIONS)
