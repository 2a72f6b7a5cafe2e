"""Files that are read as one: their bytes, or why they are no document."""

from __future__ import annotations

from corpora.documents import MAX_RECORD_BYTES, QUARANTINE_BYTES, Rejected
from corpora.errors import SourceError
from corpora.ingest.entries import Source


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
