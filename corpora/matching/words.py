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
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

#: Start and end in code points.
Span = tuple[int, int]

#: The lists that come with the program, by name.
LISTS = ("adult", "discrimination", "violence", "advertisement", "bbs", "footer", "notice")

#: The lists whose words count as "not good" (NG) together.
NG_LISTS = ("adult", "discrimination", "violence")

#: The scripts in whose runs a word has boundaries, as they stand in a character class.
SCRIPTS = {
    "katakana": "ァ-ヺー",
    "latin": "A-Za-z",
    "hiragana": "ぁ-ゖー",
    "kanji": "\u3400-\u4dbf\u4e00-\u9fff々",
}
_SCRIPT_OF = {name: re.compile(f"[{ranges}]") for name, ranges in SCRIPTS.items()}
_ALWAYS_WHOLE = ("katakana", "latin")


@cache
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """One form of a word, and what must not stand beside it."""

    text: str
    #: The script of which no character may stand before, or None.
    head: str | None
    #: The script of which no character may follow, or None.
    tail: str | None


def spellings(word: str) -> list[Spelling]:
    """The forms of a word of a list; a Latin one in small letters, capitals, a capital first.

    >>> spellings("|殺す")
    [Spelling(text='殺す', head='kanji', tail=None)]
    >>> sorted(one.text for one in spellings("sex"))
    ['SEX', 'Sex', 'sex']
    """
    if not _SCRIPT_OF["latin"].search(word):
        return [_spelling(word)]
    return [_spelling(one) for one in {word, word.lower(), word.upper(), word.capitalize()}]


def compile_words(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that matches the longest word at each place, in time linear in the text.

    >>> pattern = compile_words(["アナル", "|殺す", "sex", "激安"])
    >>> [m.group() for m in pattern.finditer("アナルシス、悩殺する、Essex、激安で殺す")]
    ['激安', '殺す']
    >>> pattern.findall("アナルとSex、SEX、sex")
    ['アナル', 'Sex', 'SEX', 'sex']
    >>> compile_words(["|殺す", "殺すぞ"]).findall("殺すぞ、悩殺すぞ")
    ['殺すぞ', '殺すぞ']
    """
    forms = [form for word in words for form in spellings(word)]
    headed = {form.text[0] for form in forms if form.head}
    trie: dict[str, Any] = {}
    for form in forms:
        for tokens in _paths(form, headed):
            node = trie
            for token in tokens:
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


def _spelling(word: str) -> Spelling:
    bare = word.strip("|")
    head, tail = script_of(bare[0]), script_of(bare[-1])
    return Spelling(
        text=bare,
        head=head if word.startswith("|") or head in _ALWAYS_WHOLE else None,
        tail=tail if word.endswith("|") or tail in _ALWAYS_WHOLE else None,
    )


def _paths(form: Spelling, headed: set[str]) -> list[list[str]]:
    """The steps of a form through the trie: its characters, and its boundaries.

    The look-behind stands after the first character, so that the pattern still
    begins with a literal and ``re`` skips to the next possible place. Beside forms
    with a look-behind the others stand too: the longest of both is wanted.
    """
    tokens = [re.escape(character) for character in form.text]
    if form.tail:
        tokens.append(f"(?![{SCRIPTS[form.tail]}])")
    if form.text[0] not in headed:
        return [tokens]
    script = SCRIPTS[script_of(form.text[0]) or ""]
    behind = [tokens[0], f"(?<![{script}].)", *tokens[1:]]
    return [behind] if form.head else [behind, tokens]


def _branches(node: dict[str, Any]) -> str:
    options = [token + _branches(rest) for token, rest in node.items() if token]
    if not options:
        return ""
    # What has a look-behind first, for it holds all words; boundaries last: a longer word that
    # goes on is tried first.
    options.sort(key=lambda one: (one.startswith("(?!"), not one.startswith("(?<!")))
    joined = options[0] if len(options) == 1 and "" not in node else f"(?:{'|'.join(options)})"
    return f"{joined}?" if "" in node else joined


@cache
def shipped_pattern(name: str) -> re.Pattern[str]:
    """A shipped list, compiled."""
    return compile_words(shipped_words(name))
