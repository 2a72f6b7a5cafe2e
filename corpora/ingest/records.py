"""Records with a header and a length, one after another, and what to do where they are broken.

WARC and ARC are this: a header that says how long the block behind it is. A record is taken
when another one, or the end, follows it. One whose length is wrong, or that is cut, is told
with its place, and reading goes on at the next place where a record begins.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from corpora.documents import MAX_RECORD_BYTES, QUARANTINE_BYTES
from corpora.ingest.members import TELLING, Begins, Piece
from corpora.ingest.streams import CHUNK

#: How often a file is read again from a place that a wrong length had skipped.
MAX_REWINDS = 16
#: What ``Grammar.next`` may look at is never longer.
LONGEST_LINE = 1 << 13
#: A header longer than this is none.
_MAX_HEAD = 1 << 20
#: How much of a block is held that is larger than any document.
_HELD_OF_LARGE = 1 << 16
#: Bytes that are dropped together.
_COMPACT = 1 << 20
_SHORT = "the record ends before the length that its header gives"
_WRONG_LENGTH = "the record is not as long as its header says"
_BLANK = re.compile(rb"[\r\n\t \0]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """How a format begins, ends and measures its records."""

    begins: Begins
    #: The end of a header.
    head_end: re.Pattern[bytes]
    #: The line end before a record, and enough of the record to know it.
    next: re.Pattern[bytes]
    #: Bytes of the block, by the header; None when it does not say.
    length: Callable[[bytes], int | None]


class Framed(NamedTuple):
    """One whole record."""

    locator: str
    head: bytes
    #: Only its beginning when it is oversized: larger than any document.
    block: bytes
    oversized: bool


class Broken(NamedTuple):
    """A record that is not whole."""

    locator: str
    reason: str
    detail: str
    data: bytes


class Spot(NamedTuple):
    """A place in the file, as pieces have it."""

    member: int
    within: int


class Tape:
    """What a file decompresses to, in stretches that hang together.

    A stretch ends where bytes are lost, and where a member begins with a record: no record
    goes on behind that, whatever it says of its length. So one that is damaged costs one record.
    """

    def __init__(
        self,
        pieces: Callable[[int, int], Iterator[Piece]],
        *,
        begins: Begins,
        compressed: bool,
        rewinds: int = MAX_REWINDS,
    ) -> None:
        self._open = pieces
        self._pieces = pieces(0, 0)
        self._begins = begins
        self._compressed = compressed
        self._rewinds = rewinds
        self._waiting: Piece | None = None
        #: Which pieces ``data`` was made of: (position, spot). Positions count from the
        #: beginning of the stretch; ``_base`` is that of the first byte still held.
        self._marks: list[tuple[int, Spot]] = []
        self._base = 0
        self._ended = True
        self.data = bytearray()
        #: Index in ``data`` of what comes next.
        self.at = 0
        #: Why the stretch ended, when something is lost behind it.
        self.damage = ""

    def stretch(self) -> bool:
        """Go on to the next stretch; False at the end of the file."""
        piece = self._waiting or next(self._pieces, None)
        self._waiting = None
        self._marks, self._base, self.damage, self.at = [], 0, "", 0
        self.data.clear()
        if piece is None:
            return False
        self._ended = False
        self._take(piece)
        return True

    def fill(self, size: int) -> int:
        """How many bytes come next: ``size`` or more, unless the stretch ends before."""
        while len(self.data) - self.at < size and not self._ended:
            self._pull()
        return len(self.data) - self.at

    def first(self, size: int) -> bytes:
        """The next bytes, not stepped over."""
        self.fill(size)
        return bytes(self.data[self.at : self.at + size])

    def blank(self) -> bool:
        """Step over line ends and padding; whether anything follows."""
        while True:
            found = _BLANK.match(self.data, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.data):
                return True
            self.compact()
            if not self.fill(1):
                return False

    def ahead(self) -> tuple[bytes, bool]:
        """What follows the line ends that come next, without stepping there.

        Also whether a member begins there.
        """
        self.fill(TELLING)
        found = _BLANK.match(self.data, self.at)
        start = found.end() if found else self.at
        self.fill(start - self.at + TELLING)
        position = self._base + start
        mark = bisect_right(self._marks, position, key=itemgetter(0)) - 1
        new = self._marks[mark][0] == position
        return bytes(self.data[start : start + TELLING]), new

    def to_next(self, start: int, pattern: re.Pattern[bytes]) -> bool:
        """Step to the first line behind ``start`` that begins as a record, or else to the end."""
        self.at = start
        while (found := pattern.search(self.data, self.at)) is None:
            if self._ended:
                self.at = len(self.data)
                return False
            self.at = max(self.at, len(self.data) - LONGEST_LINE)
            self.compact()
            self._pull()
        self.at = found.start() + 1
        return True

    def skip(self, size: int, pattern: re.Pattern[bytes]) -> tuple[int, Spot | None]:
        """Step over so many bytes.

        Returns how many were not there, and where the first record seems to begin in them.
        """
        seen: Spot | None = None
        while size:
            there = self.fill(min(size, CHUNK) + LONGEST_LINE)
            step = min(size, CHUNK, there)
            if not step:
                break
            if seen is None and (found := pattern.search(self.data, self.at)) is not None:
                seen = self._spot(found.start() + 1)
            self.at += step
            size -= step
            self.compact()
        return size, seen

    def compact(self) -> None:
        """Let go of what was stepped over, now and then."""
        if self.at >= _COMPACT:
            del self.data[: self.at]
            self._base += self.at
            self.at = 0
            del self._marks[: bisect_right(self._marks, self._base, key=itemgetter(0)) - 1]

    def locator(self) -> str:
        """Where the next byte is: see docs/formats.md."""
        member, within = self._spot(self.at)
        if not self._compressed:
            return f"byte:{within}"
        return f"stored:{member}+{within}" if within else f"stored:{member}"

    def rewind(self, spot: Spot) -> bool:
        """Let the next stretch begin at a place that lies behind; False when that cannot be."""
        if not self._rewinds:
            return False
        self._rewinds -= 1
        self._pieces, self._waiting, self._ended = self._open(*spot), None, True
        self.at = len(self.data)
        return True

    def _spot(self, index: int) -> Spot:
        position = self._base + index
        start, spot = self._marks[bisect_right(self._marks, position, key=itemgetter(0)) - 1]
        return Spot(spot.member, spot.within + position - start)

    def _pull(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            self._ended = True
        elif not piece.within and (piece.damage or self._begins(piece.data)):
            # A damaged member is no fault of the record before it.
            self._waiting, self._ended = piece, True
        else:
            self._take(piece)

    def _take(self, piece: Piece) -> None:
        if not self._marks or self._marks[-1][1].member != piece.member:
            spot = Spot(piece.member, piece.within)
            self._marks.append((self._base + len(self.data), spot))
        self.data += piece.data
        if piece.damage:
            self.damage, self._ended = piece.damage, True


def records(tape: Tape, grammar: Grammar) -> Iterator[Framed | Broken]:
    """Every record in the order of the file, the broken ones among them."""
    while tape.stretch():
        count, whole = 0, True
        while tape.blank():
            found = _read(tape, grammar, alone=not count)
            count, whole = count + 1, isinstance(found, Framed)
            yield found
        if tape.damage and whole:
            yield Broken(tape.locator(), "truncated", tape.damage, b"")


def _read(tape: Tape, grammar: Grammar, *, alone: bool) -> Framed | Broken:
    """One record; the tape is left where the next may begin.

    ``alone``: nothing came before it in its stretch, so that damage there is damage to it.
    """
    tape.compact()
    record = _Unread(tape, grammar, tape.locator(), tape.first(QUARANTINE_BYTES))
    if not grammar.begins(record.first):
        return record.lost("bad-record", "no record begins here", tape.at)
    size = _head_size(tape, grammar.head_end)
    if size is None and tape.fill(_MAX_HEAD) < _MAX_HEAD:
        return record.lost("truncated", "the file ends inside the record's header", tape.at)
    if size is None:
        return record.lost("bad-record", "the record's header is longer than 1 MiB", tape.at)
    head = tape.first(size)
    length = grammar.length(head)
    tape.at += size
    if length is None or length < 0:
        # From the line end on: an empty block is followed by a record at once.
        return record.lost("bad-record", "the record's header gives no length", tape.at - 1)
    if length > MAX_RECORD_BYTES:
        return record.large(head, length)
    return record.usual(head, length, alone=alone)


def _head_size(tape: Tape, end: re.Pattern[bytes]) -> int | None:
    """Bytes of the header that comes next; None when it does not end."""
    size, searched = TELLING, 0
    while True:
        there = tape.fill(size)
        if (found := end.search(tape.data, tape.at + max(0, searched - 4))) is not None:
            whole = found.end() - tape.at
            return whole if whole <= _MAX_HEAD else None
        if there < size or size >= _MAX_HEAD:
            return None
        searched, size = there, min(_MAX_HEAD, 2 * there)


@dataclass(slots=True)
class _Unread:
    """A record of which the place and the first bytes are known."""

    tape: Tape
    grammar: Grammar
    locator: str
    first: bytes

    def usual(self, head: bytes, length: int, *, alone: bool) -> Framed | Broken:
        """The block is what comes next; all of it is held."""
        tape, start = self.tape, self.tape.at
        there = tape.fill(length)
        if there < length:
            return self.lost("truncated", _SHORT, start - 1)
        block = bytes(tape.data[start : start + length])
        tape.at += length
        ahead, fits = self._fits()
        if not fits:
            return self.lost("bad-record", _WRONG_LENGTH, start - 1)
        if not ahead and tape.damage and alone:
            return Broken(self.locator, "truncated", tape.damage, self.first)
        return Framed(self.locator, head, block, oversized=False)

    def large(self, head: bytes, length: int) -> Framed | Broken:
        """The block is larger than any document; only its beginning is held."""
        tape = self.tape
        block = tape.first(_HELD_OF_LARGE)
        missing, seen = tape.skip(length, self.grammar.next)
        if not missing and self._fits()[1]:
            return Framed(self.locator, head, block, oversized=True)
        if seen is not None and tape.rewind(seen):
            return Broken(self.locator, "bad-record", _WRONG_LENGTH, self.first)
        if missing:
            return self.lost("truncated", _SHORT, tape.at)
        return self.lost("bad-record", _WRONG_LENGTH, tape.at)

    def _fits(self) -> tuple[bytes, bool]:
        """What follows, and whether it is what may follow a record: another one, or nothing."""
        ahead, new = self.tape.ahead()
        return ahead, not ahead or new or self.grammar.begins(ahead)

    def lost(self, reason: str, detail: str, start: int) -> Broken:
        """It is not whole: go on at the first record behind ``start``."""
        found = self.tape.to_next(start, self.grammar.next)
        if found and reason == "truncated":
            reason, detail = "bad-record", _WRONG_LENGTH
        elif not found and self.tape.damage:
            reason, detail = "truncated", self.tape.damage
        return Broken(self.locator, reason, detail, self.first)
