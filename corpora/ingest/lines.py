"""Lines of a byte stream, with their offsets, never more than a bounded record in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from corpora.documents import MAX_RECORD_BYTES, QUARANTINE_BYTES


class Line(NamedTuple):
    #: Byte offset in the decompressed stream.
    offset: int
    #: Without its line end; only the first 4 KB of an oversized line.
    data: bytes
    oversized: bool = False


def lines(
    chunks: Iterable[bytes], *, separator: bytes = b"\n", limit: int = MAX_RECORD_BYTES
) -> Iterator[Line]:
    """Split at ``separator`` alone (never at U+2028 or NEL, which are text).

    >>> [(line.offset, line.data.decode()) for line in lines(["い\\nろ".encode(), b"\\n"])]
    [(0, 'い'), (4, 'ろ')]
    """
    offset = held = 0  # of the pending line: where it begins, how many bytes are there so far
    rest: list[bytes] = []
    for chunk in chunks:
        *whole, tail = chunk.split(separator)
        for piece in whole:
            yield _line(offset, rest, held, piece, limit)
            offset += held + len(piece) + len(separator)
            held, rest = 0, []
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
