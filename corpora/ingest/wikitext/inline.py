"""Quotes, magic words, language variants and HTML tags."""

from __future__ import annotations

import re

from corpora.ingest.wikitext.marks import BREAK, PARAGRAPH

_QUOTES = re.compile("''+")
_WORDS = re.compile(r"__(?:[A-Z]{3,30}|目次|目次強制|目次非表示|節編集非表示|全部目次非表示)__")
_VARIANT = re.compile(r"-\{([^{}]*+)\}-")
_HIDDEN = re.compile(
    r"<span\b(?=[^<>]*?display\s*:\s*none)[^<>]*+>[^<]*+</span\s*+>", re.IGNORECASE
)
_READING = re.compile(r"<r([tp])\b[^<>]*+>[^<]*+</r\1\s*+>", re.IGNORECASE)
_RAISED = re.compile(r"<su(?P<kind>[pb])>(?P<text>[0-9+\-−=()n]{1,12})</su(?P=kind)>")
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z]{1,12}[1-6]?+)(?P<rest>(?:[\s/][^<>]*+)?+)>")

_SUPERSCRIPT = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-−=()n", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₙ")

_LINES = ("br", "dt", "dd")
_PARAGRAPHS = (
    "p", "div", "center", "blockquote", "ul", "ol", "dl", "table", "caption", "hr", "poem", "pre",
    "h1", "h2", "h3", "h4", "h5", "h6",
)  # fmt: skip
_PLAIN = (
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "col", "colgroup", "data", "del",
    "dfn", "em", "font", "gallery", "i", "img", "includeonly", "ins", "kbd", "mark", "math",
    "nobr", "noinclude", "nowiki", "onlyinclude", "q", "rb", "ref", "references", "rp", "rt",
    "rtc", "ruby", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "sup",
    "tbody", "templatestyles", "tfoot", "thead", "time", "timeline", "tt", "u", "var", "wbr",
)  # fmt: skip
#: Tag -> what stands in its place.
_SHOWN = {
    **dict.fromkeys(_PLAIN, ""),
    **dict.fromkeys(_LINES, BREAK),
    **dict.fromkeys(_PARAGRAPHS, PARAGRAPH),
    "tr": "\n",
    "li": "\n* ",
    "td": "\n| ",
    "th": "\n| ",
}
#: The same for </tag> where it differs.
_ENDS = {"li": "", "td": "", "th": "", "tr": "\n|-\n", "dt": "", "dd": ""}


def strip(text: str) -> str:
    """The text without inline markup. A tag that HTML does not know is text.

    >>> strip("'''10<sup>8</sup>'''は<b>億</b>、<stdio.h>は<q>ちがう</q>")
    '10⁸は億、<stdio.h>はちがう'
    """
    if "''" in text:
        text = _QUOTES.sub(_quotes, text)
    if "__" in text:
        text = _WORDS.sub("", text)
    if "-{" in text:
        text = _VARIANT.sub(_variant, text)
    if "<" in text:
        text = _RAISED.sub(_raised, text)
        text = _READING.sub("", _HIDDEN.sub("", text))
        text = _TAG.sub(_tag, text)
    return text


def _quotes(match: re.Match[str]) -> str:
    """Two are italics, three bold, five both; what is beyond is an apostrophe."""
    count = len(match[0])
    return "'" if count == 4 else "'" * (count - 5)


def _variant(match: re.Match[str]) -> str:
    """-{text}- or -{zh-hans:text; zh-hant:text}-: the first."""
    _, bar, text = match[1].rpartition("|")
    first = (text if bar else match[1]).partition(";")[0]
    code, colon, rest = first.partition(":")
    return rest.strip() if colon and code.strip().startswith("zh") else first


def _raised(match: re.Match[str]) -> str:
    table = _SUPERSCRIPT if match["kind"] == "p" else _SUBSCRIPT
    return match["text"].translate(table)


def _tag(match: re.Match[str]) -> str:
    name = match["name"].lower()
    if match["close"]:
        return _ENDS.get(name, _SHOWN.get(name, match[0]))
    return _SHOWN.get(name, match[0])
