"""Markup as texts and tags, whatever state it is in; in time that grows with its length only.

No tree is built: what is left open or closed twice is common, and text is wanted, not a
document object. The grammar is that of the HTML standard's tokenizer where pages depend on it:
comments, scripts and styles that are no markup, tags that stand in quoted values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from corpora.ingest.references import unescape

# Python before 3.11.5 goes on in the wrong place behind a possessive group whose last attempt gave
# up half-way (gh-106052): nothing here does, or the group gives back what it took.

#: Characters of a file that recognising it looks at.
HEAD = 8_192
#: A text and what is behind it: "/" of a closing tag, a tag's name, what stands behind the name;
#: or "<" that is no tag's. A quote means something behind "=" only, and nothing if it is not
#: closed. A closing tag without its ">" means nothing.
TOKEN = re.compile(
    r"([^<]*+)(?:<(?:(/?)([a-zA-Z][^\s/<>]{0,99})"
    r"((?:[^=<>]++|=(?:\s*+(?:\"[^\"<]*+(?:<[^\"<]*+){0,99}\"|'[^'<]*+(?:<[^'<]*+){0,99}')|))*+)>"
    r"|/[a-zA-Z][^\s/<>]{0,99}\s*+(?=<)|[!?][^<>]*+>|!--)|(<)|\Z)"
)
_UNREAD = re.compile(
    r"<(?:!--|!\[CDATA\[|!DOCTYPE[^<>\[]*+\[|(script|style|xmp|iframe|noembed|noframes|textarea)(?=[\s/>]))",
    re.IGNORECASE,
)
_UNREAD_XML = re.compile(r"<(?:!--|!\[CDATA\[|!DOCTYPE[^<>\[]*+\[|(\Z))")
_ROOT = re.compile(
    r"[\ufeff\s\0]*+(?:(?:<\?[^>]*+>|<!--(?:[^-]++|-(?!->))*-->|<!DOCTYPE[^>\[]*+(?:\[[^\]]*+\]\s*)?>)"
    r"\s*+)*<([a-zA-Z_][\w.:-]{0,99})",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]++)))?")


def root(beginning: str) -> str:
    """The name of the first element, as it is written; "" when there is something else before it.

    >>> root("<?xml version='1.0'?><!-- <a> --><!DOCTYPE x>\\n<rss version='2.0'>")
    'rss'
    """
    found = _ROOT.match(beginning)
    return found[1] if found else ""


def without_comments(markup: str, *, xml: bool = False) -> str:
    """Without comments and, if it is no XML, what is in scripts and the like; CDATA as text.

    >>> without_comments("a<!-- > --><SCRIPT>b</script>c<script>d")
    'a<SCRIPT></script>c<script>d'
    """
    return "".join(_pieces(markup, _UNREAD_XML if xml else _UNREAD))


def _pieces(markup: str, pattern: re.Pattern[str]) -> Iterator[str]:
    place = begin = 0
    # What is never closed is read as markup, or all that follows would be lost.
    unclosed: set[str] = set()
    while (found := pattern.search(markup, place)) is not None:
        place = found.end()
        kind = (found[1] or found[0][:9]).lower()
        if kind in unclosed:
            continue
        close = _end_of(kind).search(markup, place)
        if close is None:
            unclosed.add(kind)
            continue
        if found[1]:
            place = close.start()
            tag_end = markup.find(">", found.end(), place) + 1 or place
            yield markup[begin:tag_end]
        else:
            place = close.end()
            yield markup[begin : found.start()]
            if kind.startswith("<![") and pattern is _UNREAD_XML:
                yield escape(markup[found.end() : close.start()], quote=False)
        begin = place
    yield markup[begin:]


def _end_of(kind: str) -> re.Pattern[str]:
    if kind == "<!--":
        return re.compile("--!?>")
    if kind == "<![cdata[":
        return re.compile("]]>")
    if kind.startswith("<!doctype"):
        return re.compile(r"\]\s*>")
    return re.compile(rf"</{kind}(?=[\s/>])", re.IGNORECASE)


def attributes(rest: str) -> dict[str, str]:
    """Of a tag; the first of a name counts.

    >>> attributes(' HREF="a.html" class=x hidden')
    {'href': 'a.html', 'class': 'x', 'hidden': ''}
    """
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(rest):
        found.setdefault(name.lower(), unescape(double or single or bare))
    return found
