"""Aozora Bunko's inline markup: taken out of the text, counted, gaiji made characters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: Gaiji first: a gaiji note is a note with ※ before it. A note may hold gaiji notes.
_MARKUP = re.compile(
    r"※［＃(?P<gaiji>[^［］\n]{1,200})］"
    r"|［＃(?P<note>(?:[^［］\n]|※?［＃[^［］\n]{1,200}］){1,400})］"
    r"|《(?P<ruby>[^《》\n]{1,120})》"
    r"|(?P<bar>｜)"
)
_UNICODE = re.compile(r"U\+([0-9A-Fa-f]{4,6})")
_CELL = re.compile(r"(?:第[34]水準|非0213外字|、|^)([12])-(\d{1,2})-(\d{1,2})")
#: The characters that a ruby without ｜ belongs to: a run of kanji and the like before it.
_BASE = re.compile(r"[一-鿿㐀-䶿々〆ヶ〇仝〓\U00020000-\U0003ffff]+$")
#: What is not known is shown as Japanese print does.
GETA = "〓"
_LISTED = 200
_LONGEST_BASE = 60


@dataclass(slots=True, kw_only=True)
class Markup:
    """A text without its markup, and what was taken out (lists of at most 200)."""

    text: str = ""
    ruby_count: int = 0
    #: (base, reading)
    ruby: list[tuple[str, str]] = field(default_factory=list)
    note_count: int = 0
    notes: list[str] = field(default_factory=list)
    gaiji_count: int = 0
    #: Descriptions of gaiji that no code is given for.
    unresolved: list[str] = field(default_factory=list)


def strip_markup(text: str) -> Markup:
    """Base text only. What is not closed on its line is no markup and stays.

    >>> found = strip_markup("｜義清《のりきよ》※［＃「口＋它」、第3水準1-14-88］を［＃傍点］見た")
    >>> found.text, found.ruby, found.notes
    ('義清咜を見た', [('義清', 'のりきよ')], ['傍点'])
    """
    found = Markup()
    pieces: list[str] = []
    end = 0
    bar: int | None = None
    for match in _MARKUP.finditer(text):
        pieces.append(text[end : match.start()])
        end = match.end()
        if match["gaiji"] is not None:
            pieces.append(_gaiji(match["gaiji"], found))
        elif match["note"] is not None:
            _note(match["note"], found)
        elif match["ruby"] is not None:
            found.ruby_count += 1
            if len(found.ruby) < _LISTED:
                found.ruby.append((_base(pieces, bar), match["ruby"]))
            bar = None
        else:
            bar = len(pieces)
    pieces.append(text[end:])
    found.text = "".join(pieces)
    return found


def gaiji(description: str) -> str | None:
    """The character that a gaiji note names by number, None when it gives none.

    >>> gaiji("「にんべん＋黽」、U+511A"), gaiji("「さんずい＋墨」、第3水準1-87-25")
    ('儚', '濹')
    >>> gaiji("「目＋爭」、12-5") is None
    True
    """
    if (code := _UNICODE.search(description)) is not None:
        number = int(code[1], 16)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else None
    if (cell := _CELL.search(description)) is None:
        return None
    plane, row, column = map(int, cell.groups())
    if not (1 <= row <= 94 and 1 <= column <= 94):
        return None
    lead = b"\x8f" if plane == 2 else b""
    try:
        return (lead + bytes([0xA0 + row, 0xA0 + column])).decode("euc_jis_2004")
    except UnicodeDecodeError:
        return None


def _gaiji(description: str, found: Markup) -> str:
    found.gaiji_count += 1
    character = gaiji(description)
    if character is None and len(found.unresolved) < _LISTED:
        found.unresolved.append(description)
    return character or GETA


def _note(note: str, found: Markup) -> None:
    found.note_count += 1
    if len(found.notes) < _LISTED:
        found.notes.append(note)


def _base(pieces: list[str], bar: int | None) -> str:
    """What a ruby belongs to: from the bar on, or the run of kanji before it."""
    if bar is not None and len(marked := "".join(pieces[bar:])) <= _LONGEST_BASE:
        return marked
    before = "".join(pieces[-4:])
    run = _BASE.search(before)
    return run[0] if run else before[-8:]
