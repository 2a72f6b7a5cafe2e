"""The documents of a snapshot that a filter finds, a bounded piece of work at a time.

Conditions over fields and signals are masks over columns that are mapped into memory; what is
searched for in texts is looked for row group by row group, and only where the conditions leave
something.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import xxhash

from corpora.errors import KotoguraError
from curation.models import Snapshot
from curation.queries import fields
from curation.queries.amounts import Amounts, amounts
from curation.queries.fields import Facet, together
from curation.queries.measured import Mask
from curation.queries.places import Place, offsets, place_of, places_of, row_of
from curation.queries.scan import PERSONAL, Filter
from curation.queries.search import Hits, hits
from curation.queries.snapshots import manifest, read_rows

#: Rows on a page.
PAGE_ROWS = 50
#: A page looks no longer than this before it shows what it has; the rest comes by itself. To show
#: documents that lie far apart takes about as long again.
PAGE_SECONDS = 0.2
#: A piece of the rest, and a piece of a count that goes on.
MORE_SECONDS = 1.0
#: The count beside a page takes no longer than this.
COUNT_SECONDS = 0.1
#: Rows among which a page is looked for first; where that does not fill it, in ever more.
FIRST_ROWS = 1 << 12
#: A sample has to see every document that the filter finds; longer than this is refused.
SAMPLE_SECONDS = 20.0
#: Values of a field that a page lists.
VALUES_SHOWN = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of places, and how far the search for them came."""

    places: list[Place]
    #: Where the next page begins; None at the end.
    after: Place | None
    #: True: the page ends because its time did, not because it is full.
    cut_short: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    number: int
    #: False: at least this many, for the search is not through.
    exact: bool
    #: Parts that the search is through with, of those that it has to look at.
    parts_done: int = field(default=0, compare=False)
    parts: int = field(default=0, compare=False)
    #: False: what the fields' values count under less of the filter is not searched yet.
    through: bool = field(default=True, compare=False)


def page(
    snapshot: Snapshot,
    wanted: Filter,
    start: Place,
    rows: int = PAGE_ROWS,
    seconds: float | None = None,
) -> Page:
    """The first ``rows`` documents at or after ``start``, or as many as the time finds."""
    sha256 = snapshot.manifest
    first = row_of(sha256, start)
    found = hits(sha256, wanted)
    if found is None:
        return _page(sha256, _next(sha256, wanted, first, rows + 1), rows, None)
    mask = together(sha256, fields.masks(sha256, wanted))
    deadline = time.monotonic() + (PAGE_SECONDS if seconds is None else seconds)
    groups = found.of_rows(mask)
    groups = groups[found.starts[groups + 1] > first]
    numbers, looked = [], first
    for group in found.look(groups.tolist(), deadline):
        begin, looked = max(first, int(found.starts[group])), int(found.starts[group + 1])
        here = found.rows(begin, looked)
        if mask is not None:
            here = here & mask[begin:looked]
        numbers += (np.flatnonzero(here) + begin).tolist()
        if len(numbers) > rows:
            return _page(sha256, numbers, rows, None)
    through = not len(groups) or looked >= int(found.starts[groups[-1] + 1])
    return _page(sha256, numbers, rows, None if through else looked)


def _next(sha256: str, wanted: Filter, first: int, most: int) -> list[int]:
    """The first rows that the conditions leave from a row on, looked for in growing steps."""
    end = int(offsets(sha256)[-1])
    found: list[int] = []
    step = FIRST_ROWS
    while first < end and len(found) < most:
        some = slice(first, min(first + step, end))
        mask = together(sha256, fields.masks(sha256, wanted, some))
        if mask is None:
            return list(range(first, min(first + most, end)))
        found += (np.flatnonzero(mask) + first).tolist()
        first, step = some.stop, step * 4
    return found[:most]


def _page(sha256: str, numbers: list[int], rows: int, looked: int | None) -> Page:
    places = places_of(sha256, numbers[: rows + 1])
    if len(places) > rows:
        return Page(places=places[:rows], after=places[rows])
    after = None if looked is None else place_of(sha256, looked)
    return Page(places=places, after=after, cut_short=looked is not None)


def count(snapshot: Snapshot, wanted: Filter, seconds: float | None = None) -> Count:
    """How many documents the filter finds, as far as the time allows where texts are searched."""
    known = _known_count(snapshot.counts, wanted)
    if known is not None:
        return Count(number=known, exact=True)
    sha256 = snapshot.manifest
    found = hits(sha256, wanted)
    if found is None:
        return Count(number=_counted(sha256, wanted), exact=True)
    mask = together(sha256, fields.masks(sha256, wanted))
    deadline = time.monotonic() + (COUNT_SECONDS if seconds is None else seconds)
    for waiting in (found.left(mask), found.left(None)):
        for _ in found.look(waiting.tolist(), deadline):
            pass
        if time.monotonic() > deadline:
            break
    return _so_far(found, mask)


@lru_cache(maxsize=512)
def _counted(sha256: str, wanted: Filter) -> int:
    mask = together(sha256, fields.masks(sha256, wanted))
    return int(offsets(sha256)[-1] if mask is None else np.count_nonzero(mask))


def _so_far(found: Hits, mask: Mask | None) -> Count:
    of_parts = np.array([part for part, _, _ in found.groups], np.int64)
    groups = found.of_rows(mask)
    left = groups[~found.looked[groups]]
    parts, waiting = (len(np.unique(of_parts[some])) for some in (groups, left))
    rows = found.rows()
    number = np.count_nonzero(rows if mask is None else rows & mask)
    return Count(
        number=int(number),
        exact=not len(left),
        parts_done=parts - waiting,
        parts=parts,
        through=bool(found.looked.all()),
    )


def _known_count(counts: Mapping[str, Any], wanted: Filter) -> int | None:
    """What the manifest's counts already say; None when they do not."""
    asked = set(wanted.to_query())
    verdicts = wanted.verdict or ("drop", "keep")
    if asked <= {"verdict"}:
        each = {"keep": counts["kept"], "drop": sum(counts["dropped"].values())}
        return int(sum(each[verdict] for verdict in verdicts))
    if asked <= {"verdict", "rule"} and "drop" in verdicts:
        return int(sum(counts["dropped"].get(rule, 0) for rule in wanted.rule))
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    facets: list[Facet]
    #: What the documents amount to that the whole filter finds.
    amounts: Amounts
    #: False: of what is searched for only the documents that were looked at are counted.
    exact: bool


@lru_cache(maxsize=128)
def _facets(sha256: str, wanted: Filter) -> Facets:
    return _facets_of(sha256, wanted, None, exact=True)


def facets(snapshot: Snapshot, wanted: Filter) -> Facets:
    """Each field's values, counted under all conditions but its own."""
    sha256 = snapshot.manifest
    found = hits(sha256, wanted)
    if found is None:
        return _facets(sha256, wanted)
    return _facets_of(sha256, wanted, found.rows(), exact=not len(found.left(None)))


def _facets_of(sha256: str, wanted: Filter, hits: Mask | None, *, exact: bool) -> Facets:
    masks = fields.masks(sha256, wanted)
    each, rows = fields.facets(sha256, wanted, masks, hits, VALUES_SHOWN)
    return Facets(
        facets=[one for one in each if _says_something(one)],
        amounts=amounts(sha256, rows),
        exact=exact,
    )


def _says_something(found: Facet) -> bool:
    """A field that everybody leaves empty, and nobody asked about, is left out.

    Not so personal data: that none was found, or looked for, is worth knowing.
    """
    told = found.name == PERSONAL and (found.values or not found.known)
    return bool(told) or any(value.value or value.state for value in found.values)


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
    mask = every(snapshot, wanted, parts, deadline)
    contained, starts = manifest(snapshot)["parts"], offsets(snapshot.manifest)
    drawn: list[tuple[int, str, Place]] = []
    for number, part in enumerate(contained):
        here = mask[starts[number] : starts[number + 1]]
        if here.any():
            drawn += _keyed(part["decisions"], number, here, seed)
            drawn = sorted(drawn)[:size]
        if time.monotonic() > deadline:
            raise _too_much()
    return Sampled(
        population=int(np.count_nonzero(mask)), drawn=[(name, place) for _, name, place in drawn]
    )


def every(
    snapshot: Snapshot, wanted: Filter, parts: frozenset[int] | None, deadline: float
) -> Mask:
    """bool[rows]: what the filter finds, searched to the end.

    Raises SearchUnfinished when that is not done by the deadline (of time.monotonic); asked
    again, it goes on from there.
    """
    sha256 = snapshot.manifest
    starts = offsets(sha256)
    mask = together(sha256, fields.masks(sha256, wanted))
    mask = np.ones(int(starts[-1]), np.bool_) if mask is None else mask
    if parts is not None:
        for number in range(len(starts) - 1):
            if number not in parts:
                mask[starts[number] : starts[number + 1]] = False
    found = hits(sha256, wanted)
    if found is not None:
        for _ in found.look(found.left(mask).tolist(), deadline):
            pass
        if len(found.left(mask)):
            raise _too_much()
        mask &= found.rows()
    return mask


class SearchUnfinished(KotoguraError):
    """What is searched for takes longer than there was time."""


def _too_much() -> SearchUnfinished:
    return SearchUnfinished(
        "This filter has to read more text than one request may.",
        remedy="Narrow it by source, domain or rule, or leave the words out.",
    )


def _keyed(blob: str, part: int, mask: Mask, seed: int) -> list[tuple[int, str, Place]]:
    """(hash, id, place) of the rows that match."""
    rows = np.flatnonzero(mask)
    column: Any = read_rows(blob, int(rows[0]), int(rows[-1]) + 1, ["id"])["id"]
    ids = column.take(pa.array(rows - rows[0]))
    return [
        (xxhash.xxh3_64_intdigest(name.encode(), seed), name, Place(part, int(row)))
        for name, row in zip(ids.to_pylist(), rows, strict=True)
    ]
