"""The duplicate groups of a snapshot: by size and kind, filtered, a page at a time.

Flat arrays that are mapped into memory (corpora/decisions/groups.py); of a snapshot that was made
before they were kept they are put together here, which takes a while. A snapshot that looked for
works inside collections has a group more for each collection, of the kind "contained".
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from corpora.arrays import read_array
from corpora.decisions.choice import Integers
from corpora.decisions.groups import KINDS, grouped
from curation.models import Snapshot
from curation.queries import fields
from curation.queries.places import offsets
from curation.queries.scan import Filter
from curation.queries.snapshots import contents
from curation.store import store

Mask = npt.NDArray[np.bool_]

_CONTAINED = KINDS.index("contained")
#: Before the id of a collection, in the name of the group of what lies in it.
INSIDE = "in-"
#: Groups that a page shows.
PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which groups are asked for. Empty fields ask for nothing."""

    kind: str = ""
    #: Documents that a group has at least.
    least: int = 2
    #: Of a member: a source's name, or how its own source begins.
    source: str = ""
    domain: str = ""

    def to_query(self) -> dict[str, str]:
        """As the page's URL states it: only what is asked for."""
        usual = Wanted()
        stated = asdict(self).items()
        return {name: str(value) for name, value in stated if value != getattr(usual, name)}

    def without(self, name: str) -> Wanted:
        return replace(self, **{name: getattr(Wanted(), name)})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """All groups of a snapshot. They are numbered by their first members; "contained" last."""

    #: The rows of all members, counted through the parts: group by group, each in that order
    #: but for a collection, which comes before the works in it.
    rows: Integers
    #: int64[groups + 1].
    starts: Integers
    #: The kind's place in KINDS.
    kinds: npt.NDArray[np.int8]
    #: The row of whom each keeps: the collection itself of the kind "contained".
    keepers: Integers
    #: Of each member, the exact Jaccard with the one that it is most like; of a work in a
    #: collection, the share of its n-grams that lie in it.
    likeness: npt.NDArray[np.float32]
    #: Equal for exact copies; -1 for a text that no other has.
    texts: npt.NDArray[np.int32]
    #: Each group's id: of a cluster the smallest of its members', of a collection its own.
    ids: npt.NDArray[np.bytes_]

    @property
    def sizes(self) -> Integers:
        found: Integers = np.diff(self.starts)
        return found

    def name(self, number: int) -> str:
        """As the group is called in addresses."""
        inside = INSIDE if self.kinds[number] == _CONTAINED else ""
        return f"{inside}{self.ids[number].decode()}"

    def number(self, name: str) -> int | None:
        """The reverse; None for a name that no group has."""
        inside = name.startswith(INSIDE)
        split = int(np.count_nonzero(self.kinds != _CONTAINED))
        some = self.ids[split:] if inside else self.ids[:split]
        found = np.flatnonzero(some == name.removeprefix(INSIDE).encode(errors="replace"))
        return int(found[0]) + (split if inside else 0) if len(found) else None

    def members(self, number: int) -> slice:
        return slice(int(self.starts[number]), int(self.starts[number + 1]))

    def holding(self, row: int) -> int | None:
        """The cluster that a document is in; None when it is in none."""
        found = np.flatnonzero(self.rows == row)
        here = np.searchsorted(self.starts, found, side="right") - 1
        clusters = here[self.kinds[here] != _CONTAINED]
        return int(clusters[0]) if len(clusters) else None


def groups(snapshot: Snapshot) -> Groups:
    return _groups(snapshot.manifest)


@lru_cache(maxsize=4)
def _groups(sha256: str) -> Groups:
    value = contents(sha256)
    if kept := value.get("groups"):
        return Groups(**{name: read_array(store(), blob) for name, blob in kept.items()})
    keepers, contained = value["keepers"], value.get("contained", "")
    return Groups(**grouped(store(), keepers, contained, offsets(sha256)))


# -- a page of them -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    #: Numbers of the groups shown, the largest first.
    numbers: list[int]
    #: Groups and documents that the filter finds.
    found: int
    documents: int
    #: Of the groups that the filter finds but for its kind: kind -> how many.
    kinds: dict[str, int]
    #: Where the next page begins; "" at the end.
    after: str


def page(snapshot: Snapshot, wanted: Wanted, after: tuple[int, int] | None, size: int) -> Page:
    """``after``: size and number of the last group of the page before."""
    every = groups(snapshot)
    sizes = every.sizes
    mask = sizes >= wanted.least
    if wanted.source or wanted.domain:
        mask &= _with_member(snapshot, every, wanted)
    by_kind = np.bincount(every.kinds[mask], minlength=len(KINDS)).tolist()
    if wanted.kind:
        mask &= every.kinds == KINDS.index(wanted.kind)
    numbers = np.flatnonzero(mask)
    # One number that sorts as largest first, then by number.
    keys = (np.int64(1 << 31) - sizes[numbers] << np.int64(32)) + numbers
    order = np.argsort(keys)
    low = 0
    if after is not None:
        last = ((1 << 31) - after[0] << 32) + after[1]
        low = int(np.searchsorted(keys[order], last, side="right"))
    shown = numbers[order[low : low + size]].tolist()
    more = low + size < len(numbers)
    return Page(
        numbers=shown,
        found=len(numbers),
        documents=int(sizes[numbers].sum()),
        kinds=dict(zip(KINDS, by_kind, strict=True)),
        after=f"{int(sizes[shown[-1]])}.{shown[-1]}" if more else "",
    )


def _with_member(snapshot: Snapshot, every: Groups, wanted: Wanted) -> Mask:
    """Which groups have a document of the source and the domain (one that has both)."""
    asked = Filter.from_query({"source": wanted.source, "domain": wanted.domain})
    mask = fields.together(snapshot.manifest, fields.masks(snapshot.manifest, asked))
    if mask is None or not len(every.sizes):
        return np.ones(len(every.sizes), np.bool_)
    found: Mask = np.logical_or.reduceat(mask[every.rows], every.starts[:-1])
    return found
