"""A text in pieces as markup: the one place where corpus text meets tags.

Every text, label and reading goes through Django's escaping; nothing is marked safe by hand. A
template's own loop takes many times as long, and coloured by script a window has thousands of
pieces.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django import template
from django.utils.html import conditional_escape as escaped
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from curation.queries.reading import SHOWN, Marked, Reading
from curation.queries.segments import Segment
from curation.templatetags.rule_titles import title

register = template.Library()

#: Kind -> element and classes.
_ELEMENTS = {
    "evidence": ("mark", ""),
    "edit": ("span", "cut-text"),
    "gone": ("del", ""),
    "new": ("ins", ""),
    "token": ("span", "token"),
    "token-odd": ("span", "token is-odd"),
    "bytes": ("span", "token is-bytes"),
}

_READING = "{}<rp>（</rp><rt>{}</rt><rp>）</rp></ruby>"
_WIDE_SPACE = '<span class="wide-space" title="{}"{}>{}</span>'
_INVISIBLE = '<span class="invisible" title="{}" data-sign="{}"{}></span>'


@register.simple_tag
def text_in_pieces(segments: Iterable[Segment]) -> SafeString:
    """The pieces one after the other; blanks between them would show, so there are none."""
    return format_html_join("", "{}", ((_piece(piece),) for piece in segments))


def _piece(piece: Segment) -> SafeString:
    inner = _marked(piece)
    if piece.opens_ruby:
        inner = format_html("<ruby>{}", inner)
    return format_html(_READING, inner, piece.reading) if piece.reading else inner


def _marked(piece: Segment) -> SafeString:
    if piece.kind == "invisible":
        return _invisible(piece)
    inner = escaped(piece.text)
    element, classes = _ELEMENTS.get(piece.kind, ("", ""))
    if piece.is_found:
        classes = f"{classes} is-found".lstrip()
        element = element or "mark"
    if piece.script:
        classes = f"{classes} in-{piece.script}".lstrip()
    if not element and not classes:
        return inner
    named = format_html(' class="{}"', classes) if classes else ""
    said = format_html(' title="{}"', _label(piece)) if piece.label else ""
    element = element or "span"
    return format_html("<{}{}{}{}>{}</{}>", element, named, said, _hit(piece), inner, element)


def _hit(piece: Segment) -> str:
    return format_html(' data-hit tabindex="{}"', -1) if piece.is_hit else ""


def _invisible(piece: Segment) -> SafeString:
    if piece.text == "\u3000":
        return format_html(_WIDE_SPACE, piece.label, _hit(piece), piece.text)
    sign = piece.label.partition(" ")[0]
    return format_html(_INVISIBLE, piece.label, sign, _hit(piece))


def _label(piece: Segment) -> str:
    if piece.kind not in ("evidence", "edit"):
        return piece.label
    return ", ".join(title(rule) or rule for rule in piece.label.split(", "))


@register.simple_tag
def percentile_bar(percent: float) -> SafeString:
    """A line from least to most, with where this document is; the number stands beside it."""
    return format_html(
        '<svg class="percentile" viewBox="0 0 104 10" preserveAspectRatio="none" '
        'aria-hidden="true"><rect class="track" x="2" y="4" width="100" height="2"/>'
        '<rect class="at" x="{}" y="0" width="4" height="10" rx="1"/></svg>',
        f"{percent:.1f}",
    )


# -- the addresses of a reading ---------------------------------------------------------------


class Link(NamedTuple):
    name: str
    query: str
    is_current: bool = False
    is_on: bool = False


@register.filter
def view_links(reading: Reading) -> list[Link]:
    """The texts there are, each from its beginning."""
    wish = reading.wish
    return [
        Link(view, wish.query(view=view, at=0), is_current=view == wish.view)
        for view in reading.views
    ]


@register.filter
def toggles(reading: Reading) -> list[Link]:
    """What can be shown besides, each with the address that turns it over."""
    show = reading.wish.show
    return [
        Link(name, reading.wish.query(show=show ^ {name}), is_on=name in show)
        for name in SHOWN
        if name != "ruby" or reading.has_ruby
    ]


@register.filter
def rule_query(reading: Reading, mark: Marked | str) -> str:
    """With the marks of one rule alone, from the first on; "" and "*" for all of them."""
    if isinstance(mark, str):
        return reading.wish.query(
            rule=mark if reading.sought else "", at=reading.begin if reading.windowed else 0
        )
    return reading.wish.query(rule=mark.rule, at=mark.first if reading.windowed else 0)


@register.filter
def at_query(reading: Reading, at: int) -> str:
    return reading.wish.query(at=at)
