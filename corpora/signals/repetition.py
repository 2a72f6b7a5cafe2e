"""Repetition inside a text, by character n-grams; every length has its measure.

Three groups, so that a recipe pays only for those that it asks for.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from corpora.signals.characters import BLANK, KATAKANA, LONG_MARK, NEWLINE, OTHER, SYMBOL
from corpora.signals.ngrams import (
    EXACT,
    Keys,
    Repetition,
    counts,
    exact_keys,
    hashed_keys,
    mixed,
    repetitions,
)
from corpora.signals.reading import Reading
from corpora.signals.registry import Declarations, Group

TOP_NGRAMS = Declarations(
    Group(name="top_ngrams", version=1, title="Most frequent n-gram", title_ja="最頻n-gram")
)
REPETITION = Declarations(
    Group(name="repetition", version=1, title="Repeated n-grams", title_ja="重複n-gram")
)
WORD_REPETITION = Declarations(
    Group(name="word_repetition", version=1, title="Repeated words", title_ja="語の重複")
)

_SWALLOW = "Swallow v1, quality.py (Okazaki et al. 2024)"
#: Lengths of the n-grams measured.
TOP_LENGTHS = range(2, 5)
LENGTHS = range(5, 11)
WORDS = 7
#: Each character of these classes is a word of its own; blanks are none.
SINGLES = (OTHER, SYMBOL)


def top_ngram_share(reading: Reading, n: int) -> float:
    """Occurrences of the most frequent n-gram over all n-grams.

    >>> top_ngram_share(Reading("買買買買う"), 2)
    0.75
    """
    points = reading.code_points
    keys = exact_keys(points, n) if n <= EXACT else hashed_keys(mixed(points), n)
    return float(counts(keys).max() / len(keys)) if len(keys) else 0.0


def duplicate_ngram_share(reading: Reading, n: int) -> float:
    """Distinct n-grams that occur again over distinct n-grams, n from 5 to 10.

    >>> duplicate_ngram_share(Reading("激安通販激安通販激安"), 6)
    0.25
    """
    return _repetitions(reading.text)[n - LENGTHS[0]].repeated_share


@lru_cache(maxsize=1)
def _repetitions(text: str) -> tuple[Repetition, ...]:
    # Kept for the text at hand: six signals of one group are read from one pass.
    return tuple(repetitions(mixed(Reading(text).code_points), LENGTHS[0], LENGTHS[-1]))


def repetition_ratio(found: Repetition) -> float:
    """Occurrences of the most frequent n-grams over all, HojiChar's and BigScience's way.

    As many n-grams are taken as the square root of the distinct ones, and only
    such as occur more than once, so that long texts do not count as repetitive.
    """
    taken = min(int(found.distinct**0.5), len(found.counts))
    if not taken:
        return 0.0
    return float(np.partition(found.counts, -taken)[-taken:].sum() / found.total)


@REPETITION.signal(
    "share",
    ("Character repetition", "文字n-gramの反復"),
    (
        "Occurrences of the √distinct most frequent 5-grams over all 5-grams.",
        "種類数の平方根個の最頻5-gramが占める割合。",
    ),
    "HojiChar, CharRepetitionRatioFilter; BigScience",
)
def character_repetition(reading: Reading) -> float:
    """How much of a text its most frequent character 5-grams make up.

    >>> round(character_repetition(Reading("激安通販" * 20)), 2)
    0.5
    >>> character_repetition(Reading("吾輩は猫である。名前はまだ無い。"))
    0.0
    """
    return repetition_ratio(_repetitions(reading.text)[0])


@REPETITION.signal(
    "characters",
    ("Longest run of one character", "同一文字の最長連続"),
    (
        "Length of the longest run of one character, blanks and line breaks apart.",
        "同じ文字が続く最長の長さ(空白と改行を除く)。",
    ),
    "HojiChar, SingleCharacterRepetitionFilter",
)
def longest_run(reading: Reading) -> float:
    """Code points of the longest run of one character.

    >>> longest_run(Reading("えーーーーっ      "))
    4.0
    """
    visible = reading.code_points[(reading.classes != BLANK) & (reading.classes != NEWLINE)]
    if not len(visible):
        return 0.0
    edges = np.flatnonzero(visible[1:] != visible[:-1]) + 1
    return float(np.diff(edges, prepend=0, append=len(visible)).max())


def word_keys(reading: Reading) -> Keys:
    """Keys of word-like units: runs of one script, each other character by itself.

    No tagger is asked, so 買い物 is two units (買, い, 物 are three runs of two
    scripts): good enough to see the same string of words again and again.
    uint64, one a unit.

    >>> len(word_keys(Reading("激安 ブランド通販!!")))
    5
    """
    classes = reading.classes.copy()
    classes[classes == LONG_MARK] = KATAKANA
    visible = (classes != BLANK) & (classes != NEWLINE)
    if not visible.any():
        return np.zeros(0, np.uint64)
    starts = np.append(True, classes[1:] != classes[:-1]) | np.isin(classes, SINGLES)
    first = np.flatnonzero(starts)
    within = np.arange(len(classes)) - np.repeat(first, np.diff(first, append=len(classes)))
    # The place in the run goes into the key: 日本 and 本日 are two words.
    spread = mixed(reading.code_points) * (2 * within.astype(np.uint64) + np.uint64(1))
    keys: Keys = np.add.reduceat(spread, first)[visible[first]]
    return keys


@WORD_REPETITION.signal(
    "share",
    ("Word repetition", "語n-gramの重複"),
    (
        "7-grams of runs of one script that occur again, over all; no tagger is used.",
        "同一文字種の連なりを語とみなした7-gramのうち重複するものの割合(形態素解析なし)。",
    ),
    "HojiChar, WordRepetitionRatioFilter, with script runs for words",
)
def word_repetition(reading: Reading) -> float:
    """Occurrences of word 7-grams that occur more than once, over all.

    >>> word_repetition(Reading("新品 バッグ 激安 通販!" * 4)) > 0.9
    True
    >>> word_repetition(Reading("吾輩は猫である。名前はまだ無い。"))
    0.0
    """
    numbers = counts(hashed_keys(word_keys(reading), WORDS))
    return float(numbers[numbers > 1].sum() / numbers.sum()) if len(numbers) else 0.0


def _declare_top(n: int) -> None:
    def measure(reading: Reading) -> float:
        return top_ngram_share(reading, n)

    TOP_NGRAMS.signal(
        "share",
        (f"Top {n}-gram", f"最頻{n}-gram"),
        (
            f"Occurrences of the most frequent character {n}-gram over all.",
            f"最も多い文字{n}-gramが占める割合。",
        ),
        _SWALLOW,
        name=f"top_{n}gram_share",
    )(measure)


def _declare_duplicate(n: int) -> None:
    def measure(reading: Reading) -> float:
        return duplicate_ngram_share(reading, n)

    REPETITION.signal(
        "share",
        (f"Repeated {n}-grams", f"重複{n}-gram"),
        (
            f"Distinct character {n}-grams that occur again over distinct ones.",
            f"二度以上現れる文字{n}-gramの種類の割合。",
        ),
        _SWALLOW,
        name=f"duplicate_{n}gram_share",
    )(measure)


for _n in TOP_LENGTHS:
    _declare_top(_n)
for _n in LENGTHS:
    _declare_duplicate(_n)
