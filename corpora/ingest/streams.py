"""The bytes of a file: decompressed as they are read, bounded, with what was whole kept.

Every generator here yields the good bytes first and raises SourceError after them,
so that a cut or damaged file still gives the records before the damage.
"""

from __future__ import annotations

import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from io import RawIOBase, UnsupportedOperation
from typing import IO

import pyarrow as pa

from corpora.errors import SourceError
from corpora.stages import Progress

CHUNK = 1 << 18
#: The least that is read of compressed members, the last of them apart.
_GATHERED = 1 << 14
GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = tuple(bytes([0x50 + number, 0x2A, 0x4D, 0x18]) for number in range(16))
#: With the mark of the first block or of the end: three letters may begin a text.
BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
XZ = b"\xfd7zXZ\0"
_LONGEST_MAGIC = 10
#: Of bzip2 and xz so much is decompressed at a time: what a call had when it met the damage
#: is lost.
_STEP = 1 << 12
#: What xz may take to decompress: its largest preset needs 65 MiB.
_XZ_MEMORY = 192 << 20

#: From this many bytes on, a file that has grown beyond the ratio is a bomb. Honest
#: logs reach 100, and a small file may be as repetitive as it likes.
BOMB_FLOOR = 64 << 20
BOMB_RATIO = 250
#: No single file is read beyond this.
MAX_EXPANDED = 1 << 40


class Counted(RawIOBase):
    """A binary file that reports what is read of it."""

    def __init__(self, file: IO[bytes] | AsFile, progress: Progress) -> None:
        self._file = file
        self._progress = progress
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.count += len(data)
        self._progress(bytes=len(data))
        return data


class Peekable:
    """An iterator of chunks whose beginning can be looked at; errors wait for their place."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._seen: list[bytes] = []
        self._error: SourceError | None = None

    def peek(self, size: int) -> tuple[bytes, bool]:
        """The first ``size`` bytes (or all), and whether that is all."""
        held = sum(map(len, self._seen))
        ended = False
        while held <= size and not ended:
            chunk = self._pull()
            ended = chunk is None
            if chunk is not None:
                self._seen.append(chunk)
                held += len(chunk)
        head = b"".join(self._seen)
        return head[:size], len(head) <= size

    @property
    def damaged(self) -> bool:
        """Whether an error lies in what was looked at."""
        return self._error is not None

    def __iter__(self) -> Iterator[bytes]:
        while self._seen:
            yield self._seen.pop(0)
        if self._error is None:
            yield from self._chunks
        else:
            raise self._error

    def _pull(self) -> bytes | None:
        try:
            return next(self._chunks, None)
        except SourceError as error:
            self._error = error
            return None


class AsFile(RawIOBase):
    """Chunks as a file that is read from its beginning; back to it while that is at hand."""

    def __init__(self, chunks: Peekable) -> None:
        self._head, _ = chunks.peek(_LONGEST_MAGIC)
        self._place = 0
        self._chunks = chunks
        self._rest: Iterator[bytes] | None = None
        self._held = b""

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        # Of no bytes at all, the end that was read is the beginning.
        if offset or whence or (self._rest is not None and self._head):
            raise UnsupportedOperation("only the beginning can be gone back to")
        self._place, self._rest = 0, None
        return 0

    def read(self, size: int = -1) -> bytes:
        """Some bytes, at most ``size``; none at the end."""
        found = self._head[self._place :] if self._rest is None else self._held
        if not found:
            found = self._next()
        size = len(found) if size < 0 else size
        if self._rest is None:
            self._place += len(found[:size])
        else:
            self._held = found[size:]
        return found[:size]

    def _next(self) -> bytes:
        """The next chunk; the first time without the beginning, which was read."""
        if self._rest is not None:
            return next(self._rest, b"")
        self._rest = iter(self._chunks)
        passed = len(self._head)
        for chunk in self._rest:
            if len(chunk) > passed:
                return chunk[passed:]
            passed -= len(chunk)
        return b""


def expand(
    file: IO[bytes] | AsFile, source: str, progress: Progress, warn: Callable[[str], None]
) -> tuple[str | None, Iterator[bytes]]:
    """(the compression or None, the decompressed chunks). Judged by the first bytes alone."""
    head = file.read(_LONGEST_MAGIC)
    file.seek(0)
    counted = Counted(file, progress)
    if head.startswith(GZIP):
        chunks = _gathered(_gunzip(counted, source, warn))
        return "gzip", _capped(chunks, counted, source)
    if head.startswith((ZSTD, *_SKIPPABLE)):
        return "zstd", _capped(_unzstd(counted, source), counted, source)
    if BZIP2.match(head):
        chunks = _gathered(_unblock(counted, _BZIP2, source, warn))
        return "bzip2", _capped(chunks, counted, source)
    if head.startswith(XZ):
        chunks = _gathered(_unblock(counted, _XZ, source, warn))
        return "xz", _capped(chunks, counted, source)
    return None, iter(lambda: counted.read(CHUNK), b"")


def between(file: IO[bytes], end: int, progress: Progress) -> Iterator[bytes]:
    """The chunks from where the file stands to the byte ``end``."""
    counted = Counted(file, progress)
    while chunk := counted.read(min(CHUNK, end - file.tell())):
        yield chunk


def _gathered(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same in pieces of some size, however small the members are: each costs its reader."""
    held: list[bytes] = []
    size = 0
    try:
        for chunk in chunks:
            held.append(chunk)
            size += len(chunk)
            if size >= _GATHERED:
                yield b"".join(held)
                held, size = [], 0
    except SourceError:
        # Nothing but an empty piece is one, too: what is cut short so early is told by its reader.
        if held:
            yield b"".join(held)
        raise
    if held:
        yield b"".join(held)


def _capped(chunks: Iterator[bytes], raw: Counted, source: str) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if (size > BOMB_FLOOR and size > BOMB_RATIO * raw.count) or size > MAX_EXPANDED:
            raise SourceError(
                source,
                raw.count,
                f"{raw.count:,} compressed bytes grew to more than {size:,}: this looks like "
                "a decompression bomb, reading stopped.",
                remedy="If the file is honest, decompress it and ingest the result.",
            )
        yield chunk


def _gunzip(raw: Counted, source: str, warn: Callable[[str], None]) -> Iterator[bytes]:
    """All members. Zero padding is ignored; other bytes after the last member are told."""
    data = raw.read(CHUNK // 4)
    while data:
        if not data.startswith(GZIP[: len(data)]):
            if data.strip(b"\0"):
                warn(
                    f"bytes after the end of the gzip data (byte {raw.count - len(data):,}) ignored"
                )
                return
            data = raw.read(CHUNK // 4)
            continue
        data = yield from _member(raw, data, source)


def _member(raw: Counted, data: bytes, source: str) -> Generator[bytes, None, bytes]:
    """One gzip member; returns what follows it."""
    decoder = zlib.decompressobj(wbits=31)
    while not decoder.eof:
        if not data:
            raise SourceError(
                source,
                raw.count,
                "the gzip data is cut short; what came before the cut was read.",
                remedy="Fetch the file again.",
            )
        before = decoder.copy()
        try:
            yield decoder.decompress(data, CHUNK)
        except zlib.error as error:
            yield from up_to_damage(before, data)
            raise SourceError(
                source,
                raw.count - len(data),
                f"the gzip data is damaged ({plain_error(error)}); what came before was read.",
                remedy="Fetch the file again.",
            ) from error
        data = decoder.unconsumed_tail or (b"" if decoder.eof else raw.read(CHUNK // 4))
    return decoder.unused_data or raw.read(CHUNK // 4)


def up_to_damage(decoder: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """The output of the bytes before the one that is refused: what is refused is halved."""
    while data:
        half = data[: (len(data) + 1) // 2]
        tried = decoder.copy()
        try:
            out = tried.decompress(half)
        except zlib.error:
            if len(half) == len(data):  # a single byte
                return
            data = half
            continue
        yield out
        decoder, data = tried, data[len(half) :]


def _unzstd(raw: Counted, source: str) -> Iterator[bytes]:
    """All frames, skippable ones skipped, windows up to 128 MiB (zstd's own default)."""
    stream = pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")
    while True:
        try:
            chunk: bytes = stream.read(CHUNK // 8)
        except OSError as error:
            raise SourceError(
                source,
                raw.count,
                f"the zstd data is cut short or damaged ({plain_error(error)}); "
                "what came before was read.",
                remedy="Fetch the file again, or decompress it with zstd -d --long=31 first.",
            ) from error
        if not chunk:
            return
        yield chunk


@dataclass(frozen=True, slots=True, kw_only=True)
class _Blocks:
    """bzip2 or xz: streams of blocks, one stream after another."""

    name: str
    magic: bytes
    decoder: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor]


_BZIP2 = _Blocks(name="bzip2", magic=b"BZh", decoder=bz2.BZ2Decompressor)
_XZ = _Blocks(
    name="xz",
    magic=XZ,
    decoder=lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY),
)


def _unblock(
    raw: Counted, blocks: _Blocks, source: str, warn: Callable[[str], None]
) -> Iterator[bytes]:
    """All streams. Zero padding is ignored; other bytes after the last stream are told."""
    data = b""
    while data := data.lstrip(b"\0") or raw.read(CHUNK // 4):
        if data.startswith(b"\0"):
            continue
        if not data.startswith(blocks.magic[: len(data)]):
            where = raw.count - len(data)
            warn(f"bytes after the end of the {blocks.name} data (byte {where:,}) ignored")
            return
        data = yield from _stream(raw, data, blocks, source)


def _stream(
    raw: Counted, data: bytes, blocks: _Blocks, source: str
) -> Generator[bytes, None, bytes]:
    """One stream of bzip2 or xz; returns what follows it."""
    decoder = blocks.decoder()
    held = bytearray()
    while not decoder.eof:
        if decoder.needs_input and not (data := data or raw.read(CHUNK // 4)):
            yield bytes(held)
            raise SourceError(
                source,
                raw.count,
                f"the {blocks.name} data is cut short; what came before the cut was read.",
                remedy="Fetch the file again.",
            )
        try:
            held += decoder.decompress(data, _STEP)
        except (OSError, lzma.LZMAError) as error:
            yield bytes(held)
            raise SourceError(
                source,
                raw.count,
                f"the {blocks.name} data is damaged ({plain_error(error)}); "
                "what came before was read.",
                remedy="Fetch the file again.",
            ) from error
        data = b""
        if len(held) >= CHUNK // 8:
            yield bytes(held)
            held.clear()
    yield bytes(held)
    return decoder.unused_data


def plain_error(error: Exception) -> str:
    """What a library says of damage, as part of a sentence."""
    return str(error).splitlines()[0].rstrip(".")
