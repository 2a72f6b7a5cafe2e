"""A text as pieces to show: what is highlighted, cut or invisible, in code points.

Templates print the pieces one by one through Django's escaping; no markup is
ever made from corpus text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

#: Texts longer than this are shown a window at a time.
LONG_TEXT = 200_000
WINDOW = 50_000
#: Marks in one window; a hostile text of nothing but marks stays a page that opens.
MOST_MARKS = 4_000

#: Controls, zero-width, soft hyphen, bidi controls, byte order mark, ideographic space.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3000\u3164\ufeff\ufff9-\ufffb]"
    # A joiner is what an emoji of several is made with; anywhere else it hides something.
    "|(?<![\U0001f000-\U0001faff\u2600-\u27bf\ufe0f])\u200d"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Half open, in code points of the text."""

    start: int
    end: int
    #: "evidence", "edit", "found" (by a search) or "ruby".
    kind: str
    #: The rule it speaks of; of ruby, the reading; "" of what was found.
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    text: str
    #: "" for plain text, "evidence", "edit", "invisible"; "gone" and "new" where normalisation
    #: changed it; "token", "token-odd" and "bytes" where a tokenizer cut it.
    kind: str = ""
    #: Rules, or the character's name, or a token's piece.
    label: str = ""
    #: Something begins here that one can go to.
    is_hit: bool = False
    #: A search found it; that may be a part of what has a kind.
    is_found: bool = False
    #: A word with ruby begins here; how it is read stands at its last piece.
    opens_ruby: bool = False
    reading: str = ""
    #: "han", "hiragana", "katakana", "half", "latin" or "digit"; "" for the rest, or unasked.
    script: str = ""


def segments(
    text: str,
    spans: Iterable[Span],
    start: int = 0,
    end: int | None = None,
    stops: Collection[int] | None = None,
) -> list[Segment]:
    """``text[start:end]`` in pieces. Where spans overlap, a piece carries all their labels.

    ``stops``: starts of the spans that one can go to; None for all of them.

    >>> span = Span(start=0, end=2, kind="evidence", label="ad")
    >>> [segment.text for segment in segments("無料で稼げる", [span])]
    ['無料', 'で稼げる']
    >>> segments("あ\\u200bい", [])[1].label
    'U+200B ZERO WIDTH SPACE'
    """
    end = len(text) if end is None else min(end, len(text))
    spans = list(spans)
    within = [span for span in spans if span.start < end and span.end > start][:MOST_MARKS]
    # A word that the window's edge parts is shown without its ruby.
    ruby = [s for s in within if s.kind == "ruby" and start <= s.start and s.end <= end]
    opening, closing = {s.start for s in ruby}, {s.end: s.label for s in ruby}
    begins = {
        max(start, span.start)
        for span in within
        if span.kind != "ruby" and (stops is None or span.start in stops)
    }
    cuts = {start, end}
    for span in within:
        cuts |= {max(start, span.start), min(end, span.end)}
    edges = sorted(cuts)
    pieces: list[Segment] = []
    active = _Active(within)
    for begin, stop in pairwise(edges):
        found = _with_invisible(text[begin:stop], active.at(begin), MOST_MARKS - len(pieces))
        if begin in begins or begin in opening:
            found[0] = replace(found[0], is_hit=begin in begins, opens_ruby=begin in opening)
        if stop in closing:
            found[-1] = replace(found[-1], reading=closing[stop])
        pieces += found
    return pieces


class _Active:
    """The spans over a position that only moves forward."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._waiting = sorted(spans, key=lambda span: span.start, reverse=True)
        self._open: list[Span] = []

    def at(self, position: int) -> Segment:
        """What the spans say of the piece that begins there; its text is not known here."""
        while self._waiting and self._waiting[-1].start <= position:
            self._open.append(self._waiting.pop())
        self._open = [span for span in self._open if span.end > position]
        kinds = {span.kind for span in self._open}
        labels = dict.fromkeys(s.label for s in self._open if s.kind in ("edit", "evidence"))
        return Segment(
            text="",
            kind="edit" if "edit" in kinds else "evidence" if labels else "",
            label=", ".join(labels),
            is_found="found" in kinds,
        )


def _with_invisible(text: str, plain: Segment, room: int) -> list[Segment]:
    """The piece itself, parted at characters that nobody could see."""
    pieces: list[Segment] = []
    done = 0
    for hit in _INVISIBLE.finditer(text):
        if len(pieces) >= room:
            break
        if hit.start() > done:
            pieces.append(replace(plain, text=text[done : hit.start()]))
        pieces.append(Segment(text=hit[0], kind="invisible", label=character(hit[0])))
        done = hit.end()
    if done < len(text):
        pieces.append(replace(plain, text=text[done:]))
    return pieces


def character(value: str) -> str:
    """Code point and name of a character, for people.

    >>> character("\\u3000")
    'U+3000 IDEOGRAPHIC SPACE'
    """
    return f"U+{ord(value):04X} {unicodedata.name(value, 'CONTROL')}"
