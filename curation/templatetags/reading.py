"""A text in pieces as markup: the one place where corpus text meets tags.

Every text, label and reading goes through Django's escaping; nothing is marked safe by hand. A
template's own loop takes many times as long, and coloured by script a window has thousands of
pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from curation.queries.reading import SHOWN, Marked, Reading
from curation.queries.segments import Segment
from curation.queries.summaries import Piece
from curation.templatetags.rule_titles import title

register = template.Library()

#: Of a kind that has an element of its own; others are spans.
_ELEMENTS = {"evidence": "mark", "gone": "del", "new": "ins"}
_CLASSES = {
    "edit": ("cut-text",),
    "token": ("token",),
    "token-odd": ("token", "is-odd"),
    "bytes": ("token", "is-bytes"),
}


@register.simple_tag
def text_in_pieces(segments: Iterable[Segment]) -> SafeString:
    """The pieces one after the other; blanks between them would show, so there are none.

    One call formats them all: tags stand in the format, all that is text goes through escaping.
    """
    formats, values = list[str](), [""]
    for piece in segments:
        formats.append(_format(piece))
        values += _values(piece)
    return format_html("{}" + "".join(formats), *values)


@register.filter
def with_marks(pieces: Sequence[Piece]) -> SafeString:
    """A few words of a list's row, what is looked for marked; without blanks likewise."""
    formats = ["<mark>{}</mark>" if piece.marked else "{}" for piece in pieces]
    return format_html("{}" + "".join(formats), "", *(piece.text for piece in pieces))


def _format(piece: Segment) -> str:
    has_label = bool(piece.label)
    around = piece.opens_ruby, bool(piece.reading)
    if piece.kind == "invisible":
        return _tags("wide" if piece.text == "\u3000" else "sign", "", True, piece.is_hit, *around)
    classes = _CLASSES.get(piece.kind, ())
    if piece.is_found:
        classes = (*classes, "is-found")
    if piece.script:
        classes = (*classes, f"in-{piece.script}")
    element = _ELEMENTS.get(piece.kind, "mark" if piece.is_found else "span" if classes else "")
    return _tags(element, " ".join(classes), has_label, piece.is_hit, *around)


@lru_cache(maxsize=1_024)
def _tags(
    element: str, classes: str, has_label: bool, is_hit: bool, opens_ruby: bool, is_read: bool
) -> str:
    """A format for what ``_values`` gives. Nothing in it is anybody's text."""
    hit = ' data-hit tabindex="-1"' if is_hit else ""
    if element == "wide":
        inner = f'<span class="wide-space" title="{{}}"{hit}>{{}}</span>'
    elif element == "sign":
        inner = f'<span class="invisible" title="{{}}" data-sign="{{}}"{hit}></span>'
    elif element:
        named = f' class="{classes}"' if classes else ""
        said = ' title="{}"' if has_label else ""
        inner = f"<{element}{named}{said}{hit}>{{}}</{element}>"
    else:
        inner = "{}"
    reading = "<rp>（</rp><rt>{}</rt><rp>）</rp></ruby>" if is_read else ""
    return f"{'<ruby>' if opens_ruby else ''}{inner}{reading}"


def _values(piece: Segment) -> list[str]:
    reading = [piece.reading] if piece.reading else []
    if piece.kind == "invisible":
        shown = piece.text if piece.text == "\u3000" else piece.label.partition(" ")[0]
        return [piece.label, shown, *reading]
    marked = bool(piece.kind or piece.is_found or piece.script)
    return [*([_label(piece)] if piece.label and marked else ()), piece.text, *reading]


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
