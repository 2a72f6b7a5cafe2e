"""A page as blocks of text in order, each with what its place in the markup says of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from corpora.ingest.html.regions import Part, part_of
from corpora.ingest.html.tokens import CLOSE, OPEN, Token, attributes

_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr basefont bgsound frame "
    "keygen".split()
)
#: Begin and end a block.
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main "
    "menu nav ol p plaintext pre section summary table tbody td tfoot th thead title tr ul".split()
)
#: Before and after these an empty line stands.
_APART = frozenset("p h1 h2 h3 h4 h5 h6 pre listing blockquote table ul ol dl figure hr".split())
#: An element of the first kind ends those of the second that were left open.
_ENDS = {
    "li": {"li", "p"},
    "dt": {"dt", "dd", "p"},
    "dd": {"dt", "dd", "p"},
    "tr": {"tr", "td", "th", "p"},
    "td": {"td", "th", "p"},
    "th": {"td", "th", "p"},
    "option": {"option"},
}
_BLANKS = re.compile(r"[ \t\n\r\f]+")
#: Stands for blanks with a line end among them until what is beside it is known.
_LINE_END = "\x1f"
_LINE_ENDS = re.compile(rf" *{_LINE_END}[ {_LINE_END}]*")
#: Between these a line end of the markup is no blank.
_WIDE = re.compile("[\u2e80-\u312f\u3190-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uffef\U00020000-\U0003fffd]")


@dataclass(slots=True, kw_only=True)
class Block:
    """Text without a line end of the layout's, but for those that are meant."""

    text: str
    part: int
    #: The element that it stands in directly.
    element: str
    #: Characters, those of them in links that lead away, and how many such links.
    size: int
    linked: int
    links: int
    #: An empty line stands before it.
    apart: bool
    #: Which row of which table and which cell of it; 0 outside tables.
    row: int
    cell: int
    #: The outermost element that is navigation, by number; 0 outside.
    region: int


@dataclass(slots=True)
class _Open:
    name: str
    part: int
    link: bool
    region: int


@dataclass(slots=True)
class _Reader:
    blocks: list[Block] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    names: Counter[str] = field(default_factory=Counter)
    pieces: list[str] = field(default_factory=list)
    linked: int = 0
    links: int = 0
    apart: bool = False
    row: int = 0
    cell: int = 0
    regions: int = 0

    def read(self, found: Iterable[Token]) -> None:
        for kind, value, rest in found:
            if kind == OPEN:
                self.open(value, rest)
            elif kind == CLOSE:
                self.close(value)
            else:
                self.add(value)
        self.flush()

    @property
    def here(self) -> _Open:
        return self.stack[-1] if self.stack else _OUTSIDE

    def open(self, name: str, rest: str) -> None:
        if name == "br":
            self.pieces.append("\n")
            return
        if name in _BLOCKS:
            self.flush()
            self.apart |= name in _APART
        if name in _VOID:
            return
        ended = _ENDS.get(name) or ({"p"} if name in _BLOCKS else None)
        while ended and self.stack and self.stack[-1].name in ended:
            self.names[self.stack.pop().name] -= 1
        if name in ("tr", "table"):
            self.row, self.cell = self.row + 1, 0
        elif name in ("td", "th"):
            self.cell += 1
        within = self.here
        said = attributes(rest) if rest and rest != "/" else {}
        part = within.part | part_of(name, said, within.part)
        region = within.region
        if part & Part.NAVIGATION and not region:
            self.regions += 1
            region = self.regions
        link = within.link
        if name == "a" and (target := said.get("href")):
            link = _leads_away(target)
            self.links += link
        self.stack.append(_Open(name, part, link, region))
        self.names[name] += 1

    def close(self, name: str) -> None:
        if name == "p" and not self.names["p"]:
            self.apart = True
        if name in _BLOCKS:
            self.flush()
            self.apart |= name in _APART
        if not self.names[name]:
            return
        while True:
            ended = self.stack.pop()
            self.names[ended.name] -= 1
            if ended.name == name:
                break
        if name == "table":
            self.row, self.cell = self.row + 1, 0

    def add(self, text: str) -> None:
        here = self.here
        if here.part & Part.UNSEEN:
            return
        if not here.part & Part.PREFORMATTED:
            text = _BLANKS.sub(_blank, text)
        self.pieces.append(text)
        if here.link:
            self.linked += len(text)

    def flush(self) -> None:
        """What was read since the last block is one, if there is anything to be seen."""
        text, self.pieces = "".join(self.pieces), []
        here = self.here
        if here.part & Part.PREFORMATTED:
            text = text.strip("\n").rstrip()
        elif text:
            text = _tidy(text)
        if text and not text.isspace():
            in_cell = self.names["td"] or self.names["th"]
            self.blocks.append(
                Block(
                    text=text,
                    part=here.part,
                    element=here.name,
                    size=len(text),
                    linked=min(self.linked, len(text)),
                    links=self.links,
                    apart=self.apart,
                    row=self.row if in_cell else 0,
                    cell=self.cell,
                    region=here.region,
                )
            )
            self.apart = False
        self.linked = self.links = 0


_OUTSIDE = _Open("", 0, False, 0)


def blocks(found: Iterable[Token]) -> list[Block]:
    """The blocks of a page's tokens in order.

    >>> from corpora.ingest.html.tokens import tokens
    >>> [block.text for block in blocks(tokens("<p>猫\\nと<ruby>犬<rt>いぬ</rt></ruby><p>a\\nb"))]
    ['猫と犬', 'a b']
    """
    reader = _Reader()
    reader.read(found)
    return reader.blocks


def _leads_away(target: str) -> bool:
    """Whether a link leads out of its page: a file's own name is not known, so a place in some
    file beside it counts as the page's.
    """
    path, mark, _ = target.partition("#")
    return not mark or "/" in path or "?" in path


def _blank(found: re.Match[str]) -> str:
    run = found[0]
    return _LINE_END if "\n" in run or "\r" in run else " "


def _tidy(text: str) -> str:
    """Blanks as a browser shows them; none where a line of Japanese was broken."""
    if _LINE_END in text:
        text = _LINE_ENDS.sub(_joint, text)
    lines = [line.strip(" ") for line in text.split("\n")]
    return "\n".join(lines).strip("\n")


def _joint(found: re.Match[str]) -> str:
    text, start, end = found.string, found.start(), found.end()
    if start and end < len(text) and _WIDE.match(text[start - 1]) and _WIDE.match(text[end]):
        return ""
    return " "
