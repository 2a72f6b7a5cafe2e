"""Opens a file by its content and yields its entries."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from corpora.documents import Rejected
from corpora.errors import SourceError
from corpora.ingest import archives, epub, formats, tar
from corpora.ingest.columns import Columns
from corpora.ingest.encodings import decode_loosely, detect
from corpora.ingest.entries import Entry, Place, Sample, Source
from corpora.ingest.parquet_process import ParquetProcess
from corpora.ingest.readers.web_archives import is_web_archive
from corpora.ingest.streams import AsFile, Peekable, between, expand
from corpora.ingest.transcoding import as_it_was, is_wide, narrow
from corpora.ingest.weighing import Named
from corpora.stages import Progress, no_progress

#: Bytes of a file that detection by content looks at.
HEAD_BYTES = 1 << 18
#: A file inside an archive that has to be seekable is unpacked up to this size.
MAX_UNPACKED = 4 << 30
#: Archives are read, and archives in archives.
_DEEPEST = 2


@dataclass(kw_only=True)
class Opened:
    """One file while it is read. ``format`` and ``warnings`` are known after the entries."""

    path: Path
    #: The path as given.
    source: str
    #: "auto", or the reader that a person named.
    format: str
    scratch: Path
    parquet: ParquetProcess
    progress: Progress
    columns: Columns | None = None
    #: First byte, and the one after the last, of what is to be read (corpora.ingest.shares).
    share: tuple[int, int] | None = None
    #: The format found; "zip" for an archive.
    found: str | None = None
    warnings: list[str] = field(default_factory=list)
    #: Records that are no documents and are not meant to be, by kind.
    skipped: Counter[str] = field(default_factory=Counter)

    def entries(self) -> Iterator[Entry]:
        """Everything in the file, in its order. Raises SourceError after what could be read."""
        # An upload lies in the store under another name.
        at = _At(source=self.source, name=PurePosixPath(self.source).name)
        with self.path.open("rb") as file:
            yield from self._file(file, at) if self.share is None else self._share(file, at)

    def _share(self, file: IO[bytes], at: _At) -> Iterator[Entry]:
        """Lines from the middle of a file; what they are, its beginning says."""
        assert self.share is not None
        begin, end = self.share
        sample = sample_of(file.read(HEAD_BYTES), complete=False, name=at.name)
        file.seek(begin)
        chunks = Peekable(between(file, end, self.progress))
        yield from self._read(sample, chunks, at.source, begin=begin)

    def _file(self, file: IO[bytes] | AsFile, at: _At) -> Iterator[Entry]:
        """What is in an archive, or what the bytes are once they are decompressed."""
        head = b"" if isinstance(file, AsFile) else file.read(epub.HEAD)
        file.seek(0)
        if epub.is_epub(head) and not isinstance(file, AsFile):
            self.found = self.found or "epub"
            place = Place(at.source, f"{at.prefix}byte:0")
            yield partial(epub.book, file, place)
            return
        if at.depth < _DEEPEST and archives.is_zip(head) and not isinstance(file, AsFile):
            yield from self._members("zip", archives.members(file, at.source), at)
            return
        # What is read inside an archive was counted when the archive was.
        progress = no_progress if at.depth else self.progress
        compression, expanded = expand(file, at.source, progress, self.warnings.append)
        chunks = Peekable(expanded)
        if at.depth < _DEEPEST and tar.is_tar(chunks.peek(tar.BLOCK)[0]):
            yield from self._members("tar", tar.members(chunks, at.source), at)
            return
        itself = compression is None and not at.depth
        by_member = compression in (None, "gzip", "zstd") and not at.depth
        yield from self._stream(
            chunks,
            source=at.source,
            name=at.name,
            prefix=at.prefix,
            as_file=self._itself if itself else None,
            stored=self.path if by_member else None,
        )

    def _members(
        self, kind: str, members: Iterator[archives.Member | tar.Member | Rejected], at: _At
    ) -> Iterator[Entry]:
        """A member that cannot be read is quarantined; the next one is read all the same."""
        self.found = self.found or kind
        for member in members:
            if isinstance(member, Rejected):
                yield member
                continue
            if not at.depth:
                # zipfile reads where it likes; what it reads is progress all the same.
                self.progress(bytes=member.packed)
            inside = at.inside(member)
            try:
                yield from self._member(Peekable(member.chunks()), inside)
            except SourceError as error:
                yield Rejected(
                    source=inside.source,
                    locator=inside.prefix.rstrip(";"),
                    reason="unreadable-member",
                    detail=f"{error.reason}",
                )

    def _member(self, chunks: Peekable, at: _At) -> Iterator[Entry]:
        if archives.is_zip(chunks.peek(4)[0]) and at.depth < _DEEPEST:
            # Its directory is at its end.
            with self._unpacked(chunks, at.source) as path, path.open("rb") as file:
                yield from self._file(file, at)
        else:
            yield from self._file(AsFile(chunks), at)

    def _stream(
        self,
        chunks: Peekable,
        *,
        source: str,
        name: str,
        prefix: str,
        as_file: Callable[[], AbstractContextManager[Path]] | None,
        stored: Path | None = None,
    ) -> Iterator[Entry]:
        head, complete = chunks.peek(HEAD_BYTES)
        named = _named(head)
        wide = named if named is not None and is_wide(named.encoding) else None
        if wide is not None:
            chunks, named = Peekable(narrow(chunks, wide.encoding)), Named("utf-8")
            head, complete = chunks.peek(HEAD_BYTES)
        sample = _sample(head, complete, named, name, damaged=chunks.damaged)
        entries = self._read(sample, chunks, source, prefix=prefix, as_file=as_file, stored=stored)
        yield from entries if wide is None else as_it_was(entries, wide)

    def _read(
        self,
        sample: Sample,
        chunks: Peekable,
        source: str,
        *,
        prefix: str = "",
        begin: int = 0,
        as_file: Callable[[], AbstractContextManager[Path]] | None = None,
        stored: Path | None = None,
    ) -> Iterator[Entry]:
        reader = (
            formats.reader_for(sample, source)
            if self.format == "auto"
            else formats.reader_named(self.format)
        )
        self.found = self.found or reader.name
        yield from reader.read(
            Source(
                source=source,
                prefix=prefix,
                sample=sample,
                chunks=chunks,
                begin=begin,
                as_file=as_file or (lambda: self._unpacked(chunks, source)),
                stored=stored,
                parquet=self.parquet,
                columns=self.columns,
                progress=self.progress,
                warnings=self.warnings,
                skipped=self.skipped,
            )
        )

    @contextmanager
    def _itself(self) -> Iterator[Path]:
        yield self.path

    @contextmanager
    def _unpacked(self, chunks: Peekable, source: str) -> Iterator[Path]:
        """The bytes in a file of their own, gone when the block ends."""
        with tempfile.NamedTemporaryFile(dir=self.scratch) as file:
            size = 0
            for chunk in chunks:
                size += file.write(chunk)
                if size > MAX_UNPACKED:
                    raise SourceError(
                        source, None, "too large to be read inside an archive.",
                        remedy="Unpack it and ingest the result.",
                    )  # fmt: skip
            file.flush()
            yield Path(file.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _At:
    """Where bytes are: in a file, or in a member of an archive, or of an archive in one."""

    source: str
    name: str
    #: Before every locator.
    prefix: str = ""
    depth: int = 0

    def inside(self, member: archives.Member | tar.Member) -> _At:
        return _At(
            source=f"{self.source}#{member.label}",
            name=member.name,
            prefix=f"{self.prefix}member:{member.label};",
            depth=self.depth + 1,
        )


def sample_of(head: bytes, *, complete: bool, name: str) -> Sample:
    """The beginning of plain bytes that are no wide encoding's."""
    return _sample(head, complete, _named(head), name, damaged=False)


def _named(head: bytes) -> Named | None:
    return detect(head) if head and not is_web_archive(head) else Named("utf-8")


def _sample(
    head: bytes, complete: bool, named: Named | None, name: str, *, damaged: bool
) -> Sample:
    codec = "utf-8" if named is None or is_wide(named.encoding) else named.encoding
    return Sample(
        head=head,
        complete=complete,
        named=named,
        text=decode_loosely(head, codec),
        name=name,
        damaged=damaged,
    )
