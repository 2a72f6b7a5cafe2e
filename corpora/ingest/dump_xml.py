"""MediaWiki's XML export: its site, and its pages one at a time.

Pages are cut out of the stream by their tags alone (inside one every < is escaped, so
no text holds a tag) and each is parsed by itself: a page that is broken does not spoil
the next, and no more than one page is ever in memory. The schemas are
https://www.mediawiki.org/xml/export-0.3.xsd to export-0.11.xsd.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote, urlsplit
from xml.parsers import expat

from corpora.documents import MAX_RECORD_BYTES, QUARANTINE_BYTES
from corpora.errors import SourceError

_OPEN, _CLOSE, _END = b"<page>", b"</page>", b"</mediawiki>"
#: What stands before the first page; Wikimedia's is 3 KB.
_HEAD_BYTES = 1 << 20
#: Elements inside each other; the schema has five.
_DEPTH = 12
#: Their names together, which are kept for each of them.
_LONGEST_PATH = 1_000
_NUMBER = re.compile(r"-?[0-9]{1,6}")
_REDIRECT = re.compile(r"\s*#\s*(?:redirect|転送|リダイレクト)", re.IGNORECASE)
#: What MediaWiki leaves as it is in the addresses of its pages.
_URL_SAFE = "/:;@$!*(),~"


class Piece(NamedTuple):
    #: Byte offset of its <page> in the decompressed stream.
    offset: int
    #: From <page> to </page>; only the first 4 KB of an oversized one.
    data: bytes
    oversized: bool = False


class DumpError(ValueError):
    """XML that is not well formed, or that tries what no dump does."""


@dataclass(slots=True, kw_only=True)
class Site:
    """What a dump says of its wiki."""

    language: str | None = None
    name: str | None = None
    database: str | None = None
    #: The address of its main page.
    base: str = ""
    #: Number -> name, as the wiki calls it; and all that any number was given.
    namespaces: dict[int, str] = field(default_factory=dict)
    prefixes: set[str] = field(default_factory=set)

    @property
    def host(self) -> str:
        """In lower case; "" when there is none.

        >>> Site(base="https://ja.wikipedia.org/wiki/A").host, Site(base="https://[").host
        ('ja.wikipedia.org', '')
        """
        try:
            return urlsplit(self.base).hostname or ""
        except ValueError:  # a bracket that is no IPv6 address
            return ""

    def url(self, title: str) -> str | None:
        """The address of a page.

        >>> Site(base="https://ja.wikipedia.org/wiki/A").url("猫 (曖昧さ回避)")
        'https://ja.wikipedia.org/wiki/%E7%8C%AB_(%E6%9B%96%E6%98%A7%E3%81%95%E5%9B%9E%E9%81%BF)'
        """
        if not self.base.startswith(("http://", "https://")):
            return None
        before, asked, _ = self.base.partition("title=")
        start = before + asked if asked else self.base.rpartition("/")[0] + "/"
        return start + quote(title.replace(" ", "_"), safe=_URL_SAFE)


@dataclass(slots=True, kw_only=True)
class Page:
    """A page with its newest revision, as the dump has it."""

    title: str = ""
    id: str = ""
    #: None in schemas before 0.6, which leave it to the title.
    namespace: int | None = None
    redirect: bool = False
    revision: str = ""
    timestamp: str = ""
    model: str = "wikitext"
    text: str = ""

    def skipped_as(self, site: Site) -> str | None:
        """What it is when it is no article: none of the main namespace, or no wikitext."""
        if not self._in_main_namespace(site):
            return "other namespace"
        if self.redirect or _REDIRECT.match(self.text) is not None:
            return "redirect"
        return None if self.model == "wikitext" else "no wikitext"

    def _in_main_namespace(self, site: Site) -> bool:
        if self.namespace is not None:
            return self.namespace == 0
        name, colon, _ = self.title.partition(":")
        return not colon or name not in site.prefixes


class Splitter:
    """Cuts a stream into pages. ``head`` is what stood before the first."""

    def __init__(self, limit: int = MAX_RECORD_BYTES) -> None:
        self._limit = limit
        self._buffer = bytearray()
        #: Stream offset of ``_buffer[0]``.
        self._base = 0
        self._searched = 0
        #: Where the page at hand begins in the stream; None between pages.
        self._begun: int | None = None
        #: The beginning of a page that is too large, whose bytes are not kept.
        self._oversized: bytes | None = None
        #: Whether the last page was followed by the end of the dump.
        self.ended = False
        self.head: bytes | None = None

    @property
    def inside(self) -> bool:
        return self._begun is not None

    def feed(self, chunk: bytes) -> Iterator[Piece]:
        """The pages that end in this chunk."""
        self._buffer += chunk
        while True:
            mark = _OPEN if self._begun is None else _CLOSE
            at = self._buffer.find(mark, self._searched)
            if at < 0:
                self._forget(mark)
                return
            if self._begun is None:
                self._begin(at)
            else:
                yield self._finish(at + len(mark))

    def _begin(self, at: int) -> None:
        if self.head is None:
            self.head = bytes(self._buffer[:at])
        self._begun = self._base + at
        self.ended = False
        self._drop(at)
        self._searched = len(_OPEN)

    def _finish(self, end: int) -> Piece:
        assert self._begun is not None
        if self._oversized is None and end <= self._limit:
            piece = Piece(self._begun, bytes(self._buffer[:end]))
        else:
            start = self._oversized or bytes(self._buffer[:QUARANTINE_BYTES])
            piece = Piece(self._begun, start, oversized=True)
        self._begun = self._oversized = None
        self._drop(end)
        return piece

    def _forget(self, mark: bytes) -> None:
        """Keep no more than is needed to find the mark and to hold the page."""
        if self._begun is None:
            self.ended = self.ended or _END in self._buffer
            if self.head is None and len(self._buffer) <= _HEAD_BYTES:
                self._searched = max(len(self._buffer) - len(mark) + 1, 0)
                return
            self._drop(max(len(self._buffer) - len(_END) + 1, 0))
            return
        if self._oversized is None and len(self._buffer) > self._limit:
            self._oversized = bytes(self._buffer[:QUARANTINE_BYTES])
        kept = max(len(self._buffer) - len(mark) + 1, 0)
        if self._oversized is None:
            self._searched = max(kept, self._searched)
        else:
            self._drop(kept)

    def _drop(self, count: int) -> None:
        del self._buffer[:count]
        self._base += count
        self._searched = 0

    def rest(self) -> bytes:
        """What stands in the buffer: the head of a dump without pages."""
        return bytes(self._buffer)


def pages(chunks: Iterable[bytes], source: str, splitter: Splitter) -> Iterator[Piece]:
    """Every page. Raises SourceError after the last whole one when the dump is cut."""
    for chunk in chunks:
        yield from splitter.feed(chunk)
    head = splitter.rest() if splitter.head is None else splitter.head
    if splitter.inside or (b"<mediawiki" in head and not splitter.ended):
        raise SourceError(
            source,
            None,
            "the dump ends before its closing tag; the whole pages before it were read.",
            remedy="Fetch the file again.",
        )


_SITE_FIELDS = {
    "mediawiki/siteinfo/sitename": "name",
    "mediawiki/siteinfo/dbname": "database",
    "mediawiki/siteinfo/base": "base",
}


def site(head: bytes) -> Site:
    """What stands before the first page. Raises DumpError."""
    found = Site()
    read = _Fields({*_SITE_FIELDS, "mediawiki/siteinfo/namespaces/namespace"})
    read.parse(head, final=False)
    for path, attributes, text in read.found:
        if (name := _SITE_FIELDS.get(path)) is not None:
            setattr(found, name, text)
        elif path == "mediawiki":
            found.language = attributes.get("xml:lang")
        elif path.endswith("/namespace") and _NUMBER.fullmatch(number := attributes.get("key", "")):
            found.namespaces[int(number)] = text
            found.prefixes.add(text)
    return found


_PAGE_FIELDS = {
    "page/title": "title",
    "page/id": "id",
    "page/revision/id": "revision",
    "page/revision/timestamp": "timestamp",
    "page/revision/model": "model",
    "page/revision/text": "text",
}


def page(data: bytes | str) -> Page:
    """One page, from <page> to </page>. Raises DumpError.

    >>> page("<page><ns>0</ns><revision><text>a&lt;b</text></revision></page>").text
    'a<b'
    """
    found = Page()
    read = _Fields({*_PAGE_FIELDS, "page/ns"})
    read.parse(data, final=True)
    for path, _, text in read.found:
        if (name := _PAGE_FIELDS.get(path)) is not None:
            setattr(found, name, text)
        elif path == "page/redirect":
            found.redirect = True
        elif path == "page/ns" and _NUMBER.fullmatch(text):
            found.namespace = int(text)
    return found


class _Fields:
    """The texts of the elements that are wanted, the attributes of all others."""

    def __init__(self, wanted: Container[str]) -> None:
        self._wanted = wanted
        self._paths = [""]
        self._text: list[str] = []
        self._attributes: dict[str, str] = {}
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.buffer_size = 1 << 16
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse
        #: (path, attributes, text) in the order of their ends.
        self.found: list[tuple[str, dict[str, str], str]] = []

    def parse(self, data: bytes | str, *, final: bool) -> None:
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            raise DumpError(expat.errors.messages[error.code]) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._paths) > _DEPTH:
            raise DumpError(f"elements more than {_DEPTH} deep")
        path = f"{self._paths[-1]}/{name}" if self._paths[-1] else name
        if len(path) > _LONGEST_PATH:
            raise DumpError("an element with a name that is too long")
        self._paths.append(path)
        self._text = []
        self._attributes = attributes
        if path in self._wanted:
            self._parser.CharacterDataHandler = self._text.append
        else:
            self._parser.CharacterDataHandler = None
            self.found.append((path, attributes, ""))

    def _end(self, _: str) -> None:
        path = self._paths.pop()
        self._parser.CharacterDataHandler = None
        if path in self._wanted:
            self.found.append((path, self._attributes, "".join(self._text)))

    def _refuse(self, *_: object) -> None:
        """A document type is refused, and with it every entity that it would define."""
        raise DumpError("a document type of its own, which no dump has")
