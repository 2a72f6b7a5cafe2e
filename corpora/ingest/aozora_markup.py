"""Aozora Bunko's inline markup: taken out of the text, counted, gaiji made characters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial

#: Gaiji first: a gaiji note is a note with ※ before it. Either may hold gaiji notes, whose ※ is
#: read in one way only: with two, each note would double what an unclosed one costs.
_MARKUP = re.compile(
    r"※［＃(?P<gaiji>(?:[^［］\n※]|※(?!［)|※［＃[^［］\n]{1,200}］){1,200})］"
    r"|［＃(?P<note>(?:[^［］\n※]|※(?!［)|※?［＃[^［］\n]{1,200}］){1,400})］"
    r"|《(?P<ruby>[^《》\n]{1,120})》"
    r"|(?P<bar>｜)"
)
_UNICODE = re.compile(r"U\+([0-9A-Fa-f]{4,6})")
_CELL = re.compile(r"(?:第[34３４]水準|非0213外字|、|^)[ \u3000]?([12])-(\d{1,2})-(\d{1,2})")
#: A character that the description of another one names.
_PART = re.compile(r"※［＃([^［］\n]*)］")
#: What the notes name without a number, for JIS X 0213 has none: Unicode does by now.
_NAMED = {
    "小書き平仮名こ": "\U0001b132",
    "小書き平仮名ゐ": "\U0001b150",
    "小書き平仮名ゑ": "\U0001b151",
    "小書き平仮名を": "\U0001b152",
    "小書き片仮名コ": "\U0001b155",
    "小書き片仮名ヰ": "\U0001b164",
    "小書き片仮名ヱ": "\U0001b165",
    "小書き片仮名ヲ": "\U0001b166",
    "小書き片仮名ン": "\U0001b167",
    "白ゴマ点": "\ufe46",
    "「姉」の正字": "姊",
}
#: What a ruby without ｜ belongs to: the run of one kind of characters before it.
_BASE = re.compile(
    "(?:[一-鿿㐀-䶿々〆ヶ〇仝〓\U00020000-\U0003ffff]+"
    "|[ぁ-んゝゞ]+|[ァ-ヺーヽヾ]+|[０-９Ａ-Ｚａ-ｚΑ-Ωα-ωА-Яа-я]+|[0-9A-Za-zÀ-ÖØ-öø-ɏ&'-]+)\\Z"
)
#: What is not known is shown as Japanese print does.
GETA = "〓"
_LISTED = 200
#: Of ruby the places are wanted, too: a long novel has 10,000, a third of a megabyte.
_RUBY_LISTED = 20_000
_LONGEST_BASE = 60


@dataclass(slots=True, kw_only=True)
class Markup:
    """A text without its markup, and what was taken out (at most 200 of each, 20,000 of ruby)."""

    text: str = ""
    ruby_count: int = 0
    #: Where the base begins in the text, its length (code points), its reading; in order and
    #: apart from each other.
    ruby: list[tuple[int, int, str]] = field(default_factory=list)
    note_count: int = 0
    notes: list[str] = field(default_factory=list)
    gaiji_count: int = 0
    #: Descriptions of gaiji that no code is given for.
    unresolved: list[str] = field(default_factory=list)


def strip_markup(text: str) -> Markup:
    """Base text only. What is not closed on its line is no markup and stays.

    >>> found = strip_markup("｜義清《のりきよ》※［＃「口＋它」、第3水準1-14-88］を［＃傍点］見た")
    >>> found.text, found.ruby, found.notes
    ('義清咜を見た', [(0, 2, 'のりきよ')], ['傍点'])
    """
    found = Markup()
    done = _Done()
    end = 0
    for match in _MARKUP.finditer(text):
        done.add(text[end : match.start()])
        end = match.end()
        if match["gaiji"] is not None:
            done.add(_gaiji(match["gaiji"], found))
        elif match["note"] is not None:
            _note(match["note"], found)
        elif match["ruby"] is not None:
            _ruby(match["ruby"], done, found)
        else:
            done.bar = done.length
    done.add(text[end:])
    found.text = "".join(done.pieces)
    return found


@dataclass(slots=True)
class _Done:
    """The text as far as its markup is out."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    #: Where the last ｜ stood, and where the last ruby.
    bar: int | None = None
    closed: int = 0

    def add(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)

    def last(self, most: int) -> str:
        """What was added last, no more than ``most`` code points and not across a ruby."""
        most = min(most, self.length - self.closed)
        number, there = len(self.pieces), 0
        while number and there < most:
            number -= 1
            there += len(self.pieces[number])
        return "".join(self.pieces[number:])[max(0, there - most) :] if most else ""


def gaiji(description: str) -> str | None:
    """The character that a gaiji note names by number or, if it has none, by name; else None.

    >>> gaiji("「にんべん＋黽」、U+511A"), gaiji("「さんずい＋墨」、第3水準1-87-25")
    ('儚', '濹')
    >>> gaiji("小書き片仮名ヱ、107-9") == "\N{KATAKANA LETTER SMALL WE}"
    True
    >>> gaiji("「目＋爭」、12-5"), gaiji("「日＋※［＃第3水準1-85-57］」、256-下-16")
    (None, None)
    """
    description = _PART.sub("〓", description)
    if (code := _UNICODE.search(description)) is not None:
        number = int(code[1], 16)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else None
    if (cell := _CELL.search(description)) is None:
        return _NAMED.get(description.partition("、")[0])
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


def _ruby(reading: str, done: _Done, found: Markup) -> None:
    found.ruby_count += 1
    length = _base_length(done)
    if "［＃" in reading:
        reading = _MARKUP.sub(partial(_within_reading, found=found), reading)
    if length and len(found.ruby) < _RUBY_LISTED:
        found.ruby.append((done.length - length, length, reading))
    done.bar, done.closed = None, done.length


def _within_reading(match: re.Match[str], found: Markup) -> str:
    """Gaiji as characters, and nothing for a note: they are counted like any others."""
    if match["gaiji"] is not None:
        return _gaiji(match["gaiji"], found)
    if match["note"] is not None:
        _note(match["note"], found)
        return ""
    return match[0]


def _base_length(done: _Done) -> int:
    """What a ruby belongs to: from the bar on, or the run before it; 0 for nothing."""
    before = done.last(_LONGEST_BASE)
    if done.bar is not None and done.length - done.bar <= len(before):
        marked = before[len(before) - (done.length - done.bar) :]
        if marked and "\n" not in marked:
            return len(marked)
    run = _BASE.search(before)
    return len(run[0]) if run else 0
