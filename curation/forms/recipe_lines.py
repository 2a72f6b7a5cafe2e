"""In which line of a recipe's text an error lies."""

from __future__ import annotations

import re

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_RULE = re.compile(r"\[\[rules\]\] (\d+)")
_TABLE = re.compile(r"(?<!\[)\[([\w.\-]+)\]")
_RULE_HEAD = re.compile(r"\s*\[\[\s*rules\s*\]\]")
_WORD = re.compile(r"\w+")
_KEY = re.compile(r"\s*([A-Za-z_]\w*)\s*=")


def line_of(toml: str, message: str) -> int | None:
    """The line that an error of corpora.recipe.parse speaks of, from 1; None when of none.

    >>> line_of('name = "茶"\\n[[rules]]\\nname = "短"\\nmin = "a"', "x: [[rules]] 1: min is bad.")
    4
    """
    if found := _AT_LINE.search(message):
        return int(found[1])
    lines = toml.splitlines()
    if "(at end of document)" in message:
        return max(1, len(lines))
    begin = _head(lines, message)
    if begin is None:
        return _key(lines, 0, message)
    return _key(lines, begin + 1, message) or begin + 1


def _head(lines: list[str], message: str) -> int | None:
    """The line of the table that the message names, from 0."""
    if found := _RULE.search(message):
        heads = [number for number, line in enumerate(lines) if _RULE_HEAD.match(line)]
        place = int(found[1]) - 1
        return heads[place] if place < len(heads) else None
    if found := _TABLE.search(message):
        head = re.compile(rf"\s*\[\s*{re.escape(found[1])}\s*\]")
        return next((number for number, line in enumerate(lines) if head.match(line)), None)
    # A rule that the message calls by its name.
    named = set(re.findall(r'"([^"]+)"', message))
    for number, line in enumerate(lines):
        calls = (key := _KEY.match(line)) and key[1] in ("name", "signal")
        if calls and named & set(re.findall(r'"([^"]*)"', line)):
            return number
    return None


def _key(lines: list[str], begin: int, message: str) -> int | None:
    words = set(_WORD.findall(message))
    for number, line in enumerate(lines[begin:], begin):
        if line.lstrip().startswith("["):
            return None
        if (key := _KEY.match(line)) and key[1] in words - {"name"}:
            return number + 1
    return None
