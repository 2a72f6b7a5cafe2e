"""HTML: a file is a page, and its main text is a document (``corpora.ingest.html``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from corpora.documents import Document
from corpora.ingest.cleaning import Unfit, clean
from corpora.ingest.encodings import UndecodableError, refuse_binary
from corpora.ingest.entries import Entry, Outcome, Place, Reader, Sample, Source
from corpora.ingest.html.elements import PAGES
from corpora.ingest.html.markup import HEAD, root
from corpora.ingest.html.page import Page, page
from corpora.ingest.readers.text import undecodable
from corpora.ingest.whole import one_document

_DOCTYPE = re.compile(r"(?i)<!doctype\s+html")
_BEGINNING = re.compile(r"(?i)[\ufeff\s]*+<!doctype\s+html")


def matches(sample: Sample) -> bool:
    """By its first element, or by its declaration."""
    beginning = sample.text[:HEAD]
    name = root(beginning).lower()
    if name == "html" or _BEGINNING.match(beginning) or (name and _DOCTYPE.search(beginning)):
        return True
    return name in PAGES and "<?xml" not in beginning[:100]


def read(source: Source) -> Iterator[Entry]:
    return one_document(source, _document)


def _document(data: bytes, place: Place) -> Outcome:
    try:
        refuse_binary(data)
        found = page(data)
    except UndecodableError as error:
        return place.rejected(undecodable(error), str(error), data)
    return of_page(found, place, data)


def of_page(found: Page, place: Place, data: bytes, **fields: Any) -> Outcome:
    """The document that a page is; ``fields`` are what is known of it besides."""
    cleaned = clean(found.text)
    if isinstance(cleaned, Unfit):
        return place.rejected(cleaned.reason, cleaned.detail, data)
    head = found.head
    metadata = found.notes | cleaned.notes
    if head.robots:
        metadata["robots"] = list(head.robots)
    known = {"title": head.title, "date": head.date, "language": head.language}
    known |= {"licence": head.licence} if head.licence else {}
    return Document(
        text=cleaned.text,
        source=place.source,
        locator=place.locator,
        format="html",
        encoding=found.encoding,
        metadata=metadata,
        **{**known, **fields},
    )


HTML = Reader(name="html", matches=matches, read=read)
