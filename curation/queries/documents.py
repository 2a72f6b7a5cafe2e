"""The documents of a snapshot that a filter finds, a bounded piece of work at a time.

The filter is what the page's URL says. Rows are read by row group and only in
the columns that are needed, so that memory does not grow with the corpus.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import xxhash

from corpora.errors import KotoguraError
from curation.models import Snapshot
from curation.queries.scan import Filter, Mask, Place, chunks
from curation.queries.snapshots import contents, manifest, read_rows

#: Rows on a page.
PAGE_ROWS = 50
#: A page looks no longer than this before it says how far it came.
PAGE_SECONDS = 1.0
#: And the count beside it no longer than this.
COUNT_SECONDS = 0.4
#: A sample has to see every document that the filter finds; longer than this is refused.
SAMPLE_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of places, and how far the search for them came."""

    places: list[Place]
    #: Where the next page begins; None at the end.
    after: Place | None
    #: Rows looked at for this page.
    scanned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    number: int
    #: False: at least this many, for the search ended early.
    exact: bool


def page(snapshot: Snapshot, wanted: Filter, start: Place, rows: int = PAGE_ROWS) -> Page:
    """The first ``rows`` documents at or after ``start``, or as many as a second finds."""
    deadline = time.monotonic() + PAGE_SECONDS
    places: list[Place] = []
    scanned = 0
    for begin, mask in chunks(manifest(snapshot)["parts"], wanted, start):
        hits = [Place(begin.part, begin.row + int(n)) for n in np.flatnonzero(mask)]
        places += hits
        scanned += len(mask)
        if len(places) > rows:
            return Page(places=places[:rows], after=places[rows], scanned=scanned)
        if time.monotonic() > deadline:
            after = Place(begin.part, begin.row + len(mask))
            return Page(places=places, after=after, scanned=scanned)
    return Page(places=places, after=None, scanned=scanned)


def count(snapshot: Snapshot, wanted: Filter) -> Count:
    """How many documents the filter finds: from the counts where they say it, else counted."""
    known = _known_count(snapshot.counts, wanted)
    if known is not None:
        return Count(number=known, exact=True)
    return _counted(snapshot.manifest, wanted)


@lru_cache(maxsize=512)
def _counted(sha256: str, wanted: Filter) -> Count:
    """Cached by manifest: the pages of one search count once."""
    deadline = time.monotonic() + COUNT_SECONDS
    number = 0
    for _, mask in chunks(contents(sha256)["parts"], wanted, Place(0, 0)):
        number += int(mask.sum())
        if time.monotonic() > deadline:
            return Count(number=number, exact=False)
    return Count(number=number, exact=True)


def _known_count(counts: Mapping[str, Any], wanted: Filter) -> int | None:
    """What the manifest's counts already say; None when they do not."""
    asked = set(wanted.to_query())
    if asked <= {"verdict"}:
        dropped = sum(counts["dropped"].values())
        return {"keep": counts["kept"], "drop": dropped, "": counts["kept"] + dropped}.get(
            wanted.verdict
        )
    if asked <= {"verdict", "rule"} and wanted.verdict != "keep":
        return int(counts["dropped"].get(wanted.rule, 0))
    if asked - {"verdict"} == {"domain"}:
        return _number(counts["by_domain"].get(wanted.domain), wanted.verdict)
    if asked - {"verdict"} == {"source"}:
        group = counts["by_source"].get(wanted.source)
        # No source's name: it is how the documents' own sources begin, which nobody counted.
        return _number(group, wanted.verdict) if group else None
    return None


def _number(group: Mapping[str, int] | None, verdict: str) -> int:
    """Documents with the verdict ("" for any) in a group of the counts."""
    if group is None:
        return 0
    kept, every = group["kept"], group["documents"]
    return {"keep": kept, "drop": every - kept}.get(verdict, every)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """A uniform sample, in the order of its keyed hashes, and what it was drawn from."""

    population: int
    #: (document id, place).
    drawn: list[tuple[str, Place]]


def sample(
    snapshot: Snapshot, wanted: Filter, *, size: int, seed: int, parts: frozenset[int] | None
) -> Sampled:
    """``size`` documents of those that the filter finds: the smallest hashes under the seed.

    The same seed draws the same documents whatever the order or number of the
    rest, and a grown corpus changes only what the new documents displace.
    Raises KotoguraError when the filter has to read more than a request may.
    """
    deadline = time.monotonic() + SAMPLE_SECONDS
    population = 0
    drawn: list[tuple[int, str, Place]] = []
    contained = manifest(snapshot)["parts"]
    for begin, mask in chunks(contained, wanted, Place(0, 0), parts):
        population += int(mask.sum())
        drawn += _keyed(contained[begin.part]["decisions"], begin, mask, seed)
        drawn = sorted(drawn)[:size]
        if time.monotonic() > deadline:
            raise KotoguraError(
                "This filter has to read more text than one request may.",
                remedy="Narrow it by source, domain or rule, or leave the words out.",
            )
    return Sampled(population=population, drawn=[(name, place) for _, name, place in drawn])


def _keyed(blob: str, begin: Place, mask: Mask, seed: int) -> list[tuple[int, str, Place]]:
    """(hash, id, place) of the rows that match."""
    hits = np.flatnonzero(mask)
    if not hits.size:
        return []
    column: Any = read_rows(blob, begin.row, begin.row + len(mask), ["id"])["id"]
    ids = column.take(pa.array(hits))
    return [
        (
            xxhash.xxh3_64_intdigest(name.encode(), seed),
            name,
            Place(begin.part, begin.row + int(hit)),
        )
        for name, hit in zip(ids.to_pylist(), hits, strict=True)
    ]
