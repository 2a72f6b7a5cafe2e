"""Opens a file by its content and yields its entries."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from corpora.documents import Rejected
from corpora.errors import SourceError
from corpora.ingest import archives, formats
from corpora.ingest.encodings import decode_loosely, detect
from corpora.ingest.entries import Entry, Sample, Source
from corpora.ingest.parquet_process import ParquetProcess
from corpora.ingest.readers.web_archives import is_web_archive
from corpora.ingest.streams import Peekable, expand
from corpora.ingest.transcoding import is_wide, narrow
from corpora.stages import Progress

#: Bytes of a file that detection by content looks at.
HEAD_BYTES = 1 << 18
#: A file inside an archive that has to be seekable is unpacked up to this size.
MAX_UNPACKED = 4 << 30


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
    #: The format found; "zip" for an archive.
    found: str | None = None
    warnings: list[str] = field(default_factory=list)
    #: Records that are no documents and are not meant to be, by kind.
    skipped: Counter[str] = field(default_factory=Counter)

    def entries(self) -> Iterator[Entry]:
        """Everything in the file, in its order. Raises SourceError after what could be read."""
        with self.path.open("rb") as file:
            head = file.read(4)
            file.seek(0)
            if archives.is_zip(head):
                self.found = "zip"
                yield from self._archive()
                return
            compression, chunks = expand(file, self.source, self.progress, self.warnings.append)
            yield from self._stream(
                Peekable(chunks),
                source=self.source,
                # An upload lies in the store under another name.
                name=PurePosixPath(self.source).name,
                prefix="",
                as_file=self._itself if compression is None else None,
                stored=self.path,
            )

    def _archive(self) -> Iterator[Entry]:
        with self.path.open("rb") as file:
            # zipfile reads where it likes; what it reads is progress all the same.
            for member in archives.members(file, self.source):
                if isinstance(member, Rejected):
                    yield member
                    continue
                self.progress(bytes=member.info.compress_size)
                yield from self._member(member)

    def _member(self, member: archives.Member) -> Iterator[Entry]:
        """A member that cannot be read is quarantined; the next one is read all the same."""
        source = f"{self.source}#{member.label}"
        prefix = f"member:{member.label};"
        try:
            yield from self._stream(
                Peekable(member.chunks()),
                source=source,
                name=member.name,
                prefix=prefix,
                as_file=None,
            )
        except SourceError as error:
            yield Rejected(
                source=source,
                locator=prefix.rstrip(";"),
                reason="unreadable-member",
                detail=f"{error.reason}",
            )

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
        encoding = detect(head) if head and not is_web_archive(head) else "utf-8"
        if encoding is not None and is_wide(encoding):
            chunks = Peekable(narrow(chunks, encoding))
            head, complete = chunks.peek(HEAD_BYTES)
        sample = _sample(head, complete, encoding, name, damaged=chunks.damaged)
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
                as_file=as_file or (lambda: self._unpacked(chunks, source)),
                stored=stored,
                parquet=self.parquet,
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


def _sample(
    head: bytes, complete: bool, encoding: str | None, name: str, *, damaged: bool
) -> Sample:
    codec = "utf-8" if encoding is None or is_wide(encoding) else encoding
    return Sample(
        head=head,
        complete=complete,
        encoding=encoding,
        text=decode_loosely(head, codec),
        name=name,
        damaged=damaged,
    )
