"""Statutes as e-Gov publishes them in XML (法令標準XMLスキーマ), as lines to be read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corpora.ingest.html.markup import TOKEN, attributes
from corpora.ingest.references import unescape

_ROOT = re.compile(r"<Law\s[^<>]*\bLawType=")
#: Not read: readings of ruby, pictures' files.
_UNREAD = frozenset(("Rt", "Fig"))
#: Begin a line. A paragraph's number, an item's title and the sentences behind it are one line.
_LINES = re.compile(
    r"(?:LawNum|LawTitle|EnactStatement|TOC\w*|(?:Part|Chapter|Section|Subsection|Division)Title"
    r"|ArticleCaption|ArticleTitle|Paragraph|(?:Sub)?[Ii]tem\d*|SupplProvision(?:Label)?"
    r"|Appdx\w*|Suppl\w*|TableRow|\w*Remarks\w*|List|Sublist\d*|Preamble|NewProvision|StyleStruct)"
)
#: Stand apart from what is before them in their line.
_CELLS = frozenset(("Column", "TableColumn", "ArticleRange"))
_BEHIND = re.compile(r"(?:Article|(?:Sub)?[Ii]tem\d*|Paragraph)(?:Title|Num)|AppdxTableTitle")
_BLANK = "\u3000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    text: str
    title: str | None
    language: str | None
    #: Number and kind of the law, for the metadata.
    facts: dict[str, str]


@dataclass(slots=True)
class _Lines:
    done: list[str] = field(default_factory=list)
    #: The pieces of the line at hand.
    line: list[str] = field(default_factory=list)
    #: What the next text begins with.
    join: str = ""

    def end(self) -> None:
        if self.line:
            self.done.append("".join(self.line))
        self.line.clear()
        self.join = ""

    def add(self, text: str) -> None:
        self.line += (self.join, text) if self.line else (text,)
        self.join = ""


def is_law(markup: str) -> bool:
    return _ROOT.search(markup, 0, 4_096) is not None


def law(markup: str) -> Law:
    """The law in XML without comments.

    >>> law("<Law Lang='ja' LawType='Act'><LawTitle>港の法</LawTitle><Article><ArticleTitle>第一条"
    ...     "</ArticleTitle><Paragraph><ParagraphNum/><Sentence>港は、</Sentence>"
    ...     "<Sentence>開く。</Sentence></Paragraph></Article></Law>").text.split("\\n")
    ['港の法', '第一条\u3000港は、開く。']
    """
    lines, named, facts = _Lines(), {"LawTitle": "", "LawNum": ""}, {}
    unread, element, behind_title = 0, "", False
    language: str | None = None
    amending = ""
    for token in TOKEN.finditer(markup):
        text, closing, name, rest, bracket = token.groups()
        text = unescape(text + (bracket or "")).strip(" \t\r\n")
        if text and not unread:
            if element in named:
                named[element] = named[element] or text
            lines.add(text)
        if not name:
            continue
        empty = rest.endswith("/")
        if name in _UNREAD:
            unread = max(0, unread + (0 if empty else -1 if closing else 1))
        elif closing or empty:
            element = ""
            if name == "SupplProvisionLabel" and amending:
                lines.join = _BLANK
                lines.add(f"（{amending}）")
            if _BEHIND.fullmatch(name):
                lines.join, behind_title = _BLANK, name == "ArticleTitle"
        else:
            element = name
            if name == "Law":
                said = attributes(rest)
                language = said.get("lang")
                facts = {"law_type": said["lawtype"]} if said.get("lawtype") else {}
            elif name == "SupplProvision":
                amending = attributes(rest).get("amendlawnum", "")
            if name in _CELLS:
                lines.join = lines.join or _BLANK
            # An article's first paragraph stands behind its title.
            elif _LINES.fullmatch(name) and not (name == "Paragraph" and behind_title):
                lines.end()
            if name == "Paragraph":
                behind_title = False
    lines.end()
    facts |= {"law_number": named["LawNum"]} if named["LawNum"] else {}
    return Law(
        text="\n".join(lines.done),
        title=named["LawTitle"] or None,
        language=language,
        facts=facts,
    )
