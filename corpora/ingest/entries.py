"""What a reader is given and what it yields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from corpora.documents import QUARANTINE_BYTES, Document, Rejected
from corpora.ingest.columns import Columns
from corpora.ingest.parquet_process import ParquetProcess
from corpora.ingest.rows import Rows
from corpora.ingest.streams import Peekable
from corpora.ingest.weighing import Named
from corpora.stages import Progress

#: What a record turned out to be.
Outcome = Document | Rejected

#: A record that was found but not yet parsed: skipping it on the way to a resume
#: point costs nothing.
Single = Rejected | Callable[[], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Records that follow each other: what they become is worked out for all of them together,
    at a fraction of the cost."""

    records: int
    #: Each by itself, which is what defines it.
    singly: Callable[[], Iterator[Single]]
    #: The same outcomes in the same order, those of usual records as rows.
    together: Callable[[], Iterator[Rows | Outcome]]


Entry = Single | Batch


def singly(entries: Iterable[Entry]) -> Iterator[Single]:
    """Record by record, for whoever looks at each."""
    for entry in entries:
        if isinstance(entry, Batch):
            yield from entry.singly()
        else:
            yield entry


#: Kinds of skipped records that are told apart; hostile files have any number of them.
_MAX_KINDS = 100


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The beginning of a file, as much as detection by content needs."""

    #: At most SAMPLE_BYTES, decompressed; UTF-8 when the file is UTF-16 or UTF-32.
    head: bytes
    #: Whether ``head`` is all there is.
    complete: bool
    #: None when nothing fits the head.
    named: Named | None
    #: ``head`` decoded, with U+FFFD where it does not fit.
    text: str
    #: The file's name: breaks ties, never decides against the content.
    name: str
    #: The head is cut or damaged, so that there is little content to go by.
    damaged: bool = False

    @property
    def encoding(self) -> str | None:
        """Python codec name."""
        return self.named.encoding if self.named else None

    @cached_property
    def lines(self) -> list[str]:
        """The whole lines of the text; a cut last line is left out."""
        lines = self.text.split("\n") if "\n" in self.text else self.text.split("\r")
        return lines if self.complete else lines[:-1]

    @property
    def suffixes(self) -> list[str]:
        return [suffix.lower() for suffix in PurePosixPath(self.name).suffixes]


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file (or archive member) as a reader sees it."""

    #: The path as given, "archive.zip#member" inside archives.
    source: str
    #: Before every locator: "member:…;" inside archives.
    prefix: str = ""
    sample: Sample
    #: The decompressed bytes in chunks; to be read once.
    chunks: Peekable
    #: Where they begin: not at 0 in a later share of a file (corpora.ingest.shares).
    begin: int = 0
    #: The bytes as a seekable file, for formats that are read from their end.
    as_file: Callable[[], AbstractContextManager[Path]]
    #: The file as stored, plain or as members of gzip or zstd; None where it is something else.
    stored: Path | None = None
    #: The process that opens Parquet files; one for all files of a unit.
    parquet: ParquetProcess
    #: Which column is what, for formats with columns; None: by name and content.
    columns: Columns | None = None
    progress: Progress
    #: What a person should know although the file was read to its end.
    warnings: list[str] = field(default_factory=list)
    #: Records that are no documents and are not meant to be, by kind.
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def named(self) -> Named:
        return self.sample.named or Named("utf-8")

    @property
    def encoding(self) -> str:
        return self.named.encoding

    def skip(self, kind: str) -> None:
        """Count a record that is no document and is not meant to be."""
        self.skipped[kind if len(self.skipped) < _MAX_KINDS or kind in self.skipped else "…"] += 1

    def place(self, locator: str) -> Place:
        return Place(self.source, self.prefix + locator)


class Place(NamedTuple):
    source: str
    locator: str

    def rejected(self, reason: str, detail: str, record: bytes = b"") -> Rejected:
        return Rejected(
            source=self.source,
            locator=self.locator,
            reason=reason,
            detail=detail,
            bytes=record[:QUARANTINE_BYTES],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A format: how it is recognised and how it is read."""

    #: As in ``Document.format`` and in ``--format``.
    name: str
    matches: Callable[[Sample], bool]
    #: Yields in file order. May raise SourceError after what could be read.
    read: Callable[[Source], Iterator[Entry]]
    #: Whether lines are read each by itself, wherever in the file the first one lies.
    by_line: bool = False
