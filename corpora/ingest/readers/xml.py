"""Any other XML: the file is a document, each element with text of its own a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpora.documents import Document, Rejected
from corpora.ingest.cleaning import Unfit, clean
from corpora.ingest.entries import Entry, Outcome, Place, Reader, Sample, Source
from corpora.ingest.html.markup import HEAD, TOKEN, root, without_comments
from corpora.ingest.law_xml import is_law, law
from corpora.ingest.references import unescape
from corpora.ingest.whole import decoded, one_document

_BLANKS = re.compile(r"[ \t\r\n]+")


def matches(sample: Sample) -> bool:
    """Whatever says that it is XML, by its declaration or its name, and has an element."""
    beginning = sample.text[:HEAD]
    said = "<?xml" in beginning[:100] or ".xml" in sample.suffixes
    return said and bool(root(beginning))


def read(source: Source) -> Iterator[Entry]:
    return one_document(source, _document)


def _document(data: bytes, place: Place) -> Outcome:
    text = decoded(data, place)
    if isinstance(text, Rejected):
        return text
    markup = without_comments(text.text, xml=True)
    found = law(markup) if is_law(markup) else None
    cleaned = clean(found.text if found else _text(markup))
    if isinstance(cleaned, Unfit):
        return place.rejected(cleaned.reason, cleaned.detail, data)
    return Document(
        text=cleaned.text,
        source=place.source,
        locator=place.locator,
        format="law" if found else "xml",
        encoding=text.encoding,
        title=found.title if found else None,
        language=found.language if found else None,
        domain="law" if found else None,
        metadata=text.notes | cleaned.notes | (found.facts if found else {}),
    )


def _text(markup: str) -> str:
    """The texts between tags, a line for each."""
    lines = (_BLANKS.sub(" ", unescape(token[1])).strip(" ") for token in TOKEN.finditer(markup))
    return "\n".join(line for line in lines if line)


XML = Reader(name="xml", matches=matches, read=read)
