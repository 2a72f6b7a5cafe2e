"""Where a document came from, byte by byte, and where in each export it went."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpora.errors import KotoguraError, SourceError
from corpora.export import sidecar
from corpora.export.rows import order_key
from corpora.ingest import archives
from corpora.ingest.members import Stored
from corpora.ingest.patterns import pattern_of
from corpora.ingest.streams import expand
from curation.models import Export, Run, Snapshot
from curation.queries.document import Detail
from curation.queries.fetched import fetched_file
from curation.queries.segments import Segment, segments
from curation.queries.snapshots import corpus_of
from curation.store import store

#: Bytes of the source that a page shows.
PREVIEW = 512
#: A compressed source is read from its beginning; no further than this for a glance.
MAX_UNPACKED = 64 << 20
#: Row groups that are looked at around the place where a document should be.
_GUESSES = 4
#: Locators that say where bytes are; see docs/formats.md.
_PLACE = re.compile(
    r"byte:(?P<byte>[0-9]{1,18})|stored:(?P<stored>[0-9]{1,18})(?:\+(?P<within>[0-9]{1,18}))?"
)
_COLUMNS = ["id", "shard", "sequence", "offset"]


# -- to the shards ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a document lies in an export."""

    export: Export
    #: The file's name; "" when the export does not hold the document.
    file: str = ""
    #: Its line, row or sequence in the file, from 0.
    sequence: int | None = None
    #: Its first byte in the file as read; None in Parquet.
    offset: int | None = None


def positions(exports: Iterable[Export], document_id: str) -> list[Position]:
    return [_position(export, document_id) for export in exports]


def _position(export: Export, document_id: str) -> Position:
    held = export.files.get(sidecar.NAME)
    if not held or not store().has(held["sha256"]):
        return Position(export=export)
    seed = int(export.settings.get("seed", 0))
    with store().parquet(held["sha256"]) as file:
        row = find(file, document_id, seed)
    if row is None:
        return Position(export=export)
    names = {entry.get("shard"): name for name, entry in export.files.items()}
    return Position(
        export=export,
        file=names.get(row["shard"], ""),
        sequence=row["sequence"],
        offset=row["offset"],
    )


def find(file: pq.ParquetFile, document_id: str, seed: int) -> dict[str, Any] | None:
    """The row of a document in an export's sidecar.

    Rows are ordered by the hash that shuffles the export. Hashes are even, so that a key says
    about where its row group is; where the guess is far off, a search by halves goes on.
    """
    key = order_key(document_id, seed)
    groups = file.metadata.num_row_groups
    guess = key * groups >> 64
    for _ in range(_GUESSES if groups else 0):
        first, last, row = _look(file, guess, document_id, seed)
        if row >= 0:
            return _row(file, guess, row)
        guess += -1 if key < first else 1 if key > last else groups
        if not 0 <= guess < groups:
            break
    number = bisect_right(range(groups), key, key=lambda at: _look(file, at, "", seed)[0]) - 1
    # Documents of one key may lie on both sides of a group's beginning.
    for group in (number, number - 1):
        if group >= 0 and (row := _look(file, group, document_id, seed)[2]) >= 0:
            return _row(file, group, row)
    return None


def _look(file: pq.ParquetFile, group: int, document_id: str, seed: int) -> tuple[int, int, int]:
    """The first and the last key of a row group, and where the document is in it, or −1."""
    ids = file.read_row_group(group, columns=["id"])["id"]
    first, last = (order_key(ids[place].as_py(), seed) for place in (0, len(ids) - 1))
    return first, last, pc.index(ids, document_id).as_py()


def _row(file: pq.ParquetFile, group: int, row: int) -> dict[str, Any]:
    found: dict[str, Any] = (
        file.read_row_group(group, columns=_COLUMNS).slice(row, 1).to_pylist()[0]
    )
    return found


# -- from the source --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Bytes:
    """The first bytes of a document's record; ``problem`` says why there are none."""

    #: "", "gone", "no-place" (the format counts rows), "too-deep" or "unreadable".
    problem: str = ""
    data: bytes = b""
    #: Where they begin in the file, decompressed; in their member of a web archive.
    offset: int = 0
    #: By the encoding that ingest found; what does not fit becomes U+FFFD.
    text: str = ""

    @property
    def segments(self) -> list[Segment]:
        return segments(self.text, [])

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Offset, sixteen bytes in hexadecimal, and what of them is ASCII."""
        return [
            (
                f"{self.offset + at:08x}",
                self.data[at : at + 16].hex(" "),
                "".join([chr(b) if 32 <= b < 127 else "." for b in self.data[at : at + 16]]),
            )
            for at in range(0, len(self.data), 16)
        ]


def source_bytes(snapshot: Snapshot, found: Detail) -> Bytes:
    """The bytes at the document's locator, where the source still is."""
    locator = str(found.fields["locator"] or "")
    member, _, rest = locator.rpartition(";")
    place = _PLACE.fullmatch(rest)
    if place is None:
        return Bytes(problem="no-place")
    path = _path(snapshot, found)
    if path is None:
        return Bytes(problem="gone")
    try:
        if place["stored"]:
            offset = int(place["within"] or 0)
            data = _read_stored(path, int(place["stored"]), offset)
        else:
            offset = int(place["byte"])
            with path.open("rb") as file:
                data = _read(file, str(path), member.removeprefix("member:"), offset)
    except FileNotFoundError:
        return Bytes(problem="gone")
    except (OSError, KotoguraError, ValueError):
        return Bytes(problem="unreadable")
    if data is None:
        return Bytes(problem="too-deep")
    encoding = str(found.fields["encoding"] or "utf-8")
    return Bytes(data=data, offset=offset, text=_decoded(data, encoding))


def _decoded(data: bytes, encoding: str) -> str:
    """The record's own bytes: no more than its line, in formats that have lines."""
    try:
        return data.decode(encoding, "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _path(snapshot: Snapshot, found: Detail) -> Path | None:
    """The file, if one of the corpus's sources brought it in and it is still there."""
    source = str(found.fields["source"])
    name = source.partition("#")[0]
    corpus = corpus_of(snapshot, found.place.part)
    if (fetched := fetched_file(corpus, source)) is not None:
        return fetched
    runs = Run.objects.filter(kind=Run.Kind.INGEST, source__corpus=corpus)
    for arguments in runs.values_list("arguments", flat=True):
        for upload in arguments.get("uploads", ()):
            if upload["name"] == name and store().has(upload["blob"]):
                return store().path(upload["blob"])
        for given in arguments.get("paths", ()):
            root, path = pattern_of(given).root.resolve(), Path(name).resolve()
            if path.is_relative_to(root) and path.is_file():
                return path
    return None


def _read(file: IO[bytes], source: str, member: str, offset: int) -> bytes | None:
    """PREVIEW bytes from an offset of the decompressed file; None when it lies too deep."""
    if member:
        return _from(_member(file, source, member), offset)
    compression, chunks = expand(file, source, _silent, _silent)
    if compression is None:
        file.seek(offset)
        return file.read(PREVIEW)
    return _from(chunks, offset)


def _read_stored(path: Path, member: int, within: int) -> bytes | None:
    """PREVIEW bytes from within a gzip member or zstd frame of the file."""
    if within > MAX_UNPACKED:
        return None
    with Stored(path, lambda _: False, _silent) as stored:
        return _from((piece.data for piece in stored.pieces(member, within)), 0)


def _silent(*_args: object, **_counts: object) -> None:
    """Nobody waits for the progress of a glance."""


def _member(file: IO[bytes], source: str, label: str) -> Iterator[bytes]:
    for member in archives.members(file, source):
        if isinstance(member, archives.Member) and member.label == label:
            yield from member.chunks()
            return
    raise SourceError(source, None, "the archive has no such member any more.")


def _from(chunks: Iterable[bytes], offset: int) -> bytes | None:
    if offset > MAX_UNPACKED:
        return None
    place, found = 0, b""
    for chunk in chunks:
        if place + len(chunk) > offset:
            found += chunk[max(0, offset - place) :]
            if len(found) >= PREVIEW:
                break
        place += len(chunk)
    return found[:PREVIEW]
