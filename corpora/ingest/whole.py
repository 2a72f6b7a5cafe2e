"""Files that are read as one: their bytes and text, or why they are no document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from corpora.documents import MAX_RECORD_BYTES, QUARANTINE_BYTES, Rejected
from corpora.errors import SourceError
from corpora.ingest.encodings import Decoded, UndecodableError, decode, refuse_binary
from corpora.ingest.entries import Entry, Outcome, Place, Source
from corpora.ingest.readers.text import undecodable


def one_document(source: Source, document: Callable[[bytes, Place], Outcome]) -> Iterator[Entry]:
    """The only entry of a file: what ``document`` makes of its bytes."""
    data = whole(source)
    if isinstance(data, Rejected):
        yield data
    else:
        yield partial(document, data, source.place("byte:0"))


def decoded(data: bytes, place: Place) -> Decoded | Rejected:
    """The text of a file's bytes; rejected where they are none."""
    try:
        refuse_binary(data)
        return decode(data)
    except UndecodableError as error:
        return place.rejected(undecodable(error), str(error), data)


def whole(source: Source) -> bytes | Rejected:
    """The file's bytes; rejected beyond the record limit.

    Raises SourceError where its container breaks off: a page without its end is no document.
    """
    held: list[bytes] = []
    size = 0
    try:
        for chunk in source.chunks:
            held.append(chunk)
            size += len(chunk)
            if size > MAX_RECORD_BYTES:
                detail = f"the file is larger than {MAX_RECORD_BYTES >> 20} MiB"
                head = b"".join(held)[:QUARANTINE_BYTES]
                return source.place("byte:0").rejected("too-large", detail, head)
    except SourceError as error:
        error.reason = f"{error.reason} Its end is missing, so it is no document."
        raise
    return b"".join(held)
