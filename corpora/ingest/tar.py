"""Tar archives (ustar, GNU, pax): members one after another, as the bytes come.

Nothing is ever unpacked by its name. As with zip, a name that climbs out of the archive says
that the archive was made to do harm, and refuses the rest of it; links and devices are passed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import xxhash

from corpora.documents import Rejected
from corpora.errors import SourceError
from corpora.ingest.encodings import UndecodableError, decode
from corpora.ingest.streams import Peekable
from corpora.unicode_forms import normal_form

BLOCK = 512
_MAGIC = slice(257, 262)
_CHECKSUM = slice(148, 156)
#: A name or a pax header of more bytes is no honest one.
_LONGEST_HEADER = 1 << 20
MAX_MEMBERS = 1_000_000
_REMEDY = "Pack the texts again, or unpack them and ingest the folder."
_FILES = b"0\x007"
#: The length of a pax record, itself included.
_RECORD = re.compile(rb"([0-9]{1,8}) ")


class _Bytes:
    """The archive's bytes, taken in exact amounts."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._held = b""
        self.count = 0

    def some(self, most: int) -> bytes:
        """Up to so many; empty at the end."""
        held = self._held or next(self._chunks, b"")
        self._held = held[most:]
        self.count += min(most, len(held))
        return held[:most]

    def exactly(self, size: int) -> bytes:
        """So many, or fewer at the end."""
        found = []
        while size and (piece := self.some(size)):
            found.append(piece)
            size -= len(piece)
        return b"".join(found)


@dataclass(kw_only=True)
class Member:
    #: Decoded, NFC.
    name: str
    #: Unique in the archive: the name, "#2" after a second one of the same name.
    label: str
    source: str
    #: Bytes of the archive that progress does not know of.
    packed: int = 0
    left: int
    data: _Bytes = field(repr=False)

    def chunks(self) -> Iterator[bytes]:
        """The member's bytes. Raises SourceError after what could be read."""
        while self.left:
            piece = self.data.some(self.left)
            if not piece:
                raise _cut(self.source, self.data)
            self.left -= len(piece)
            yield piece


def is_tar(head: bytes) -> bool:
    return len(head) >= BLOCK and head[_MAGIC] == b"ustar" and _is_header(head[:BLOCK])


def members(chunks: Peekable, source: str) -> Iterator[Member | Rejected]:
    """The files of an archive in their order; what its member gives is read before the next.

    Raises SourceError when the archive is damaged or refused.
    """
    data = _Bytes(iter(chunks))
    seen: Counter[int] = Counter()
    names: dict[str, bytes] = {}
    while block := data.exactly(BLOCK):
        if not block.strip(b"\0"):
            return
        if len(block) < BLOCK:
            raise _cut(source, data)
        if not _is_header(block):
            raise SourceError(
                source, data.count - BLOCK, "no member of the tar archive begins here.",
                remedy=_REMEDY,
            )  # fmt: skip
        size = _size(names.pop("size", b""), block[124:136])
        if size is None:
            raise SourceError(source, data.count, "a member's size is no number.", remedy=_REMEDY)
        kind = block[156:157]
        if kind in b"LKxg":
            names |= _long_names(kind, _held(data, size, source))
            continue
        raw = names.pop("path", b"") or _stated(block)
        names.clear()
        if kind not in _FILES or raw.endswith(b"/"):
            _skip(data, _padded(size), source)
            continue
        name = _name(raw)
        _refuse_hostile(name, source)
        digest = xxhash.xxh64_intdigest(name.encode())
        seen[digest] += 1
        if len(seen) > MAX_MEMBERS:
            raise _refused(source, f"{len(seen):,} members, more than {MAX_MEMBERS:,}")
        label = name if seen[digest] == 1 else f"{name}#{seen[digest]}"
        member = Member(name=name, label=label, source=source, left=size, data=data)
        yield member
        _skip(data, member.left + _padded(size) - size, source)


def _is_header(block: bytes) -> bool:
    """By its checksum: of all bytes, its own as blanks."""
    stated = re.match(rb"[ \0]*([0-7]{1,7})[ \0]", block[_CHECKSUM])
    return stated is not None and int(stated[1], 8) == sum(block) - sum(block[_CHECKSUM]) + 8 * 32


def _size(stated: bytes, field: bytes) -> int | None:
    r"""Decimal in a pax header, else octal in the member's own, or base 256; None if it is neither.

    >>> _size(b"", b"00000000017\0"), _size(b"", b"\x80" + bytes(10) + b"\x09"), _size(b"-5", b"")
    (15, 9, None)
    """
    if stated:
        return int(stated) if re.fullmatch(rb"[0-9]{1,20}", stated) else None
    if field.startswith(b"\x80"):
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0") or b"0"
    return int(digits, 8) if re.fullmatch(rb"[0-7]+", digits) else None


def _long_names(kind: bytes, held: bytes) -> dict[str, bytes]:
    """What a header before a member's own says of it: GNU's long name, or pax records."""
    if kind == b"L":
        return {"path": held.rstrip(b"\0")}
    found = {}
    at = 0
    while kind == b"x" and (record := _RECORD.match(held, at)) is not None:
        end = at + int(record[1])
        if not record.end() < end <= len(held):
            break
        key, _, value = held[record.end() : end - 1].partition(b"=")
        if key in (b"path", b"size"):
            found[key.decode()] = value
        at = end
    return found


def _stated(block: bytes) -> bytes:
    name, prefix = block[:100].split(b"\0")[0], block[345:500].split(b"\0")[0]
    # GNU's own header has times where ustar has the prefix.
    return prefix + b"/" + name if prefix and block[257:263] == b"ustar\0" else name


def _name(raw: bytes) -> str:
    try:
        name = decode(raw).text
    except UndecodableError:
        name = raw.decode("ascii", "backslashreplace")
    return normal_form("NFC", name).removeprefix("./")


def _refuse_hostile(name: str, source: str) -> None:
    if name.startswith("/") or ".." in name.split("/"):
        raise _refused(source, f"a member's name leaves the archive: {name[:80]!r}")
    if "\0" in name or len(name) > 1_000:
        raise _refused(source, "a member's name holds NUL or is longer than 1,000 characters")


def _held(data: _Bytes, size: int, source: str) -> bytes:
    if size > _LONGEST_HEADER:
        raise _refused(source, "a member's name holds NUL or is longer than 1,000 characters")
    held = data.exactly(_padded(size))
    if len(held) < _padded(size):
        raise _cut(source, data)
    return held[:size]


def _skip(data: _Bytes, size: int, source: str) -> None:
    while size:
        piece = data.some(size)
        if not piece:
            raise _cut(source, data)
        size -= len(piece)


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK


def _cut(source: str, data: _Bytes) -> SourceError:
    return SourceError(
        source, data.count, "the tar archive is cut short; what came before the cut was read.",
        remedy="Fetch the file again.",
    )  # fmt: skip


def _refused(source: str, why: str) -> SourceError:
    return SourceError(source, None, f"the archive is refused: {why}.", remedy=_REMEDY)
