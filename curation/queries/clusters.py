"""The duplicate groups of a snapshot: by size and kind, filtered, a page at a time.

Read once from the keepers' blob into flat arrays, and kept by manifest; no Python object a
document. A snapshot that looked for works inside collections has a group more for each
collection, of the kind "contained".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from corpora.decisions.choice import Integers
from curation.models import Snapshot
from curation.queries import fields
from curation.queries.places import offsets
from curation.queries.scan import Filter
from curation.queries.snapshots import contents
from curation.store import store

Mask = npt.NDArray[np.bool_]

#: All members are exact copies; no two are; some are; works inside the first member.
KINDS = ("exact", "near", "mixed", "contained")
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
    ids: pa.StringArray

    @property
    def sizes(self) -> Integers:
        found: Integers = np.diff(self.starts)
        return found

    def name(self, number: int) -> str:
        """As the group is called in addresses."""
        inside = INSIDE if self.kinds[number] == _CONTAINED else ""
        return f"{inside}{self.ids[number].as_py()}"

    def number(self, name: str) -> int | None:
        """The reverse; None for a name that no group has."""
        inside = name.startswith(INSIDE)
        split = int(np.count_nonzero(self.kinds != _CONTAINED))
        some = self.ids[split:] if inside else self.ids[:split]
        found = int(pc.index(some, name.removeprefix(INSIDE)).as_py())
        return None if found < 0 else found + (split if inside else 0)

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
    value, starts = contents(sha256), offsets(sha256)
    return _together(_clusters(value, starts), _collections(value, starts))


def _together(clusters: dict[str, Any], inside: dict[str, Any]) -> Groups:
    """The two kinds of groups end to end."""
    starts = np.concatenate([clusters["starts"], inside["starts"][1:] + clusters["starts"][-1]])
    named = ("rows", "kinds", "keepers", "likeness", "texts")
    return Groups(
        **{name: np.concatenate([clusters[name], inside[name]]) for name in named},
        starts=starts,
        ids=pa.concat_arrays([clusters["ids"], inside["ids"]]),
    )


def _numbers(column: pa.ChunkedArray[Any]) -> npt.NDArray[np.uint64]:
    """32 hex digits as the number that their first 16 are; 0 for a null.

    Of a million ids two share one with a chance of 1 in 30 million. A quarter of the time
    that a dictionary of the strings takes.
    """
    if not len(column):
        return np.zeros(0, np.uint64)
    strings: Any = column
    filled: Any = pc.fill_null(strings, "0" * 32)
    written = filled.combine_chunks().cast(pa.binary(32))
    digits = np.frombuffer(written.buffers()[1], np.uint8)
    digits = digits[32 * written.offset :][: 32 * len(written)].reshape(-1, 32)[:, :16]
    # "0" is 0x30, "a" is 0x61.
    halves = (digits & 15) + 9 * (digits >> 6)
    found = np.ascontiguousarray(halves[:, 0::2] << 4 | halves[:, 1::2]).view(">u8")
    return found.ravel().astype(np.uint64)


def _rows(table: pa.Table, starts: Integers, before: str = "") -> Integers:
    parts, rows = (table[f"{before}{name}"].to_numpy() for name in ("part", "row"))
    found: Integers = starts[parts] + rows
    return found


def _clusters(value: Mapping[str, Any], of_parts: Integers) -> dict[str, Any]:
    names = ["id", "part", "row", "cluster", "exact", "jaccard", "keeper"]
    table = store().read_table(value["keepers"], columns=names)
    rows = _rows(table, of_parts)
    _, some, codes = np.unique(_numbers(table["cluster"]), return_index=True, return_inverse=True)
    firsts = np.full(len(some), of_parts[-1], np.int64)
    np.minimum.at(firsts, codes, rows)
    # Clusters by their first members, members by their rows: one number sorts by both.
    order = np.argsort(firsts[codes] << 32 | rows)
    rows, by_first = rows[order], np.argsort(firsts)
    sizes = np.bincount(codes, minlength=len(some))[by_first]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    _, texts = np.unique(_numbers(table["exact"])[order], return_inverse=True)
    texts[~table["exact"].is_valid().to_numpy()[order]] = -1
    kept = pc.equal(table["id"], table["keeper"]).to_numpy()[order].astype(np.bool_)
    numbers = np.repeat(np.arange(len(sizes)), sizes)
    keepers = np.zeros(len(sizes), np.int64)
    keepers[numbers[kept]] = rows[kept]
    return {
        "rows": rows,
        "starts": starts,
        "kinds": _kinds(texts, numbers, sizes),
        "keepers": keepers,
        "likeness": table["jaccard"].to_numpy()[order].astype(np.float32),
        "texts": texts.astype(np.int32),
        "ids": table["cluster"].take(some[by_first]).combine_chunks(),
    }


def _kinds(texts: Integers, numbers: Integers, sizes: Integers) -> npt.NDArray[np.int8]:
    """By how many different texts the members of each group have."""
    alone = texts < 0
    shared = np.unique(numbers[~alone] * (int(texts.max(initial=0)) + 1) + texts[~alone])
    different = np.bincount(numbers[alone], minlength=len(sizes))
    owners = shared // (int(texts.max(initial=0)) + 1)
    different += np.bincount(owners, minlength=len(sizes))
    found = np.full(len(sizes), KINDS.index("mixed"), np.int8)
    found[different == sizes] = KINDS.index("near")
    found[different == 1] = KINDS.index("exact")
    return found


def _collections(value: Mapping[str, Any], of_parts: Integers) -> dict[str, Any]:
    """A group for each document that others lie in: itself, then they."""
    blob = value.get("contained", "")
    table = store().read_table(blob) if blob else None
    if table is None or not table.num_rows:
        none = np.zeros(0, np.int64)
        return {
            "rows": none,
            "starts": np.zeros(1, np.int64),
            "kinds": none.astype(np.int8),
            "keepers": none,
            "likeness": none.astype(np.float32),
            "texts": none.astype(np.int32),
            "ids": pa.array([], pa.string()),
        }
    works, holders = _rows(table, of_parts, "a_"), _rows(table, of_parts, "b_")
    order = np.lexsort((works, holders))
    own, first, counts = np.unique(holders[order], return_index=True, return_counts=True)
    share = table["shared"].to_numpy() / np.maximum(table["a_grams"].to_numpy(), 1)
    rows = np.insert(works[order], first, own)
    return {
        "rows": rows,
        "starts": np.concatenate([[0], np.cumsum(counts + 1)]).astype(np.int64),
        "kinds": np.full(len(own), _CONTAINED, np.int8),
        "keepers": own,
        "likeness": np.insert(share[order], first, 1.0).astype(np.float32),
        "texts": np.full(len(rows), -1, np.int32),
        "ids": table["b"].combine_chunks().take(order[first]),
    }


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
