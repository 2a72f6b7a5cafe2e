"""Lines of a byte stream, with their offsets, never more than a bounded record in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from corpora.documents import MAX_RECORD_BYTES, QUARANTINE_BYTES


class Line(NamedTuple):
    #: Byte offset in the decompressed stream.
    offset: int
    #: Without its line end; only the first 4 KB of an oversized line.
    data: bytes
    oversized: bool = False


class Run(NamedTuple):
    """Lines that follow each other, none of them oversized."""

    offsets: list[int]
    pieces: list[bytes]


def lines(
    chunks: Iterable[bytes], *, separator: bytes = b"\n", limit: int = MAX_RECORD_BYTES
) -> Iterator[Line]:
    """Split at ``separator`` alone (never at U+2028 or NEL, which are text).

    >>> [(line.offset, line.data.decode()) for line in lines(["い\\nろ".encode(), b"\\n"])]
    [(0, 'い'), (4, 'ろ')]
    """
    for found in runs(chunks, separator=separator, limit=limit):
        if isinstance(found, Line):
            yield found
        else:
            yield from map(Line, found.offsets, found.pieces)


def runs(
    chunks: Iterable[bytes],
    *,
    separator: bytes = b"\n",
    limit: int = MAX_RECORD_BYTES,
    begin: int = 0,
) -> Iterator[Line | Run]:
    """The same, for whoever takes many lines at once: those that lie in one chunk together.

    ``begin``: the offset of the first byte.
    """
    offset, held = begin, 0  # of the pending line: where it begins, how many bytes are there so far
    rest: list[bytes] = []
    for chunk in chunks:
        *whole, tail = chunk.split(separator)
        # The first of them goes on with what is pending.
        at_once = 1 if len(chunk) <= limit else len(whole)
        for piece in whole[:at_once]:
            yield _line(offset, rest, held, piece, limit)
            offset += held + len(piece) + len(separator)
            held, rest = 0, []
        if pieces := whole[at_once:]:
            sizes = (len(piece) + len(separator) for piece in pieces)
            *offsets, offset = accumulate(sizes, initial=offset)
            yield Run(offsets, pieces)
        held += len(tail)
        if held <= limit or sum(len(piece) for piece in rest) < QUARANTINE_BYTES:
            rest.append(tail)
        elif len(rest) > 1:
            rest = [b"".join(rest)[:QUARANTINE_BYTES]]
    if held:
        yield _line(offset, rest, held, b"", limit)


def _line(offset: int, rest: list[bytes], held: int, piece: bytes, limit: int) -> Line:
    if held + len(piece) > limit:
        return Line(offset, b"".join([*rest, piece])[:QUARANTINE_BYTES], oversized=True)
    return Line(offset, b"".join([*rest, piece]) if rest else piece)


def separator_of(head: bytes) -> bytes:
    """CR where a file has no LF (classic Mac), LF everywhere else.

    >>> separator_of(b"a\\rb\\r")
    b'\\r'
    """
    return b"\r" if b"\r" in head and b"\n" not in head else b"\n"
