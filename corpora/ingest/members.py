"""A stored file member by member: where each lies, and what of it is damaged.

``streams.expand`` reads a file as one stream, which ends at the first damage. Web archives
compress each record as a gzip member or zstd frame of its own, so that one can go to any of
them and damage costs one record: behind it, the next member is looked for.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterator
from io import BufferedReader, FileIO
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple

import zstandard

from corpora.ingest.streams import (
    BOMB_FLOOR,
    BOMB_RATIO,
    CHUNK,
    GZIP,
    ZSTD,
    plain_error,
    up_to_damage,
)
from corpora.stages import Progress

#: Decompressed bytes that the first piece of a member has, if the member has so many.
TELLING = 512
#: Compressed bytes that are asked for at once; what of them follows a member is read again.
_FEED = 1 << 15
#: The same to see whether a member begins: hundreds of thousands of places may look like it.
_LOOK = 1 << 10
#: First bytes of a frame that holds the dictionary of the frames behind it
#: (iipc.github.io/warc-specifications/specifications/warc-zstd).
_DICTIONARY = b"\x5d\x2a\x4d\x18"
_MAX_DICTIONARY = 16 << 20
_MAX_WINDOW = 1 << 27
_MAX_BLOCK = 1 << 17
_RAW, _RLE, _RESERVED = 0, 1, 3
#: Decompression bombs after which a file is not read on.
_MAX_BOMBS = 8
CUT = "the compressed data is cut short"
_BOMB = "the data grows like a decompression bomb"

#: Whether a record begins with these bytes.
Begins = Callable[[bytes], bool]


class Piece(NamedTuple):
    """Decompressed bytes that lie together."""

    #: Where the member begins in the file as stored; 0 in a file that is not compressed.
    member: int
    #: How many bytes of the member (of the file, if that is not compressed) come before.
    within: int
    data: bytes
    #: Why what comes behind, up to the next member, is lost.
    damage: str = ""


#: The pieces of the member at an offset; returns where it ends, None when it is damaged.
_Pieces = Generator[Piece, None, int | None]


class Stored:
    """A file on disk, read from any of its members on: a context manager."""

    def __init__(self, path: Path, begins: Begins, progress: Progress) -> None:
        self._file = BufferedReader(_Followed(path, progress), CHUNK)
        self._begins = begins
        head = self._file.read(4)
        self._magic = b""
        self._member: Callable[[IO[bytes], int], _Pieces] = _gzip_member
        self._look: Callable[[IO[bytes], int], bytes] = _gzip_look
        if head.startswith(GZIP):
            self._magic = GZIP
        elif head == ZSTD or _is_skippable(head):
            self._magic = ZSTD
            self._member = _Frames(_dictionary(self._file)).frame
            self._look = self._zstd_look

    def __enter__(self) -> Stored:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def compressed(self) -> bool:
        return bool(self._magic)

    def pieces(self, member: int = 0, within: int = 0) -> Iterator[Piece]:
        """Everything from a place on. Damage ends a member; the next one is found behind it."""
        if not self.compressed:
            yield from self._plain(within)
            return
        for piece in self._members(member):
            skip = within - piece.within if piece.member == member else 0
            if skip < len(piece.data) or piece.damage:
                skip = max(skip, 0)
                yield piece._replace(within=piece.within + skip, data=piece.data[skip:])

    def _plain(self, at: int) -> Iterator[Piece]:
        self._file.seek(at)
        while data := self._file.read(CHUNK):
            yield Piece(0, at, data)
            at += len(data)

    def _members(self, at: int) -> Iterator[Piece]:
        bombs = 0
        while bombs < _MAX_BOMBS:
            self._file.seek(at)
            head = self._file.read(4)
            if not head:
                return
            if head[0] == 0:
                at = self._behind_padding(at)
                continue
            end = None
            if head.startswith(self._magic) or _is_skippable(head):
                for piece in (pieces := _Returning(self._member(self._file, at))):
                    bombs += piece.damage is _BOMB
                    yield piece
                end = pieces.value
            else:
                yield Piece(at, 0, b"", "no compressed data begins here")
            found = self._next(at + 1) if end is None else end
            if found is None:
                return
            at = found

    def _behind_padding(self, at: int) -> int:
        self._file.seek(at)
        while data := self._file.read(CHUNK):
            rest = data.lstrip(b"\0")
            at += len(data) - len(rest)
            if rest:
                break
        return at

    def _next(self, at: int) -> int | None:
        """Where the next member begins in which a record begins."""
        for candidate in self._candidates(at):
            if self._begins(self._look(self._file, candidate)):
                return candidate
        return None

    def _zstd_look(self, file: IO[bytes], at: int) -> bytes:
        first = next(self._member(file, at), None)
        return first.data if first else b""

    def _candidates(self, at: int) -> Iterator[int]:
        while True:
            self._file.seek(at)
            data = self._file.read(CHUNK)
            found = data.find(self._magic)
            while found >= 0:
                yield at + found
                found = data.find(self._magic, found + 1)
            if len(data) < CHUNK:
                return
            at += len(data) - len(self._magic) + 1


class _Returning(Iterator[Piece]):
    """An iterator that keeps what its generator returns."""

    def __init__(self, pieces: _Pieces) -> None:
        self._pieces = pieces
        self.value: int | None = None

    def __next__(self) -> Piece:
        try:
            return next(self._pieces)
        except StopIteration as ended:
            self.value = ended.value
            raise StopIteration from None


class _Followed(FileIO):
    """A file that reports how far it was read; what is read again is no progress."""

    def __init__(self, path: Path, progress: Progress) -> None:
        super().__init__(path)
        self._progress = progress
        self._furthest = 0

    def readinto(self, buffer: Any) -> int:
        count: int = super().readinto(buffer)
        if (at := self.tell()) > self._furthest:
            self._progress(bytes=at - self._furthest)
            self._furthest = at
        return count


class _Telling:
    """Pieces of one member: the first is long enough to tell what begins there."""

    def __init__(self, member: int) -> None:
        self._member = member
        self._within = 0
        self._held = b""

    @property
    def size(self) -> int:
        return self._within + len(self._held)

    def add(self, data: bytes) -> Iterator[Piece]:
        self._held += data
        if self._within or len(self._held) >= TELLING:
            yield from self.rest()

    def rest(self, damage: str = "") -> Iterator[Piece]:
        if self._held or damage:
            yield Piece(self._member, self._within, self._held, damage)
            self._within += len(self._held)
            self._held = b""

    def is_bomb(self, packed: int) -> bool:
        return self.size > BOMB_FLOOR and self.size > BOMB_RATIO * packed


# -- gzip -------------------------------------------------------------------------------------


def _gzip_look(file: IO[bytes], at: int) -> bytes:
    """The first bytes of a member; none when they are damaged."""
    file.seek(at)
    try:
        return zlib.decompressobj(wbits=31).decompress(file.read(_LOOK), TELLING)
    except zlib.error:
        return b""


def _gzip_member(file: IO[bytes], at: int) -> _Pieces:
    file.seek(at)
    telling = _Telling(at)
    decoder = zlib.decompressobj(wbits=31)
    data = file.read(_FEED)
    read = len(data)
    while not decoder.eof:
        if not data:
            yield from telling.rest(CUT)
            return None
        # A copy costs as much as a small member; the first bytes can be decoded again.
        before = decoder.copy() if telling.size else None
        try:
            yield from telling.add(decoder.decompress(data, CHUNK))
        except zlib.error as error:
            before = before or zlib.decompressobj(wbits=31)
            yield from telling.add(b"".join(up_to_damage(before, data)))
            yield from telling.rest(f"the gzip data is damaged ({plain_error(error)})")
            return None
        if telling.is_bomb(read):
            yield from telling.rest(_BOMB)
            return None
        data = decoder.unconsumed_tail
        if not data and not decoder.eof:
            data = file.read(_FEED)
            read += len(data)
    yield from telling.rest()
    return at + read - len(decoder.unused_data)


# -- zstd -------------------------------------------------------------------------------------


def _is_skippable(head: bytes) -> bool:
    return len(head) == 4 and 0x50 <= head[0] <= 0x5F and head[1:] == _DICTIONARY[1:]


def _dictionary(file: IO[bytes]) -> zstandard.ZstdCompressionDict | None:
    """The dictionary that the file begins with; itself compressed or not."""
    file.seek(0)
    head = file.read(8)
    size = int.from_bytes(head[4:], "little")
    if head[:4] != _DICTIONARY or size > _MAX_DICTIONARY:
        return None
    data = file.read(size)
    if data.startswith(ZSTD):
        pieces = _Frames(None).frame(file, 8)
        data = b"".join(piece.data for piece in islice(pieces, _MAX_DICTIONARY // _MAX_BLOCK))
    return zstandard.ZstdCompressionDict(data) if data else None


def _decompressor(
    dictionary: zstandard.ZstdCompressionDict | None,
) -> zstandard.ZstdDecompressor:
    return zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=_MAX_WINDOW)


class _Frames:
    """zstd, frame by frame and block by block: a block gives 128 KiB at most."""

    def __init__(self, dictionary: zstandard.ZstdCompressionDict | None) -> None:
        try:
            self._decompressor = _decompressor(dictionary)
        except zstandard.ZstdError:  # a damaged dictionary: each frame that needs it will say so
            self._decompressor = _decompressor(None)

    def frame(self, file: IO[bytes], at: int) -> _Pieces:
        file.seek(at)
        head = file.read(18)
        if _is_skippable(head[:4]):
            return at + 8 + int.from_bytes(head[4:8], "little")
        telling = _Telling(at)
        try:
            return (yield from self._blocks(file, at, head, telling))
        except zstandard.ZstdError as error:
            yield from telling.rest(f"the zstd data is damaged ({plain_error(error)})")
        except EOFError:
            yield from telling.rest(CUT)
        return None

    def _blocks(self, file: IO[bytes], at: int, head: bytes, telling: _Telling) -> _Pieces:
        """Raises ZstdError for damage and EOFError for a cut."""
        if len(head) < 6:
            raise EOFError
        size = zstandard.frame_header_size(head)
        checked = zstandard.get_frame_parameters(head).has_checksum
        file.seek(at + size)
        decoder = self._decompressor.decompressobj()
        decoder.decompress(head[:size])
        read, last = size, 0
        while not last:
            block = _exactly(file, 3)
            about = int.from_bytes(block, "little")
            last, kind, length = about & 1, about >> 1 & 3, about >> 3
            if kind == _RESERVED or length > _MAX_BLOCK:
                raise zstandard.ZstdError("there is no such kind of block")
            block += _exactly(file, 1 if kind == _RLE else length)
            if last and checked:
                block += _exactly(file, 4)
            read += len(block)
            yield from telling.add(decoder.decompress(block))
            if telling.is_bomb(read):
                yield from telling.rest(_BOMB)
                return None
        yield from telling.rest()
        return at + read


def _exactly(file: IO[bytes], size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise EOFError
    return data
