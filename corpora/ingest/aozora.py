"""Aozora Bunko: the book's text without its markup; ruby, notes and colophon as metadata.

The format is described in Aozora Bunko's 注記一覧 and 青空文庫・組版案内: ｜base《ruby》,
［＃notes］, ※［＃gaiji］ with a plane-row-cell of JIS X 0213 or a Unicode number, a
legend between two rules of hyphens, and a colophon that begins with 底本：.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from corpora.documents import Document
from corpora.ingest.aozora_markup import Markup, strip_markup
from corpora.ingest.entries import Outcome, Place

#: The second is that of works before 2000.
_LEGENDS = ("【テキスト中に現れる記号について】", "［表記について］")
_RULE = re.compile(r"-{5,}[ 　]*")
_COLOPHON = re.compile(r"^底本[：:]", re.MULTILINE)
#: How it begins where its first line is another, as in works given without a printed book.
_OTHER_COLOPHON = re.compile(r"\n\n(?=[ \u3000]*(?:※?底本|入力[：:]|青空文庫作成ファイル))")
_LEGEND_LINE = re.compile(r"《》：|｜：|［＃］：|〔〕：|（例）|（数字は、JIS|＊：")
_NOTE = re.compile(r"［＃[^］\n]{1,120}］")
_RUBY = re.compile(r"[一-龥々]《[ぁ-ヶー]{1,20}》")
#: Characters of the colophon that are kept.
_COLOPHON_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A file taken apart; every part still with its markup."""

    header: str
    body: str
    colophon: str


def is_aozora(text: str) -> bool:
    """Whether the text carries the legend, the colophon, or notes and ruby together.

    >>> is_aozora("題\\n著者\\n\\n本文。\\n\\n底本：「全集」\\n青空文庫作成ファイル：")
    True
    >>> is_aozora("《重要》お知らせ")
    False
    """
    if _LEGENDS[0] in text[:20_000]:
        return True
    tail = text[-6_000:]
    if _COLOPHON.search(tail) and "青空文庫" in tail:
        return True
    sample = text[:50_000]
    return len(_NOTE.findall(sample)) >= 2 and len(_RUBY.findall(sample)) >= 3


def take_apart(text: str) -> Work:
    """Header, body and colophon; the legend is dropped.

    >>> take_apart("題\\n著者\\n\\n本文。\\n\\n底本：「全集」").body
    '本文。'
    >>> take_apart("題\\n著者\\n\\n本文。\\n\\n入力：某\\n青空文庫作成ファイル：").colophon[:3]
    '入力：'
    """
    header, rest = _header(text)
    start = _colophon_start(rest)
    return Work(header=header, body=rest[:start].strip("\n"), colophon=rest[start:].strip())


def _colophon_start(text: str) -> int:
    """Where the first line that begins with 底本： is, or what stands for it at the text's end."""
    start = text.find("\n底本")
    while start >= 0 and text[start + 3 : start + 4] not in ("：", ":"):
        start = text.find("\n底本", start + 1)
    if text.startswith(("底本：", "底本:")):
        return 0
    if start >= 0:
        return start + 1
    tail = max(0, len(text) - 6_000)
    if "青空文庫" in text[tail:] and (found := _OTHER_COLOPHON.search(text, tail)) is not None:
        return found.end()
    return len(text)


def document(text: str, place: Place, encoding: str, notes: dict[str, Any]) -> Outcome:
    """The document of one work."""
    work = take_apart(text)
    body = strip_markup(work.body)
    header = [line for line in strip_markup(work.header).text.split("\n") if line.strip()]
    if not body.text.strip():
        return place.rejected("no-text", "the work has no text besides its markup", text.encode())
    return Document(
        text=body.text,
        source=place.source,
        locator=place.locator,
        format="aozora",
        encoding=encoding,
        title=header[0].strip() if header else None,
        metadata=_metadata(header, body, work.colophon) | notes,
    )


def _header(text: str) -> tuple[str, str]:
    """(the lines before the legend, what comes after it)."""
    lines = text.split("\n")
    if (name := next((name for name in _LEGENDS if name in text[:20_000]), None)) is not None:
        legend = next(at for at, line in enumerate(lines) if name in line)
        # What else stands between rules before it, as the list of a book's works, is no header.
        before = (at for at in range(legend) if _RULE.fullmatch(lines[at]))
        begin = next(before, legend)
        return "\n".join(lines[:begin]), "\n".join(lines[_legend_end(lines, legend) :])
    rules = [at for at, line in enumerate(lines[:200]) if re.fullmatch("-{20,}", line.strip())]
    if len(rules) >= 2:
        return "\n".join(lines[: rules[0]]), "\n".join(lines[rules[1] + 1 :])
    header, _, body = text.lstrip("\n").partition("\n\n")
    if body and header.count("\n") < 10 and not _NOTE.match(header):
        return header, body
    return "", text


def _legend_end(lines: list[str], legend: int) -> int:
    """The line after the legend's second rule; without one, after the lines that explain."""
    for at in range(legend + 1, min(legend + 60, len(lines))):
        if _RULE.fullmatch(lines[at]):
            return at + 1
    at = legend + 1
    while at < len(lines) and (not lines[at].strip() or _LEGEND_LINE.match(lines[at])):
        at += 1
    return at


def _metadata(header: list[str], body: Markup, colophon: str) -> dict[str, Any]:
    """Author is the header's last line; what stands between is subtitle and the like."""
    found: dict[str, Any] = {
        "ruby": {"count": body.ruby_count, "list": [list(place) for place in body.ruby]},
        "notes": {"count": body.note_count, "list": body.notes},
        "gaiji": {"count": body.gaiji_count, "unresolved": body.unresolved},
    }
    if len(header) > 1:
        found["author"] = header[-1].strip()
    if len(header) > 2:
        found["header"] = header[1:-1]
    if colophon:
        found["colophon"] = colophon[:_COLOPHON_CHARACTERS]
    return found
