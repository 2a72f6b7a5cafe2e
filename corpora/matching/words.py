"""Word lists: one compiled trie a list, so that a text is read once however long the list is.

A list is a text file in NFKC form, one word a line, ``#`` for comments. Words
are looked for as they stand, except that a katakana or Latin word must be a
whole run of its script (アナル is not in アナルシス, sex not in Essex), and that a
``|`` at either end of a kanji or hiragana word asks for the same (``|殺す`` is
not in 悩殺する). The longest word at a place wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

#: Start and end in code points.
Span = tuple[int, int]

#: The lists that come with the program, by name.
LISTS = ("adult", "discrimination", "violence", "advertisement", "bbs", "footer", "notice")

#: The lists whose words count as "not good" (NG) together.
NG_LISTS = ("adult", "discrimination", "violence")

_SCRIPTS = {
    "katakana": "ァ-ヺー",
    "latin": "A-Za-z",
    "hiragana": "ぁ-ゖー",
    "kanji": "\u3400-\u4dbf\u4e00-\u9fff々",
}
_SCRIPT_OF = {name: re.compile(f"[{ranges}]") for name, ranges in _SCRIPTS.items()}
_ALWAYS_WHOLE = ("katakana", "latin")


def script_of(character: str) -> str | None:
    """Which run a character belongs to, as far as word boundaries are concerned.

    >>> script_of("ア"), script_of("殺"), script_of("。")
    ('katakana', 'kanji', None)
    """
    return next((name for name, one in _SCRIPT_OF.items() if one.match(character)), None)


def read_words(lines: Iterable[str]) -> tuple[str, ...]:
    """The words of a list's lines, without comments, blanks and repetitions.

    >>> read_words(["# 例", "激安", "", "激安 ", "|死ねよ"])
    ('激安', '|死ねよ')
    """
    words = (line.strip() for line in lines if not line.lstrip().startswith("#"))
    return tuple(dict.fromkeys(word for word in words if word.strip("|")))


@cache
def shipped_words(name: str) -> tuple[str, ...]:
    """The words of a list in ``corpora/signals/words``."""
    path = files("corpora") / "signals" / "words" / f"{name}.txt"
    return read_words(path.read_text("utf-8").splitlines())


def compile_words(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that matches the longest word at each place, in time linear in the text.

    >>> pattern = compile_words(["アナル", "|殺す", "sex", "激安"])
    >>> [m.group() for m in pattern.finditer("アナルシス、悩殺する、Essex、激安で殺す")]
    ['激安', '殺す']
    >>> pattern.findall("アナルとSex、SEX、sex")
    ['アナル', 'Sex', 'SEX', 'sex']
    """
    trie: dict[str, Any] = {}
    for word in words:
        for variant in _spellings(word):
            node = trie
            for token in _tokens(variant):
                node = node.setdefault(token, {})
            node[""] = {}
    # A list without words matches nothing.
    return re.compile(_branches(trie) if trie else r"(?!)")


def find_words(pattern: re.Pattern[str], text: str) -> list[Span]:
    """Every hit, left to right, none overlapping.

    >>> find_words(compile_words(["激安"]), "激安で激安")
    [(0, 2), (3, 5)]
    """
    return [match.span() for match in pattern.finditer(text)]


def _spellings(word: str) -> set[str]:
    """A Latin word counts in small letters, capitals and with a capital first."""
    latin = any(script_of(character) == "latin" for character in word)
    return {word, word.lower(), word.upper(), word.capitalize()} if latin else {word}


def _tokens(word: str) -> list[str]:
    """The steps of a word through the trie: its characters, and its boundaries.

    The look-behind stands after the first character, so that the pattern still
    begins with a literal and ``re`` skips to the next possible place.
    """
    bare = word.strip("|")
    tokens = [re.escape(character) for character in bare]
    head, tail = script_of(bare[0]), script_of(bare[-1])
    if tail and (word.endswith("|") or tail in _ALWAYS_WHOLE):
        tokens.append(f"(?![{_SCRIPTS[tail]}])")
    if head and (word.startswith("|") or head in _ALWAYS_WHOLE):
        tokens.insert(1, f"(?<![{_SCRIPTS[head]}].)")
    return tokens


def _branches(node: dict[str, Any]) -> str:
    options = [token + _branches(rest) for token, rest in node.items() if token]
    if not options:
        return ""
    # Boundaries last: a longer word that goes on is tried first.
    options.sort(key=lambda option: option.startswith("(?!"))
    joined = options[0] if len(options) == 1 and "" not in node else f"(?:{'|'.join(options)})"
    return f"{joined}?" if "" in node else joined


@cache
def shipped_pattern(name: str) -> re.Pattern[str]:
    """A shipped list, compiled."""
    return compile_words(shipped_words(name))
