"""One page: bytes in, its main text and what it says of itself out."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from typing import Any

from corpora.ingest.dates import iso_date
from corpora.ingest.encodings import decode
from corpora.ingest.html.blocks import Block, blocks
from corpora.ingest.html.choosing import chosen
from corpora.ingest.html.head import Head, head

#: Where a page says its encoding: in its head, or in an XML declaration.
_CHARSET = re.compile(rb"(?:charset|encoding)\s*+=\s*+[\"']?\s*+([\w-]{2,40})", re.IGNORECASE)
_HEAD_BYTES = 4_096
#: When a page was published, as it tells search engines in JSON-LD.
_PUBLISHED = re.compile(r"\"datePublished\"\s*+:\s*+\"([^\"<>]{4,40})\"")
#: Cells up to so many characters stand side by side on a line.
_CELL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The text is not cleaned yet (corpora.ingest.cleaning)."""

    text: str
    head: Head
    encoding: str
    notes: dict[str, Any]


def page(data: bytes, *, declared: str | None = None) -> Page:
    """Raises UndecodableError. ``declared`` is the encoding that the page came with: it is
    believed only where its bytes do not say otherwise.
    """
    decoded = decode(data, prefer=_codec(declared) or _codec(_stated(data)))
    text, head = read(decoded.text)
    if head.date is None and (published := _PUBLISHED.search(decoded.text)) is not None:
        head = replace(head, date=iso_date(published[1]))
    return Page(text=text, head=head, encoding=decoded.encoding, notes=decoded.notes)


def _stated(data: bytes) -> str | None:
    found = _CHARSET.search(data, 0, _HEAD_BYTES)
    return found[1].decode() if found else None


def _codec(name: str | None) -> str | None:
    """As corpora.ingest.encodings calls it; None for an unknown one."""
    try:
        found = codecs.lookup(name or "").name
    except LookupError:
        return None
    return "cp932" if found == "shift_jis" else found


def read(markup: str) -> tuple[str, Head]:
    """The main text and the head of a page.

    >>> read("<title>猫</title><nav><a href=/>港</a></nav><p>吾輩は猫である。</p>")[0]
    '吾輩は猫である。'
    """
    found = blocks(markup)
    return laid_out(chosen(found.blocks, found.title)), head(found)


def laid_out(found: list[Block]) -> str:
    """Blocks as lines: paragraphs apart, the cells of a simple row side by side."""
    pieces: list[str] = []
    before: Block | None = None
    for block in found:
        if before is not None:
            pieces.append(_between(before, block))
        pieces.append(block.text)
        before = block
    return "".join(pieces)


def _between(before: Block, block: Block) -> str:
    beside = before.row and before.row == block.row and before.cell != block.cell
    if beside and max(before.size, block.size) <= _CELL:
        return "\t"
    return "\n\n" if block.apart else "\n"
