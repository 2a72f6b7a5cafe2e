"""A large file of lines is read by several units, each of which has a share of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

from corpora.errors import SourceError
from corpora.ingest import tar
from corpora.ingest.formats import reader_for, reader_named
from corpora.ingest.reading import HEAD_BYTES, sample_of

#: A share has at most so much, and the rest of a line: about as much as a part of documents.
SHARE_BYTES = 64 << 20
_CHUNK = 1 << 20


def shares(file: Mapping[str, Any], path: Path, format: str) -> Iterator[dict[str, Any]]:
    """The scanned file itself, or the same with "share": [first byte, byte after the last].

    Shares begin where lines do. ``format``: "auto", or the reader that a person named.
    """
    try:
        ends = _ends(path, file["bytes"], format)
    except OSError:  # whoever reads the file says so
        ends = []
    if not ends:
        yield dict(file)
    for begin, end in pairwise([0, *ends]):
        yield {**file, "share": [begin, end]}


def _ends(path: Path, size: int, format: str) -> list[int]:
    """Where the shares of a file end; none when it is read as a whole."""
    number = -(-size // SHARE_BYTES)
    if number < 2 or not _is_divisible(path, format):
        return []
    each = -(-size // number)
    ends = [0]
    with path.open("rb") as stream:
        while ends[-1] < size:
            ends.append(_line_after(stream, ends[-1] + each, size))
    return ends[1:]


def _is_divisible(path: Path, format: str) -> bool:
    """Whether it is plain UTF-8 in lines, of a format that is read line by line."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    sample = sample_of(head, complete=False, name=path.name)
    if b"\n" not in head or tar.is_tar(head) or not (sample.encoding or "").startswith("utf-8"):
        return False
    try:
        reader = reader_for(sample, path.name) if format == "auto" else reader_named(format)
    except SourceError:  # whoever reads the file says so
        return False
    return reader.by_line


def _line_after(stream: IO[bytes], place: int, size: int) -> int:
    """Where the first line begins that begins at ``place`` or later; else the file's end."""
    stream.seek(place - 1)
    while chunk := stream.read(_CHUNK):
        if (found := chunk.find(b"\n")) >= 0:
            return stream.tell() - len(chunk) + found + 1
    return size
