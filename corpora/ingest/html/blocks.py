"""A page as blocks of text in order, each with what its place in the markup says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corpora.ingest.html.elements import APART, BLOCKS, ENDS, HELD, TELLING
from corpora.ingest.html.markup import TOKEN, without_comments
from corpora.ingest.html.regions import NO_HEADERS, PART_OF, Part, part_by
from corpora.ingest.references import unescape

#: A line end that is meant: <br>.
_BREAK = "\x1e"
_BLANK = " \t\n\r\f"
_BLANKS = re.compile(f"[{_BLANK}]+")
_WIDE = (
    "[\u2e80-\u312f\u3190-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uffef"
    "\U00020000-\U0003fffd]"
)
#: A line end of the markup that is no blank: a line of Japanese was broken.
# It begins with a blank, not with what stands before it: such are found many times as fast.
_BROKEN = re.compile(
    rf"[{_BLANK}](?<={_WIDE}[{_BLANK}])(?:(?<=[\r\n])|[ \t\f]*+[\r\n])[{_BLANK}]*+(?={_WIDE})"
)
_ROWS, _CELLS = ("tr", "table"), ("td", "th")
#: As tags are nearly always spelt -> the name; all others mean nothing here.
_NAMES = {spelt: name for name in (*HELD, *TELLING, "br", "hr") for spelt in (name, name.upper())}
_REGIONS = Part.NAVIGATION | Part.HEADER
#: What begins a block -> (whether an empty line stands before it, what it ends).
_BEGINS = {name: (name in APART, ENDS[name]) for name in BLOCKS}
#: An open element: its name, bits of Part, whether it is inside a link that leads away, region.
#: A plain tuple, for what has names is slower to make and to ask.
_Open = tuple[str, int, bool, int]
_OUTSIDE: _Open = ("", 0, False, 0)
#: Of a title so much is read: each heading is looked for in it.
_TITLE = 2_000
#: Longer attributes are not worth remembering.
_LONG = 500


@dataclass(slots=True)
class Block:
    """A text; its only line ends are those that the page means."""

    text: str
    #: Bits of Part.
    part: int
    #: Characters of markup, those of them in links that lead away, and how many such links.
    size: int
    linked: int
    links: int
    #: An empty line stands before it.
    apart: bool
    #: Which row of all tables and which cell of it; 0 outside tables.
    row: int
    cell: int
    #: The outermost element that is navigation, by number; 0 outside.
    region: int


@dataclass(slots=True)
class Read:
    """What was found in a page."""

    blocks: list[Block] = field(default_factory=list)
    #: (name, what stands behind it) of the tags that speak of the page.
    telling: list[tuple[str, str]] = field(default_factory=list)
    title: str = ""


@dataclass(slots=True)
class _Reader:
    read: Read = field(default_factory=Read)
    here: _Open = _OUTSIDE
    stack: list[_Open] = field(default_factory=list)
    #: How many of each are open.
    names: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*HELD, ""), 0))
    pieces: list[str] = field(default_factory=list)
    size: int = 0
    linked: int = 0
    links: int = 0
    apart: bool = False
    row: int = 0
    cell: int = 0
    regions: int = 0

    def over(self, markup: str) -> Read:
        """One turn for each of thousands of tags: what is done for most of them is done here."""
        pieces, telling = self.pieces, self.read.telling
        unseen, by_hand = Part.UNSEEN, Part.UNSEEN | Part.PREFORMATTED
        held, names = HELD, _NAMES
        here, part, link, _ = self.here
        for token in TOKEN.finditer(markup):
            text, closing, name, rest, bracket = token.groups()
            if text or bracket:
                if not (pieces or bracket or part & by_hand or text.strip(_BLANK)):
                    pass  # between blocks
                elif not part & unseen:
                    pieces.append(text + bracket if bracket else text)
                    self.size += len(text)
                    if link:
                        self.linked += len(text)
                elif here == "title" and not self.read.title:
                    self.read.title = " ".join(unescape(text[:_TITLE]).split())
            if not name:
                continue
            name = names.get(name) or name.lower()
            if name in held:
                here, part, link, _ = self._close(name) if closing else self._open(name, rest)
            elif name == "br":
                pieces.append(_BREAK)
            elif name in TELLING:
                telling.append((name, rest))
            elif name == "hr":
                if pieces:
                    self._flush()
                self.apart = True
        if pieces:
            self._flush()
        return self.read

    def _open(self, name: str, rest: str) -> _Open:
        """What is open behind a tag."""
        if name in _BEGINS:
            self._begin(name)
        here = self.here
        _, part, link, region = here
        if name == "a":
            link = _leads_away(rest)
            self.links += link
            if "license" in rest or "creativecommons" in rest:
                self.read.telling.append((name, rest))
        else:
            own = PART_OF.get(name, 0)
            if own == Part.HEADER and part & Part.MAIN:
                own = 0
            if rest and name != "body":
                said = part_by(rest) if len(rest) < _LONG else part_by.__wrapped__(rest)
                if said != Part.HEADER or name not in NO_HEADERS:
                    own |= said
            if own & ~part & _REGIONS and not (region and part & Part.NAVIGATION):
                # Navigation inside a header is one of its own.
                self.regions = region = self.regions + 1
            part |= own
        self.stack.append(here)
        self.here = (name, part, link, region)
        self.names[name] += 1
        return self.here

    def _begin(self, name: str) -> None:
        if self.pieces:
            self._flush()
        apart, ended = _BEGINS[name]
        if apart:
            self.apart = True
        while self.here[0] in ended:
            self.names[self.here[0]] -= 1
            self.here = self.stack.pop()
        if name in _ROWS:
            self.row, self.cell = self.row + 1, 0
        elif name in _CELLS:
            self.cell += 1

    def _close(self, name: str) -> _Open:
        """What is open behind a closing tag."""
        if name in _BEGINS:
            if self.pieces:
                self._flush()
            if name in APART:
                self.apart = True
        names = self.names
        if not names[name]:
            return self.here
        stack, ended = self.stack, self.here[0]
        names[ended] -= 1
        here = stack.pop()
        while ended != name:
            ended = here[0]
            names[ended] -= 1
            here = stack.pop()
        self.here = here
        if name == "table":
            self.row, self.cell = self.row + 1, 0
        return here

    def _flush(self) -> None:
        """What was read since the last block is one, if there is anything to be seen."""
        _, part, _, region = self.here
        text = "".join(self.pieces)
        self.pieces.clear()
        if "&" in text:
            text = unescape(text)
        text = _by_hand(text) if part & Part.PREFORMATTED else _laid_out(text)
        if text:
            in_cell = self.names["td"] or self.names["th"]
            self.read.blocks.append(
                Block(
                    text, part, self.size, self.linked, self.links, self.apart,
                    self.row if in_cell else 0, self.cell, region,
                )
            )  # fmt: skip
            self.apart = False
        self.size = self.linked = self.links = 0


def blocks(markup: str) -> Read:
    """The blocks of a page in order.

    >>> [block.text for block in blocks("<p>猫\\nと<ruby>犬<rt>いぬ</rt></ruby><p>a\\nb").blocks]
    ['猫と犬', 'a b']
    """
    return _Reader().over(without_comments(markup))


_TARGET = re.compile(r"href\s*=\s*[\"']?\s*([^\"'\s>]*)", re.IGNORECASE)


def _leads_away(rest: str) -> bool:
    """Whether a link leads out of its page: a file's own name is not known, so a place in some
    file beside it counts as the page's.
    """
    if "ref" not in rest and "REF" not in rest:  # most that stand in a text are names of places
        return False
    found = _TARGET.search(rest)
    if found is None:
        return False
    path, mark, _ = found[1].partition("#")
    return not mark or "/" in path or "?" in path


def _laid_out(text: str) -> str:
    """Blanks as a browser shows them; none where a line of Japanese was broken."""
    text = text.strip(_BLANK)
    if text.isprintable() and "  " not in text:  # neither line ends nor tabs are printable
        return text
    if "\n" in text or "\r" in text:
        text = _BROKEN.sub("", text)
    text = _BLANKS.sub(" ", text)
    if _BREAK in text:
        return "\n".join(line.strip(" ") for line in text.split(_BREAK)).strip("\n ")
    return text


def _by_hand(text: str) -> str:
    return text.replace(_BREAK, "\n").strip("\r\n").rstrip()
