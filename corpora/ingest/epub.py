"""EPUB 2 and 3: a book is a document, its chapters in the order of its spine."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import IO, Any
from urllib.parse import unquote

from corpora.documents import MAX_RECORD_BYTES, Document, Rejected
from corpora.errors import SourceError
from corpora.ingest.archives import members
from corpora.ingest.cleaning import Unfit, clean
from corpora.ingest.dates import iso_date
from corpora.ingest.encodings import Decoded, UndecodableError, decode
from corpora.ingest.entries import Outcome, Place
from corpora.ingest.html.blocks import blocks
from corpora.ingest.html.markup import TOKEN, attributes, without_comments
from corpora.ingest.html.page import laid_out

#: A book begins with this member, stored as it is (OCF, section 4.2).
_MIMETYPE = b"mimetypeapplication/epub+zip"
HEAD = 64
#: Chapters that are no text of the book.
_NAVIGATION = re.compile(r"(?:^|\s)nav(?:\s|$)")
#: Names of files that are read, and bytes of all of them; pictures and fonts are not looked at.
_READ = (".xhtml", ".html", ".htm", ".xml", ".opf")
_MOST_BYTES = 4 * MAX_RECORD_BYTES
_TOO_LARGE = f"the file is larger than {MAX_RECORD_BYTES >> 20} MiB"
_PAGES = frozenset(("application/xhtml+xml", "text/html", "text/x-oeb1-document"))


def is_epub(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04") and _MIMETYPE in head


def book(file: IO[bytes], place: Place) -> Outcome:
    """The book in an archive; rejected where the archive is damaged or refused."""
    try:
        return _book(file, place)
    except SourceError as error:
        return place.rejected("unreadable-member", error.reason)
    except UndecodableError as error:
        return place.rejected("undecodable", str(error))


def _book(file: IO[bytes], place: Place) -> Outcome:
    files: dict[str, bytes] = {}
    size = 0
    for member in members(file, place.source, book=True):
        if isinstance(member, Rejected):
            return place.rejected("encrypted", member.detail)
        if not member.name.lower().endswith(_READ) or member.name in files:
            continue
        # While the archive is open.
        held = []
        for chunk in member.chunks():
            held.append(chunk)
            size += len(chunk)
            if size > _MOST_BYTES:
                return place.rejected("too-large", _TOO_LARGE)
        files[member.name] = b"".join(held)
    package = _package(files, place)
    if isinstance(package, Rejected):
        return package
    path, markup = package
    # No chapter may come twice (EPUB 3.3, section 5.7.2); one that does is read once.
    spine = list(dict.fromkeys(_spine(markup, posixpath.dirname(path))))
    locked = set(unquote(_read(files, "META-INF/encryption.xml").text).split('"')[1:-1])
    if not locked.isdisjoint(spine):
        return place.rejected("encrypted", "the chapters of the book are encrypted")
    if missing := next((name for name in spine if name not in files), None):
        return place.rejected("unreadable-member", f"a chapter is missing: {missing[:80]!r}")
    chapters = [_read(files, name) for name in spine]
    texts = (laid_out(blocks(chapter.text).blocks) for chapter in chapters)
    cleaned = clean("\n\n".join(text for text in texts if text))
    if isinstance(cleaned, Unfit):
        return place.rejected(cleaned.reason, cleaned.detail)
    if len(cleaned.encoded) > MAX_RECORD_BYTES:
        return place.rejected("too-large", _TOO_LARGE)
    said = _said(markup)
    # Books are in one encoding; a page that tells less than the others speaks for none.
    longest = max(chapters, key=lambda chapter: len(chapter.text))
    metadata: dict[str, Any] = longest.notes | cleaned.notes
    metadata |= {key: said[name] for name, key in _METADATA.items() if said.get(name)}
    return Document(
        text=cleaned.text,
        source=place.source,
        locator=place.locator,
        format="epub",
        encoding=longest.encoding,
        title=said.get("dc:title"),
        date=iso_date(said.get("dc:date", "")),
        language=said.get("dc:language"),
        licence=said.get("dc:rights"),
        metadata=metadata,
    )


#: What the package says of the book, by our names.
_METADATA = {"dc:identifier": "id", "dc:creator": "author", "dc:publisher": "publisher"}
_SAID = frozenset((*_METADATA, "dc:title", "dc:date", "dc:language", "dc:rights"))


def _package(files: dict[str, bytes], place: Place) -> tuple[str, str] | Rejected:
    """Where the package document is, and its markup without comments."""
    container = _read(files, "META-INF/container.xml")
    for token in TOKEN.finditer(without_comments(container.text, xml=True)):
        path = attributes(token[4]).get("full-path", "") if token[3] == "rootfile" else ""
        if path in files:
            return path, without_comments(_read(files, path).text, xml=True)
    return place.rejected("unreadable-member", "the book does not say what its chapters are")


def _spine(markup: str, folder: str) -> Iterator[str]:
    """The names of the chapters' files in their order."""
    pages: dict[str, str] = {}
    for token in TOKEN.finditer(markup):
        name = (token[3] or "").rpartition(":")[2]
        if token[2] or name not in ("item", "itemref"):
            continue
        said = attributes(token[4])
        if name == "itemref":
            if path := pages.get(said.get("idref", "")):
                yield path
        elif said.get("media-type") in _PAGES and not _NAVIGATION.search(
            said.get("properties", "")
        ):
            path = unquote(said.get("href", ""))
            pages[said.get("id", "")] = posixpath.normpath(posixpath.join(folder, path))


def _said(markup: str) -> dict[str, str]:
    """The first of each field of the package's metadata."""
    found: dict[str, str] = {}
    name = ""
    for token in TOKEN.finditer(markup):
        if name in _SAID and token[1].strip():
            found.setdefault(name, " ".join(laid_out(blocks(token[1]).blocks).split()))
        name = token[3] if token[3] and not token[2] else ""
    return found


def _read(files: dict[str, bytes], name: str) -> Decoded:
    """A file of the book, empty where there is none of that name. Raises UndecodableError."""
    return decode(files.get(name, b""))
