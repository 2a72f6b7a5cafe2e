"""Words and patterns that a recipe brings itself.

Patterns run in RE2, whose time is linear in the text: a user's pattern must
not be able to hang a worker. What RE2 cannot do so is refused, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import re2

from corpora.errors import RecipeError
from corpora.matching.words import Span, compile_words, find_words

# A compiled automaton may take this much memory; RE2 answers slower beyond it, never wrongly.
_MAX_MEMORY = 16 << 20
_MAX_PATTERN = 10_000


def user_finder(kind: str, definition: Any) -> Callable[[str], list[Span]]:
    """The finder of ``words.NAME`` (a list of words) or ``patterns.NAME`` (a regex).

    >>> user_finder("patterns", "第[0-9]+条")("第1条と第12条")
    [(0, 3), (4, 8)]
    """
    if kind == "words":
        return _word_finder(tuple(definition))
    return _pattern_finder(definition)


@lru_cache(maxsize=64)
def _word_finder(words: Sequence[str]) -> Callable[[str], list[Span]]:
    pattern = compile_words(words)
    return lambda text: find_words(pattern, text)


@lru_cache(maxsize=64)
def _pattern_finder(source: str) -> Callable[[str], list[Span]]:
    pattern = compile_pattern(source)
    # An empty match points at nothing and counts as nothing.
    return lambda text: [m.span() for m in pattern.finditer(text) if m.end() > m.start()]


def compile_pattern(source: str) -> Any:
    """Compile a pattern in RE2's syntax. Raises RecipeError with the reason.

    >>> compile_pattern(r"(?<!非)常識")
    Traceback (most recent call last):
    corpora.errors.RecipeError: the pattern '(?<!非)常識' cannot be used: invalid perl \
operator: (?<!. Look-around and back-references are left out because they cannot be matched in \
linear time. Plain words can be looked for as they are.
    """
    if len(source) > _MAX_PATTERN:
        raise RecipeError(
            f"a pattern of {len(source):,} characters is too long.",
            remedy=f"Keep it under {_MAX_PATTERN:,}, or use a [words.NAME] list.",
        )
    options = re2.Options()
    options.max_mem = _MAX_MEMORY
    options.log_errors = False
    try:
        return re2.compile(source, options)
    except re2.error as error:
        raise RecipeError(
            f"the pattern {source!r} cannot be used: {_reason(error)}.",
            remedy="Look-around and back-references are left out because they cannot be matched "
            "in linear time. Plain words can be looked for as they are.",
        ) from error


def _reason(error: Exception) -> str:
    detail = error.args[0] if error.args else "it is not a regular expression"
    return detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)
