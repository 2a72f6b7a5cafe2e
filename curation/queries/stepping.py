"""The document before and behind one in a list, found from where it is."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from curation.models import Snapshot
from curation.queries import fields
from curation.queries.documents import page
from curation.queries.fields import together
from curation.queries.measured import Mask
from curation.queries.places import Place, place_of, row_of
from curation.queries.scan import Filter
from curation.queries.search import Hits, hits

#: A step looks no longer than this; the next one goes on where it came to.
STEP_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    #: None when there is none, or it was not found yet.
    place: Place | None
    #: True: the search was not through.
    cut_short: bool = False


def behind(snapshot: Snapshot, wanted: Filter, place: Place) -> Step:
    """The list's next document."""
    found = page(snapshot, wanted, Place(place.part, place.row + 1), 1, STEP_SECONDS)
    return Step(place=next(iter(found.places), None), cut_short=found.cut_short)


def before(snapshot: Snapshot, wanted: Filter, place: Place) -> Step:
    """The list's document before it."""
    sha256 = snapshot.manifest
    mask = together(sha256, fields.masks(sha256, wanted))
    row = row_of(sha256, place)
    found = hits(sha256, wanted)
    if found is None:
        last = row - 1 if mask is None else _last(mask, row)
        return Step(place=place_of(sha256, last) if last >= 0 else None)
    groups = found.of_rows(mask)
    groups = groups[found.starts[groups] < row][::-1]
    deadline = time.monotonic() + STEP_SECONDS
    last, through = _last_found(found, mask, row, groups.tolist(), deadline)
    return Step(place=place_of(sha256, last) if last >= 0 else None, cut_short=not through)


def _last_found(
    found: Hits, mask: Mask | None, row: int, groups: Iterable[int], deadline: float
) -> tuple[int, bool]:
    """The last row before ``row``, −1 for none; whether all was looked at that had to be."""
    waiting = list(groups)
    looked = 0
    for group in found.look(waiting, deadline):
        looked += 1
        first = int(found.starts[group])
        here = found.rows(first, min(row, int(found.starts[group + 1])))
        if mask is not None:
            here = here & mask[first : first + len(here)]
        if (last := _last(here, len(here))) >= 0:
            return first + last, True
    return -1, looked == len(waiting)


def _last(mask: Mask, end: int) -> int:
    """The last true row before ``end``, or −1; looked for backwards in growing steps."""
    step = 1 << 16
    while end > 0:
        first = max(0, end - step)
        rows = np.flatnonzero(mask[first:end])
        if len(rows):
            return first + int(rows[-1])
        end, step = first, step * 4
    return -1
