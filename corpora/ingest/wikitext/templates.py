"""Templates: dropped, but for those whose text is the page's own.

Which they are, and what they show, is in ``template_text``.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from corpora.ingest.wikitext.marks import DROPPED, PIPE
from corpora.ingest.wikitext.template_text import Arguments, Text, text_of

_BRACES = re.compile(r"\{\{+|\}\}+")
_NAME = re.compile(r"[^|{}\[\]<>\x01]{1,120}+")
_PARTS = re.compile(r"\[\[|\]\]|\|")
#: A template inside so many others is dropped. MediaWiki's own limit is 40.
_DEPTH = 20
#: Of a page; MediaWiki's own limit is 255 bytes.
_LONGEST_TITLE = 255
_PAGE_NAMES = frozenset(("pagename", "fullpagename", "basepagename", "subpagename"))


def expand(text: str, title: str = "") -> str:
    """The text with templates as their text or as a mark; braces without a partner go.

    >>> expand("{{Infobox|a={{b}}}}{{ルビ|梟|ふくろう}}の{{仮リンク|巣|en|Nest}}")
    '\\x04梟の巣'
    >>> expand("{{a|{{lang|en|b}} c")
    'a|b c'
    """
    if "{{" not in text and "}}" not in text:
        return text
    return _Templates(text, title).render(0, len(text), 0).replace(PIPE, "|")


class _Templates:
    def __init__(self, text: str, title: str) -> None:
        self._text = text
        #: What is too long for one would make a page of nothing else very much longer.
        self._title = title if len(title) <= _LONGEST_TITLE else DROPPED
        #: Where each begins -> (where it ends, how many braces).
        self._spans = _spans(text)
        self._starts = sorted(self._spans)

    def render(self, begin: int, end: int, depth: int) -> str:
        """``depth`` is the number of templates around: no character is copied more often."""
        out: list[str] = []
        position = begin
        at = bisect_left(self._starts, begin)
        while at < len(self._starts) and (start := self._starts[at]) < end:
            out.append(_BRACES.sub("", self._text[position:start]))
            position, braces = self._spans[start]
            out.append(self._span(start + braces, position - braces, braces, depth + 1))
            at = bisect_left(self._starts, position, at + 1)
        out.append(_BRACES.sub("", self._text[position:end]))
        return "".join(out)

    def _span(self, begin: int, end: int, braces: int, depth: int) -> str:
        if depth > _DEPTH:
            return DROPPED
        if braces == 3:  # a parameter of a page that is used as a template: its default
            return self.render(begin, end, depth).partition("|")[2]
        match = _NAME.match(self._text, begin, end)
        name = _normal(match[0]) if match else ""
        if name in _PAGE_NAMES:
            return self._title
        if (text := text_of(name)) is None:
            return DROPPED
        if isinstance(text, str):
            return text
        assert match is not None
        return self._filled(text, match.end(), end, depth)

    def _filled(self, text: Text, begin: int, end: int, depth: int) -> str:
        shown = text(_arguments(self.render(begin, end, depth)))
        return shown if shown.strip() else DROPPED


def _spans(text: str) -> dict[int, tuple[int, int]]:
    """Which braces belong together, as MediaWiki's preprocessor finds it."""
    spans: dict[int, tuple[int, int]] = {}
    open_: list[list[int]] = []
    for match in _BRACES.finditer(text):
        position, end = match.span()
        if text[position] == "{":
            open_.append([position, end - position])
            continue
        while open_ and end - position >= 2:
            start, count = open_[-1]
            braces = 3 if count >= 3 and end - position >= 3 else 2
            position += braces
            spans[start + count - braces] = (position, braces)
            open_[-1][1] -= braces
            if count - braces < 2:
                open_.pop()
    return spans


def _normal(name: str) -> str:
    """A name as the table has it.

    >>> _normal(" Lang_en\\n"), _normal("Template:仮リンク")
    ('lang en', '仮リンク')
    """
    name = " ".join(name.replace("_", " ").split()).lower()
    return name.removeprefix("template:").removeprefix("テンプレート:").lstrip()


def _arguments(body: str) -> Arguments:
    """What stands behind a template's name: "1", "2" … and the names in lower case.

    >>> _arguments("|a|[[b|c]]|Label=d")
    {'1': 'a', '2': '[[b|c]]', 'label': 'd'}
    """
    found: Arguments = {}
    number = 0
    for part in _parted(body)[1:]:
        name, equals, value = part.partition("=")
        if equals and "[" not in name and "<" not in name:
            found[name.strip().lower()] = value.strip()
        else:
            number += 1
            found[str(number)] = part.strip()
    return found


def _parted(body: str) -> list[str]:
    """Split at each | that is in no link."""
    if "[[" not in body:
        return body.split("|")
    parts: list[str] = []
    start = depth = 0
    for match in _PARTS.finditer(body):
        if match[0] == "[[":
            depth += 1
        elif match[0] == "]]":
            depth = max(depth - 1, 0)
        elif not depth:
            parts.append(body[start : match.start()])
            start = match.end()
    parts.append(body[start:])
    return parts
