"""Cutting a stream of ordered rows into shards, and what every format's writer is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import pyarrow as pa

from corpora.export.settings import ExportSettings
from corpora.export.sidecar import Sidecar
from corpora.export.vocabulary import Vocabulary
from corpora.storage import Store

#: Rows -> bytes of each.
SizeOf = Callable[[pa.Table], list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a writer works with."""

    store: Store
    settings: ExportSettings
    #: None when the documents were not encoded.
    vocabulary: Vocabulary | None
    sidecar: Sidecar


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """One file of an export, as the manifest lists it."""

    name: str
    sha256: str
    bytes: int
    #: Of a shard; None for a file that holds no documents (README, index, sidecar).
    documents: int | None = None
    sequences: int | None = None
    tokens: int | None = None
    #: A shard's number, by which the sidecar names it.
    shard: int | None = None

    @classmethod
    def stored(cls, store: Store, name: str, sha256: str, **counts: int | None) -> ExportFile:
        size = store.path(sha256).stat().st_size
        return cls(name=name, sha256=sha256, bytes=size, **counts)


def cut(
    tables: Iterable[pa.Table], size_of: SizeOf, *, limit: int, most_rows: int | None = None
) -> Iterator[Iterator[pa.Table]]:
    """Shards as streams of tables; each must be read to its end before the next is asked for.

    A shard is closed before the row that would take it over ``limit`` bytes or ``most_rows``.
    Where a shard ends depends on the rows alone, not on how they came in tables.
    """
    pieces = _pieces(tables, size_of, limit, most_rows)
    for _, shard in groupby(pieces, key=itemgetter(0)):
        yield (table for _, table in shard)


def _pieces(
    tables: Iterable[pa.Table], size_of: SizeOf, limit: int, most_rows: int | None
) -> Iterator[tuple[int, pa.Table]]:
    """Slices of the tables with the number of their shard."""
    shard = used = rows = 0
    for table in tables:
        start = 0
        for place, size in enumerate(size_of(table)):
            if rows and (used + size > limit or rows == most_rows):
                if place > start:
                    yield shard, table.slice(start, place - start)
                start, shard, used, rows = place, shard + 1, 0, 0
            used += size
            rows += 1
        if start < table.num_rows:
            yield shard, table.slice(start)
