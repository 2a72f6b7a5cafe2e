"""MediaWiki dumps (Wikipedia and its like): an article is a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from corpora.documents import MAX_RECORD_BYTES, Document
from corpora.errors import SourceError
from corpora.ingest.cleaning import Unfit, clean
from corpora.ingest.dates import iso_date
from corpora.ingest.dump_xml import DumpError, Page, Site, Splitter, page, pages, site
from corpora.ingest.encodings import Decoded, UndecodableError, decode
from corpora.ingest.entries import Entry, Outcome, Place, Reader, Sample, Source
from corpora.ingest.weighing import Named
from corpora.ingest.wikitext import Names, to_text

_BEGINNING = re.compile(r"(?:<\?xml|<!|<mediawiki[\s>]|<page>\s*<title>)", re.IGNORECASE)
_ROOT = re.compile(r"<mediawiki[\s>]")
#: Wikimedia's projects whose terms of use put all text under this licence. Not Wikisource,
#: whose texts keep their own, nor Wikinews and Wikidata, which have others.
_LICENCE = "CC-BY-SA-4.0"
_LICENSED = tuple(
    f".{name}.org"
    for name in (
        "wikipedia", "wiktionary", "wikibooks", "wikiquote", "wikiversity", "wikivoyage",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wiki:
    """What all pages of a dump have in common."""

    site: Site
    names: Names
    licence: str | None


def matches(sample: Sample) -> bool:
    """XML whose root is <mediawiki>, or that begins with a page: a piece of a dump."""
    beginning = sample.text[:4096].lstrip("\ufeff \t\r\n")
    found = _BEGINNING.match(beginning)
    if found is None:
        return False
    return found[0].startswith("<page>") or _ROOT.search(beginning) is not None


def read(source: Source) -> Iterator[Entry]:
    """Redirects and pages that are no articles are counted as skipped."""
    splitter = Splitter()
    wiki: _Wiki | None = None
    for piece in pages(source.chunks, source.source, splitter):
        wiki = wiki or _wiki(splitter.head or b"", source)
        place = source.place(f"byte:{piece.offset}")
        if piece.oversized:
            detail = f"the page is larger than {MAX_RECORD_BYTES >> 20} MiB"
            yield place.rejected("too-large", detail, piece.data)
            continue
        try:
            found, text = _page(piece.data, source.named)
        except UndecodableError as error:
            yield place.rejected("undecodable", str(error), piece.data)
        except DumpError as error:
            yield place.rejected("invalid-xml", f"the page is no XML: {error}", piece.data)
        else:
            if (kind := found.skipped_as(wiki.site)) is not None:
                source.skip(kind)
            else:
                yield partial(_document, found, text, wiki, place)
    if wiki is None:
        _wiki(splitter.rest(), source)


def _wiki(head: bytes, source: Source) -> _Wiki:
    """What the dump says before its first page. Raises SourceError."""
    try:
        found = site(head) if head.strip() else Site()
    except DumpError as error:
        raise SourceError(
            source.source,
            0,
            f"the beginning of the dump is not read: {error}.",
            remedy="Fetch the file again, from the wiki itself.",
        ) from error
    licensed = f".{found.host}".endswith(_LICENSED)
    names = Names.of(found.namespaces)
    return _Wiki(site=found, names=names, licence=_LICENCE if licensed else None)


def _page(data: bytes, named: Named) -> tuple[Page, Decoded]:
    """The page, and how its bytes were decoded. Raises DumpError or UndecodableError."""
    try:
        return page(data), Decoded(text="", encoding="utf-8")
    except DumpError:
        decoded = decode(data, known=named)
        if not decoded.notes and decoded.encoding == "utf-8":
            raise
        return page(decoded.text), decoded


def _document(found: Page, text: Decoded, wiki: _Wiki, place: Place) -> Outcome:
    plain = to_text(found.text, title=found.title, names=wiki.names)
    raw = found.text.encode()
    if not plain.text.strip() and found.text.strip():
        return place.rejected("no-text", "the page has no text besides its markup", raw)
    cleaned = clean(plain.text)
    if isinstance(cleaned, Unfit):
        return place.rejected(cleaned.reason, cleaned.detail, raw)
    metadata: dict[str, Any] = {"id": found.id, "revision": found.revision}
    if plain.categories:
        metadata["categories"] = plain.categories
    if (name := wiki.site.database or wiki.site.name) is not None:
        metadata["wiki"] = name
    return Document(
        text=cleaned.text,
        encoded=cleaned.encoded,
        source=place.source,
        locator=place.locator,
        format="mediawiki",
        encoding=text.encoding,
        url=wiki.site.url(found.title),
        title=found.title or None,
        date=iso_date(found.timestamp),
        licence=wiki.licence,
        language=wiki.site.language,
        metadata=metadata | text.notes | cleaned.notes,
    )


MEDIAWIKI = Reader(name="mediawiki", matches=matches, read=read)
