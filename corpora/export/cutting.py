"""The unit that cuts the order into shards: where each begins and ends, from the sizes alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.export.buckets import sizes_in_order
from corpora.export.formats import format_named
from corpora.export.settings import ExportSettings
from corpora.export.vocabulary import Vocabulary
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store


@dataclass(slots=True, kw_only=True)
class Shard:
    """A piece of the order. A place is a bucket's number and a row of that bucket."""

    first: tuple[int, int]
    #: The first place that is left out.
    end: tuple[int, int]
    documents: int = 0
    bytes: int = 0

    @property
    def empty(self) -> bool:
        return not self.documents


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Inputs: rows and sizes (a blob for each part), tokenizer. Outputs: cut, {"rows": the same
    blobs, "shards": [Shard]}. Counts: shards, documents."""
    format = format_named(unit.params["format"])
    settings = ExportSettings.of(unit.params["settings"], shard_bytes=format.shard_bytes)
    tokenizer = unit.inputs["tokenizer"]
    vocabulary = Vocabulary.of(store, tokenizer) if tokenizer else None
    rows: Sequence[str] = unit.inputs["rows"]

    def sizes() -> Iterator[NDArray[np.int64]]:
        for found in sizes_in_order(store, unit.inputs["sizes"], unit.params["buckets"]):
            progress(documents=len(found))
            yield format.sizes(found, settings, vocabulary)

    shards = cut(sizes(), limit=settings.shard_bytes, most_rows=format.most_rows)
    stated = {"rows": rows, "shards": [asdict(shard) for shard in shards]}
    counts = {"shards": len(shards), "documents": sum(shard.documents for shard in shards)}
    return UnitResult(outputs={"cut": store.put_json(stated)}, counts=counts)


def cut(
    buckets: Iterable[NDArray[np.int64]], *, limit: int, most_rows: int | None = None
) -> list[Shard]:
    """Shards of rows whose sizes (bytes) come bucket by bucket.

    A shard is closed before the row that would take it over ``limit`` bytes or ``most_rows``;
    a single larger row is one of its own.

    >>> [(s.first, s.end, s.bytes) for s in cut([np.array([3, 4]), np.array([9])], limit=7)]
    [((0, 0), (0, 2), 7), ((1, 0), (1, 1), 9)]
    """
    shards: list[Shard] = []
    shard: Shard | None = None
    for number, sizes in enumerate(buckets):
        ends = np.append(0, np.cumsum(sizes))
        at = 0
        while at < len(sizes):
            if shard is None:
                shard = Shard(first=(number, at), end=(number, at))
                shards.append(shard)
            stop = _stop(ends, at, shard, limit, most_rows)
            if stop > at:
                shard.end = (number, stop)
                shard.documents += stop - at
                shard.bytes += int(ends[stop] - ends[at])
            at = stop
            if at < len(sizes):
                shard = None
    return shards


def _stop(ends: NDArray[np.int64], at: int, shard: Shard, limit: int, most_rows: int | None) -> int:
    """The first row from ``at`` on that does not fit into the shard any more."""
    room = limit - shard.bytes
    stop = int(np.searchsorted(ends, ends[at] + room, side="right")) - 1
    stop = max(stop, at + shard.empty)
    return stop if most_rows is None else min(stop, at + most_rows - shard.documents)
