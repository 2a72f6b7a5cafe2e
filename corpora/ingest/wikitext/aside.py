"""What is not to be read as wikitext: comments, <nowiki>, code, formulas, entities.

Tags that hold another language (formulas, code) keep it; tags that hold no text of the
page (notes, galleries, charts) go with their content.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from corpora.ingest.references import unescape
from corpora.ingest.wikitext.marks import DROPPED, END, KEPT

_DROPPED = (
    "ref", "references", "gallery", "timeline", "imagemap", "score", "graph", "chart", "hiero",
    "templatedata", "templatestyles", "inputbox", "categorytree", "indicator", "mapframe",
    "maplink", "section", "includeonly", "dynamicpagelist",
)  # fmt: skip
_FORMULAS = ("math", "chem", "ce")
_CODE = ("pre", "syntaxhighlight", "source")
_NAMES = "|".join(sorted((*_DROPPED, *_FORMULAS, *_CODE, "nowiki"), key=len, reverse=True))
_TOKEN = re.compile(
    rf"<(?:(?P<comment>!--)|(?P<name>(?i:{_NAMES}))(?P<rest>(?:[\s/][^<>]*+)?+)>)"
    r"|&(?P<entity>#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)
_LINE_OF_ITS_OWN = re.compile(r"[ \t]*+\n")
_KEPT = re.compile(f"{KEPT}([0-9]+){END}")
_BRACKETS = re.compile(r"([{}\[\]|'])(?=[{}\[\]|'])")
#: Characters that wikitext would read.
_MARKUP = frozenset("*#:;|!={}[]<>'&_~-\n")


def take(text: str) -> tuple[str, list[str]]:
    """The text with marks in it, and what they stand for.

    >>> take("a<!-- b -->c<ref>d</ref>&eacute;<nowiki>[[e]]</nowiki>")
    ('acé\\x010\\x02', ['[[e]]'])
    """
    out: list[str] = []
    kept: list[str] = []
    unclosed: set[str] = set()
    position = 0
    while (match := _TOKEN.search(text, position)) is not None:
        out.append(text[position : match.start()])
        position = match.end()
        if (entity := match["entity"]) is not None:
            out.append(_entity(entity, kept))
        elif match["comment"] is not None:
            position = _after_comment(text, match.start(), position)
        elif not match["rest"].endswith("/"):
            name = match["name"].lower()
            close = None if name in unclosed else _CLOSING[name].search(text, position)
            if close is None:
                unclosed.add(name)
                continue
            out.append(_RENDERED[name](text[position : close.start()], kept))
            position = close.end()
    out.append(text[position:])
    return "".join(out), kept


def put_back(text: str, kept: list[str]) -> str:
    return _KEPT.sub(lambda match: kept[int(match[1])], text) if kept else text


def _after_comment(text: str, start: int, inside: int) -> int:
    """Where the text goes on. A comment on a line of its own takes the line with it."""
    end = text.find("-->", inside)
    if end < 0:
        return len(text)
    end += 3
    if start == 0 or text[start - 1] == "\n":
        line = _LINE_OF_ITS_OWN.match(text, end)
        return end if line is None else line.end()
    return end


def _entity(name: str, kept: list[str]) -> str:
    character = unescape(f"&{name};")
    if character == "\xa0":
        return " "
    # A number may be that of nothing at all.
    if character[:1] in _MARKUP:
        return _keep(character, kept)
    return character if character[:1] >= " " else ""


def _keep(text: str, kept: list[str]) -> str:
    kept.append(text)
    return f"{KEPT}{len(kept) - 1}{END}"


def _decoded(text: str) -> str:
    return unescape(text) if "&" in text else text


def _nothing(_: str, __: list[str]) -> str:
    return ""


def _box(_: str, __: list[str]) -> str:
    return DROPPED


def _nowiki(text: str, kept: list[str]) -> str:
    return _keep(_decoded(text), kept)


def _code(text: str, kept: list[str]) -> str:
    return f"\n{_keep(_decoded(text).strip(chr(10)), kept)}\n"


def _formula(text: str, kept: list[str]) -> str:
    r"""TeX between dollars. Two brackets get a blank between them, which says the same in
    TeX and is never taken for wikitext.

    >>> kept = []
    >>> _formula(r"\frac{a}{b_{c}}", kept), kept
    ('\x010\x02', ['$\\frac{a} {b_{c} }$'])
    """
    tex = _BRACKETS.sub(r"\1 ", " ".join(_decoded(text).split()))
    return _keep(f"${tex}$", kept) if tex else ""


_CLOSING = {
    name: re.compile(rf"</(?i:{name})\s*+>") for name in (*_DROPPED, *_FORMULAS, *_CODE, "nowiki")
}
_RENDERED: dict[str, Callable[[str, list[str]], str]] = {
    **dict.fromkeys(_DROPPED, _box),
    **dict.fromkeys(_FORMULAS, _formula),
    **dict.fromkeys(_CODE, _code),
    "nowiki": _nowiki,
    "ref": _nothing,
    "section": _nothing,
}
