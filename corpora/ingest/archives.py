"""Zip archives: members one after another, names decoded, hostile ones refused.

Nothing is ever unpacked by its name. A member's name that climbs out of the
archive, a link or a directory of absurd size says that the archive was made to do
harm (or is no archive of texts), and refuses the whole of it.
"""

from __future__ import annotations

import errno
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from corpora.documents import Rejected
from corpora.errors import SourceError
from corpora.ingest.encodings import UndecodableError, decode
from corpora.ingest.streams import BOMB_FLOOR, BOMB_RATIO, CHUNK
from corpora.unicode_forms import normal_form

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
MAX_MEMBERS = 200_000
MAX_DIRECTORY_BYTES = 64 << 20
_REMEDY = "Pack the texts again, or unpack them and ingest the folder."
_END = struct.Struct("<4s4H2LH")
_OFFICE = {"[Content_Types].xml", "META-INF/container.xml", "META-INF/manifest.xml"}
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
#: What zipfile says of bytes that are no archive: offsets that lie nowhere and names that
#: are not in the encoding they claim among it.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError,
    OverflowError, ValueError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    #: Decoded, with forward slashes, NFC.
    name: str
    #: Unique in the archive: the name, "#2" after a second one of the same name.
    label: str
    info: zipfile.ZipInfo
    archive: zipfile.ZipFile
    source: str

    @property
    def packed(self) -> int:
        """Bytes of the archive that it takes."""
        return self.info.compress_size

    def chunks(self) -> Iterator[bytes]:
        """The member's bytes. Raises SourceError after what could be read."""
        size = 0
        where = f"{self.source}#{self.label}"
        with _damage(where, "damaged"), self.archive.open(self.info) as file:
            while chunk := file.read(CHUNK):
                size += len(chunk)
                self._refuse_bomb(size)
                yield chunk

    def _refuse_bomb(self, size: int) -> None:
        if size > BOMB_FLOOR and size > BOMB_RATIO * max(self.info.compress_size, 1):
            raise SourceError(
                f"{self.source}#{self.label}",
                None,
                f"{self.info.compress_size:,} bytes grew to more than {size:,}: this looks like "
                "a decompression bomb, reading stopped.",
                remedy="If it is honest, decompress it and ingest the result.",
            )


@contextmanager
def _damage(source: str, what: str) -> Iterator[None]:
    """Raises SourceError for what the bytes are at fault for, and lets the disk's errors pass."""
    try:
        yield
    except _DAMAGE as error:
        raise SourceError(source, None, f"{what}: {error}.", remedy=_REMEDY) from error
    except OSError as error:
        # bzip2 gives no number; an offset before the beginning is an invalid argument.
        if error.errno not in (None, errno.EINVAL):
            raise
        raise SourceError(source, None, f"{what}: {error}.", remedy=_REMEDY) from error


def is_zip(head: bytes) -> bool:
    return head.startswith(ZIP_MAGIC)


def members(file: IO[bytes], source: str, *, book: bool = False) -> Iterator[Member | Rejected]:
    """The files of an archive in its directory's order; those that cannot be read as Rejected.

    ``book``: it may be an e-book, which otherwise is no archive of texts.

    Raises SourceError when the archive is damaged or refused.
    """
    archive_bytes = _refuse_large_directory(file, source)
    with _damage(source, "this is no whole zip archive"):
        archive = zipfile.ZipFile(file)
    with archive:
        # A name may be empty.
        infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
        names = [_name(info) for info in infos]
        _refuse_hostile(infos, names, archive_bytes, source, book=book)
        seen: Counter[str] = Counter()
        for info, name in zip(infos, names, strict=True):
            seen[name] += 1
            label = name if seen[name] == 1 else f"{name}#{seen[name]}"
            member = Member(name=name, label=label, info=info, archive=archive, source=source)
            yield _encrypted(member) if info.flag_bits & _ENCRYPTED_FLAG else member


def _encrypted(member: Member) -> Rejected:
    return Rejected(
        source=f"{member.source}#{member.label}",
        locator=f"member:{member.label}",
        reason="encrypted",
        detail="the member is encrypted: unpack it with its password and ingest the result",
    )


def _name(info: zipfile.ZipInfo) -> str:
    """The name in Unicode: without bit 11, zipfile has read any bytes as cp437.

    Made with the raw name, because zipfile cuts names at NUL and turns backslashes.
    """
    name = info.orig_filename
    if not info.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437")
        try:
            name = decode(raw).text
        except UndecodableError:
            name = raw.decode("ascii", "backslashreplace")
    return normal_form("NFC", name)


def _refuse_hostile(
    infos: list[zipfile.ZipInfo], names: list[str], archive_bytes: int, source: str, *, book: bool
) -> None:
    if len(infos) > MAX_MEMBERS:
        raise _refused(source, f"{len(infos):,} members, more than {MAX_MEMBERS:,}")
    size = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if packed > archive_bytes:
        raise _refused(source, "its members overlap")
    if size > BOMB_FLOOR and size > BOMB_RATIO * archive_bytes:
        raise _refused(source, f"{archive_bytes:,} bytes would grow to {size:,}")
    if not book and _OFFICE & set(names):
        raise SourceError(
            source,
            None,
            "this is an office document, which is not read.",
            remedy="Save it as plain text.",
        )
    for info, name in zip(infos, names, strict=True):
        parts = re.split(r"[/\\]", name) if info.flag_bits & _UTF8_FLAG else name.split("/")
        if ".." in parts or name.startswith("/") or re.match(r"[A-Za-z]:[/\\]", name):
            raise _refused(source, f"a member's name leaves the archive: {name[:80]!r}")
        if "\0" in name or len(name) > 1_000:
            raise _refused(source, "a member's name holds NUL or is longer than 1,000 characters")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise _refused(source, f"a member is a link: {name[:80]!r}")


def _refuse_large_directory(file: IO[bytes], source: str) -> int:
    """Before zipfile loads it: a directory of a million entries takes a gigabyte.

    Returns the size of the archive.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        return size
    directory = _END.unpack_from(tail, at)[5]
    if directory == 0xFFFFFFFF:  # zip64: the directory lies between its offset and this record
        locator = tail.rfind(b"PK\x06\x06", 0, at)
        directory = struct.unpack_from("<Q", tail, locator + 40)[0] if locator >= 0 else size
    if directory > MAX_DIRECTORY_BYTES:
        raise _refused(source, f"its directory has {directory:,} bytes")
    return size


def _refused(source: str, why: str) -> SourceError:
    return SourceError(source, None, f"the archive is refused: {why}.", remedy=_REMEDY)
