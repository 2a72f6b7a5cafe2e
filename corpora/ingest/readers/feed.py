"""RSS 0.9 to 2.0, RDF and Atom: an item is a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

from corpora.documents import Document, Rejected
from corpora.ingest.cleaning import Unfit, clean
from corpora.ingest.dates import iso_date
from corpora.ingest.encodings import Decoded
from corpora.ingest.entries import Entry, Outcome, Place, Reader, Sample, Source
from corpora.ingest.html.blocks import blocks
from corpora.ingest.html.markup import HEAD, TOKEN, attributes, root, without_comments
from corpora.ingest.html.page import laid_out
from corpora.ingest.references import unescape
from corpora.ingest.whole import decoded, whole

_ROOTS = frozenset(("rss", "rdf:RDF", "feed"))
_ITEMS = frozenset(("item", "entry"))
#: By what they are for: the first that is there counts.
_TEXTS = ("content:encoded", "content", "description", "summary", "body")
_DATES = ("pubDate", "dc:date", "published", "issued", "updated", "modified", "dcterms:modified")
_LICENCES = ("dc:rights", "rights", "license", "creativeCommons:license", "cc:license")
_FIELDS = frozenset((*_TEXTS, *_DATES, *_LICENCES, "title", "link", "id", "guid"))


def matches(sample: Sample) -> bool:
    return root(sample.text[:HEAD]) in _ROOTS


def read(source: Source) -> Iterator[Entry]:
    data = whole(source)
    if isinstance(data, Rejected):
        yield data
        return
    text = decoded(data, source.place("byte:0"))
    if isinstance(text, Rejected):
        yield text
        return
    feed = _Feed(decoded=text, language=_language(text.text))
    titles: list[str] = []
    for number, item in enumerate(_items(text.text)):
        if any(item.get(name, "").strip() for name in _TEXTS):
            yield partial(feed.document, item, source.place(f"item:{number}"))
        else:
            titles.append(_line(item.get("title", "")))
    if any(titles):
        # Titles alone are no documents, but their list is one.
        yield partial(
            feed.document, {"summary": "<br>".join(map(escape, titles))}, source.place("titles")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feed:
    decoded: Decoded
    language: str | None

    def document(self, item: dict[str, str], place: Place) -> Outcome:
        bodies = (_plain(item[name]) for name in _TEXTS if item.get(name))
        title = _line(item.get("title", ""))
        cleaned = clean(next((body for body in bodies if body), "") or title)
        if isinstance(cleaned, Unfit):
            record = "\n".join(item.values()).encode("utf-8", "replace")
            return place.rejected(cleaned.reason, cleaned.detail, record)
        dates = (iso_date(unescape(item[name])) for name in _DATES if item.get(name))
        licences = (_line(item[name]) for name in _LICENCES if item.get(name))
        metadata: dict[str, Any] = self.decoded.notes | cleaned.notes
        if name := _line(item.get("guid") or item.get("id") or ""):
            metadata["id"] = name
        return Document(
            text=cleaned.text,
            source=place.source,
            locator=place.locator,
            format="feed",
            encoding=self.decoded.encoding,
            title=title or None,
            url=item.get("href") or _line(item.get("link", "")) or None,
            date=next((date for date in dates if date), None),
            licence=next((licence for licence in licences if licence), None),
            language=self.language,
            metadata=metadata,
        )


def _language(markup: str) -> str | None:
    found = re.search(r"<(?:dc:)?language>\s*([\w-]{2,20})\s*<|xml:lang=[\"']([\w-]{2,20})", markup)
    return (found[1] or found[2]) if found else None


def _items(markup: str) -> Iterator[dict[str, str]]:
    """The fields of each item, as the markup has them."""
    markup = without_comments(markup, xml=True)
    item: dict[str, str] | None = None
    field, begin, depth = "", 0, 0
    for token in TOKEN.finditer(markup):
        _, closing, name, rest, _ = token.groups()
        if not name:
            continue
        if field:
            # What stands in a field may hold elements of the same name.
            depth += 0 if name != field or rest.endswith("/") else -1 if closing else 1
            if depth == 0:
                assert item is not None
                item.setdefault(field, markup[begin : token.start(2) - 1])
                field = ""
        elif name in _ITEMS:
            if item:
                yield item
            item = None if closing else {}
        elif item is not None and not closing and name in _FIELDS:
            if not rest.endswith("/"):
                field, begin, depth = name, token.end(), 1
            elif name == "link":
                _link(item, rest)
            if name == "link" and "href" in rest:
                _link(item, rest)
    if item:
        yield item


def _link(item: dict[str, str], rest: str) -> None:
    """Atom's: of several, the one that is no other representation."""
    said = attributes(rest)
    if said.get("rel", "alternate") == "alternate":
        item.setdefault("href", said.get("href", ""))


def _line(markup: str) -> str:
    return " ".join(_plain(markup).split())


def _plain(markup: str) -> str:
    """The text of a field: HTML that is written out, or escaped."""
    if "<" not in markup:
        markup = unescape(markup)
    return laid_out(blocks(markup).blocks) if "<" in markup or "&" in markup else markup.strip()


FEED = Reader(name="feed", matches=matches, read=read)
