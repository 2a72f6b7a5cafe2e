"""What a morphological analyser sees in a text: its words and their parts of speech.

Sudachi (an extra: ``make setup WITH_MORPHOLOGY=1``) reads .8 MB a second, so the group is
dear: measured on what the rules over other signals keep, and only when a rule asks.
A text is analysed by lines and sentences, in Sudachi's longest units (mode C); punctuation and
blanks are no words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any

from corpora.errors import ModelError
from corpora.signals.reading import Reading
from corpora.signals.registry import Declarations, Group

#: Another release of the dictionary gives other values: raise the group's version with it.
DICTIONARY = "20261015"

#: The analyser refuses more than 65,535 bytes at once, counted after its own normalisation, which
#: makes 33 bytes of one character (U+FDFA). A longer line is cut where a sentence ends.
_PIECE = re.compile(r"[^\n]{1,1799}[。！？!?]|[^\n]{1,1800}")
_NO_WORDS = frozenset({"補助記号", "空白", "記号"})
#: Words whose variety is counted: the share of distinct words falls as a text goes on.
_VARIETY_WORDS = 1_000

_SOURCE = "Sudachi (Takaoka et al. 2018), core dictionary, mode C"

MORPHOLOGY = Declarations(
    Group(name="morphology", version=1, title="Morphology", title_ja="形態素", dear=True)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the signals of a text need of its words."""

    total: int
    unknown: int
    #: Part of speech (Sudachi's first level) -> words.
    kinds: Counter[str]
    #: Distinct dictionary forms among the first words, and how many these are.
    distinct: int
    looked_at: int

    def share(self, *kinds: str) -> float:
        return sum(self.kinds[kind] for kind in kinds) / self.total if self.total else 0.0


@MORPHOLOGY.signal(
    "share",
    ("Unknown words", "未知語の割合"),
    (
        "Words that the dictionary does not have, over all words.",
        "全語に占める、辞書にない語。",
    ),
    _SOURCE,
)
def unknown_word_share(reading: Reading) -> float:
    """Words not in the dictionary, 0.0 without words."""
    words = words_of(reading)
    return words.unknown / words.total if words.total else 0.0


@MORPHOLOGY.signal(
    "share",
    ("Nouns", "名詞の割合"),
    ("Nouns over all words; high in strings of key words.", "全語に占める名詞。語の羅列で高い。"),
    _SOURCE,
)
def noun_share(reading: Reading) -> float:
    """Nouns, pronouns aside, over words."""
    return words_of(reading).share("名詞")


@MORPHOLOGY.signal(
    "share",
    ("Predicates", "用言の割合"),
    (
        "Verbs and adjectives over all words; next to none in lists and tables.",
        "全語に占める動詞・形容詞・形状詞。一覧や表でほとんどない。",
    ),
    _SOURCE,
)
def predicate_share(reading: Reading) -> float:
    """Verbs, adjectives and adjectival nouns over words."""
    return words_of(reading).share("動詞", "形容詞", "形状詞")


@MORPHOLOGY.signal(
    "share",
    ("Function words", "付属語の割合"),
    (
        "Particles and auxiliary verbs over all words; prose has a third and more.",
        "全語に占める助詞・助動詞。文章では三分の一以上。",
    ),
    _SOURCE,
)
def function_word_share(reading: Reading) -> float:
    """Particles and auxiliary verbs over words."""
    return words_of(reading).share("助詞", "助動詞")


@MORPHOLOGY.signal(
    "share",
    ("Distinct words", "異なり語の割合"),
    (
        "Distinct dictionary forms over words, among the first thousand words.",
        "先頭千語のうち、辞書形で数えた異なり語の割合。",
    ),
    _SOURCE,
)
def distinct_word_share(reading: Reading) -> float:
    """Distinct dictionary forms among the first 1,000 words."""
    words = words_of(reading)
    return words.distinct / words.looked_at if words.looked_at else 0.0


def words_of(reading: Reading) -> Words:
    """The words of a text; analysed once for all signals."""
    if reading.words is None:
        reading.words = _count(reading.text)
    return reading.words


def _count(text: str) -> Words:
    kinds: Counter[str] = Counter()
    forms: list[str] = []
    unknown = 0
    for word in _words(text):
        kinds[word.part_of_speech()[0]] += 1
        unknown += word.is_oov()
        if len(forms) < _VARIETY_WORDS:
            forms.append(word.dictionary_form())
    return Words(
        total=kinds.total(),
        unknown=unknown,
        kinds=kinds,
        distinct=len(set(forms)),
        looked_at=len(forms),
    )


def _words(text: str) -> Iterator[Any]:
    analyse = analyser().tokenize
    for piece in _PIECE.finditer(text):
        for word in analyse(piece.group()):
            if word.part_of_speech()[0] not in _NO_WORDS:
                yield word


@cache
def analyser() -> Any:
    """Sudachi's tokenizer, loaded once a process. Raises ModelError when it is not installed."""
    remedy = "Run make setup WITH_MORPHOLOGY=1 on every worker's machine."
    try:
        import sudachipy

        installed = metadata.version("sudachidict_core")
    except ImportError as error:
        raise ModelError(
            "morphology is measured by sudachipy and sudachidict_core, which are not installed.",
            remedy=remedy,
        ) from error
    if installed != DICTIONARY:
        raise ModelError(
            f"sudachidict_core is {installed}; signals of morphology are those of {DICTIONARY}.",
            remedy=remedy,
        )
    return sudachipy.Dictionary(dict="core").tokenizer(mode=sudachipy.SplitMode.C)
