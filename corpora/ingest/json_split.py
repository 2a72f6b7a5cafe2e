"""Cuts the top-level values out of a stream of JSON, by its brackets alone.

What is inside a value is not judged here: one bad record does not spoil the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corpora.documents import MAX_RECORD_BYTES, QUARANTINE_BYTES
from corpora.errors import SourceError

_TOKEN = re.compile(rb'["\[\]{},]')
_STRING_REST = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_BLANK = b" \t\r\n\0"
_BOM = "\ufeff".encode()


@dataclass(frozen=True, slots=True)
class Value:
    offset: int
    #: The JSON text; only the first 4 KB of an oversized one.
    data: bytes
    oversized: bool = False


class _Scanner:
    """The state between chunks. ``buffer[start:]`` is the value being read."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.buffer = b""
        #: Stream offset of ``buffer[0]``.
        self.base = 0
        self.position = self.start = 0
        self.depth = 0
        self.in_string = False
        #: Whether the values are the members of a top-level array.
        self.array = False
        self.head: bytes | None = None

    def feed(self, chunk: bytes) -> Iterator[Value]:
        self.buffer += chunk
        while (token := self._next()) is not None:
            yield from self._turn(token)
        self._forget()

    def _next(self) -> int | None:
        """The position of the next bracket or comma outside of strings."""
        while True:
            if self.in_string:
                match = _STRING_REST.match(self.buffer, self.position)
                assert match is not None  # the pattern matches nothing, too
                self.position = match.end()
                if self.buffer[self.position : self.position + 1] != b'"':
                    return None
                self.in_string = False
                self.position += 1
            found = _TOKEN.search(self.buffer, self.position)
            if found is None:
                self.position = len(self.buffer)
                return None
            self.position = found.end()
            if found.group() != b'"':
                return found.start()
            self.in_string = True

    def _turn(self, at: int) -> Iterator[Value]:
        token = self.buffer[at : at + 1]
        if token in b"[{":
            self._open(token, at)
        elif token == b",":
            if self.depth == 1 and self.array:
                yield from self._value(at)
        else:
            self.depth -= 1
            if self.depth == 0:
                yield from self._value(at if self.array else at + 1)
                self.array = False

    def _open(self, token: bytes, at: int) -> None:
        if self.depth == 0:
            self.array = token == b"["
            self.start = at + 1 if self.array else at
        self.depth += 1

    def _value(self, end: int) -> Iterator[Value]:
        data = self.buffer[self.start : end]
        if self.head is not None or len(data) > self.limit:
            yield Value(self.base + self.start, (self.head or data)[:QUARANTINE_BYTES], True)
        elif data.strip(_BLANK):
            skipped = len(data) - len(data.lstrip(_BLANK))
            yield Value(self.base + self.start + skipped, data.strip(_BLANK))
        self.head = None
        self.start = end + 1

    def _forget(self) -> None:
        """Drop what is finished, and all of a value that has grown too large."""
        if self.depth == 0:
            self.start = self.position
        elif self.position - self.start > self.limit:
            self.head = self.head or self.buffer[self.start : self.start + QUARANTINE_BYTES]
            self.start = self.position
        cut = min(self.start, self.position)
        self.buffer = self.buffer[cut:]
        self.base += cut
        self.start -= cut
        self.position -= cut


def split(
    chunks: Iterable[bytes], source: str, *, limit: int = MAX_RECORD_BYTES
) -> Iterator[Value]:
    """The members of a top-level array, or the top-level objects one after another.

    Raises SourceError after the last whole value when the JSON is cut short.

    >>> [value.data for value in split([b'[{"a": "]"}, ', b'{"a": 2}]'], "x.json")]
    [b'{"a": "]"}', b'{"a": 2}']
    """
    scanner = _Scanner(limit)
    for number, chunk in enumerate(chunks):
        yield from scanner.feed(chunk.removeprefix(_BOM) if number == 0 else chunk)
    if scanner.depth or scanner.in_string:
        raise SourceError(
            source,
            scanner.base + scanner.start,
            "the JSON ends inside a value; the values before it were read.",
            remedy="Fetch the file again.",
        )
