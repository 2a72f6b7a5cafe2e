"""Markup as tags and texts, whatever state it is in; in time that grows with its length only.

No tree is built: what is left open or closed twice is common, and text is wanted, not a
document object. The grammar is that of the HTML standard's tokenizer where pages depend on it:
raw text in scripts and styles, tags that may stand in quoted values, comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

#: Of an element that is opened or closed, and of what stands between tags.
OPEN, CLOSE, TEXT = range(3)

_START = re.compile(r"<(?=[a-zA-Z/!?])")
# A quote means something behind "=" only; one that is not closed means nothing.
_TAG = re.compile(
    r"<(/?)([a-zA-Z][^\s/<>]{0,99})((?:[^=<>]++|=(?:\s*+(?:\"[^\"]*+\"|'[^']*+'))?+)*+)>"
)
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]++)))?")
#: Characters of a tag, at most; a longer one is text.
_LONGEST_TAG = 65_536
#: Elements whose content is no markup.
_RAW = frozenset({"script", "style", "xmp", "iframe", "noembed", "noframes", "textarea", "title"})
#: Of these, whose content is text with references.
_RAW_TEXT = frozenset({"title", "textarea"})


class Token(NamedTuple):
    kind: int
    #: The element's name in small letters; the text with its references resolved.
    value: str
    #: What stands in the tag behind the name, as it stands there.
    rest: str = ""


def tokens(markup: str, *, xml: bool = False) -> Iterator[Token]:
    """The tags and texts of the markup in order.

    ``xml``: no element's content is raw, and CDATA is text.

    >>> [token.value for token in tokens("<P>猫&amp;犬<!-- 猿 --><br/>")]
    ['p', '猫&犬', 'br']
    """
    # Where the text begins that was not given out yet, and where the next tag is looked for.
    begin = place = 0
    unclosed: set[str] = set()
    while (start := _START.search(markup, place)) is not None:
        at = start.start()
        if markup[at + 1] in "!?":
            end, inside = _declaration(markup, at)
            found = [Token(TEXT, inside)] if inside else []
        elif (tag := _TAG.match(markup, at, at + _LONGEST_TAG)) is not None:
            end, name = tag.end(), tag[2].lower()
            found = [Token(CLOSE if tag[1] else OPEN, name, tag[3])]
            if not (tag[1] or xml) and name in _RAW and name not in unclosed:
                close = _end_of(markup, name, end)
                if close < 0:
                    # Never closed: what follows is read as markup, or all of it would be lost.
                    unclosed.add(name)
                else:
                    if name in _RAW_TEXT:
                        found.append(Token(TEXT, _text(markup[end:close])))
                    end = close
        else:
            place = at + 1
            continue
        if at > begin:
            yield Token(TEXT, _text(markup[begin:at]))
        yield from found
        begin = place = end
    if begin < len(markup):
        yield Token(TEXT, _text(markup[begin:]))


def attributes(rest: str) -> dict[str, str]:
    """Of a tag; the first of a name counts.

    >>> attributes(' HREF="a.html" class=x hidden')
    {'href': 'a.html', 'class': 'x', 'hidden': ''}
    """
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(rest):
        found.setdefault(name.lower(), _text(double or single or bare))
    return found


def _text(markup: str) -> str:
    """References resolved; surrogates and such, which no text holds, are U+FFFD by the standard."""
    return unescape(markup) if "&" in markup else markup


def _end_of(markup: str, name: str, place: int) -> int:
    found = re.compile(rf"</{name}[\s/>]", re.IGNORECASE).search(markup, place)
    return found.start() if found else -1


def _declaration(markup: str, start: int) -> tuple[int, str]:
    """Behind a comment, a declaration, an instruction or CDATA; and the text of the last."""
    if markup.startswith("<!--", start):
        end = markup.find("-->", start + 4)
        if end >= 0:
            return end + 3, ""
    elif markup.startswith("<![CDATA[", start):
        end = markup.find("]]>", start + 9)
        if end >= 0:
            return end + 3, markup[start + 9 : end]
    end = markup.find(">", start)
    return (end + 1 if end >= 0 else len(markup)), ""
