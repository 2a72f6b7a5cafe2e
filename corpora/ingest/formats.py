"""The registry of formats, and what a file is by its content.

A new format is one file in ``readers`` and one line in ``READERS``. Formats that are
known but not read yet are refused by name, never read as plain text.
"""

from __future__ import annotations

import re

from corpora.errors import SourceError
from corpora.ingest.entries import Reader, Sample
from corpora.ingest.readers.aozora_text import AOZORA
from corpora.ingest.readers.delimited import CSV, TSV
from corpora.ingest.readers.feed import FEED
from corpora.ingest.readers.html import HTML
from corpora.ingest.readers.json_values import JSON
from corpora.ingest.readers.jsonl import JSONL
from corpora.ingest.readers.mediawiki import MEDIAWIKI
from corpora.ingest.readers.parquet import PARQUET
from corpora.ingest.readers.text import TEXT
from corpora.ingest.readers.web_archives import ARC, WARC, WET
from corpora.ingest.readers.xml import XML

#: In the order in which they are asked; the last takes what is left.
READERS: tuple[Reader, ...] = (
    PARQUET, WET, WARC, ARC, MEDIAWIKI, JSONL, JSON, FEED, HTML, XML, AOZORA, TSV, CSV, TEXT
)  # fmt: skip

#: What ``--format`` takes.
FORMATS = ("auto", *sorted(reader.name for reader in READERS))

#: First bytes -> (what it is, what to do). From the formats' own specifications.
_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"\x1f\x8b", "gzip data inside compressed data", "Decompress it once and ingest the result."),
    (b"\x28\xb5\x2f\xfd", "zstd data inside compressed data", "Decompress it once."),
    (b"BZh91AY&SY", "bzip2 data inside compressed data", "Decompress it once."),
    (b"\xfd7zXZ\0", "xz data inside compressed data", "Decompress it once."),
    (
        b"PK\x03\x04",
        "a zip archive inside compressed data or two archives",
        "Unpack the outer one.",
    ),
    (b"\x04\x22\x4d\x18", "LZ4 data", "Decompress it with lz4 -d and ingest the result."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it and ingest the folder."),
    (b"Rar!\x1a\x07", "a RAR archive", "Unpack it and ingest the folder."),
    (b"%PDF-", "a PDF document", "Extract its text and ingest that."),
    (b"{\\rtf", "an RTF document", "Save it as plain text."),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document", "Save it as plain text."),
    (b"SQLite format 3\0", "an SQLite database", "Export the table as JSON Lines."),
    (b"ARROW1\0\0", "an Arrow file", "Write it as Parquet."),
    (b"Obj\x01", "an Avro file", "Write it as Parquet or JSON Lines."),
    (b"ORC", "an ORC file", "Write it as Parquet."),
    (b"\x93NUMPY", "a NumPy array", "Write the texts as JSON Lines."),
    (b"\x89PNG\r\n", "a PNG image", "Only text is ingested."),
    (b"\xff\xd8\xff", "a JPEG image", "Only text is ingested."),
    (b"GIF8", "a GIF image", "Only text is ingested."),
    (b"\x7fELF", "a program", "Only text is ingested."),
)
_PICKLE = re.compile(rb"\x80[\x02-\x05][\x95(}\]cX\x8c]", re.DOTALL)
#: Offset of a stream, number and title of a page. Times of day have no three digits.
_INDEX_LINE = re.compile(r"\d{3,}:\d+:\S")


def reader_for(sample: Sample, source: str) -> Reader:
    """The first reader that recognises the content. Raises SourceError for foreign formats."""
    refuse_foreign(sample, source)
    return next(reader for reader in READERS if reader.matches(sample))


def reader_named(format: str) -> Reader:
    """The reader that a person asked for. Raises SourceError for a name we do not have."""
    for reader in READERS:
        if reader.name == format:
            return reader
    raise SourceError(
        format,
        None,
        "there is no such format.",
        remedy=f"Use one of: {', '.join(FORMATS)}.",
    )


def refuse_foreign(sample: Sample, source: str) -> None:
    """Raise SourceError when the content is a format that is not read (yet)."""
    for magic, what, remedy in _FOREIGN:
        if sample.head.startswith(magic):
            raise _unread(source, what, remedy)
    if _PICKLE.match(sample.head):
        raise _unread(source, "a Python pickle", "Pickles run code and are never opened.")
    first = [line for line in sample.lines[:20] if line]
    if len(first) > 1 and all(map(_INDEX_LINE.match, first)):
        what = "the index of a multistream dump"
        raise _unread(source, what, "It holds no text: ingest the dump itself.")


def _unread(source: str, what: str, remedy: str) -> SourceError:
    return SourceError(source, None, f"this is {what}, which is not read.", remedy=remedy)
