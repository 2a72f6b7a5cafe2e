"""Manual pages in roff: the file is a document (``corpora.ingest.roff``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from corpora.documents import Document, Rejected
from corpora.ingest.cleaning import Unfit, clean
from corpora.ingest.dates import iso_date
from corpora.ingest.entries import Entry, Outcome, Place, Reader, Sample, Source
from corpora.ingest.roff import manual
from corpora.ingest.whole import decoded, whole

#: The macro that a page begins with, behind comments and definitions; there may be many.
_BEGINNING = re.compile(r"^\.(?:TH|Dd|Dt)[ \t]+\S", re.MULTILINE)
_POINTER = re.compile(r"\.so[ \t]+\S+\s*\Z")


def matches(sample: Sample) -> bool:
    if not sample.text.startswith((".", "'")):
        return False
    text = sample.text.replace("\r\n", "\n")
    return bool(_BEGINNING.search(text) or (sample.complete and _POINTER.match(text)))


def read(source: Source) -> Iterator[Entry]:
    data = whole(source)
    if isinstance(data, Rejected):
        yield data
    elif _POINTER.match(data[:1_024].decode("ascii", "replace")) and len(data) < 1_024:
        source.skipped["pointers to other pages"] += 1
    else:
        yield partial(_document, data, source.place("byte:0"))


def _document(data: bytes, place: Place) -> Outcome:
    text = decoded(data, place)
    if isinstance(text, Rejected):
        return text
    page = manual(text.text.replace("\r\n", "\n"))
    cleaned = clean(page.text)
    if isinstance(cleaned, Unfit):
        return place.rejected(cleaned.reason, cleaned.detail, data)
    return Document(
        text=cleaned.text,
        source=place.source,
        locator=place.locator,
        format="manual",
        encoding=text.encoding,
        title=page.title,
        date=iso_date(page.date) if page.date else None,
        metadata=text.notes | cleaned.notes,
    )


MANUAL = Reader(name="manual", matches=matches, read=read)
