"""Where documents are: by part and row, by row among all rows of a snapshot, by id.

Rows without a part are counted through all parts in order: columns, facets and masks have one
entry for each.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from corpora.arrays import read_array
from corpora.decisions.columns import ID
from curation.models import Snapshot
from curation.queries.snapshots import contents, read_picked
from curation.store import store

Rows = npt.NDArray[np.int64]
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a document is: the part's position in the manifest, and the row in it."""

    part: int
    row: int

    def __str__(self) -> str:
        return f"{self.part}.{self.row}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """Raises ValueError for anything that is not "part.row"."""
        part, _, row = text.partition(".")
        if not (part.isdecimal() and row.isdecimal() and len(text) < 30):
            raise ValueError(text)
        return cls(int(part), int(row))


#: Where a list begins.
FIRST = Place(0, 0)


@lru_cache(maxsize=32)
def offsets(sha256: str) -> Rows:
    """Where each part of a manifest begins, and how many rows there are."""
    rows = [part["rows"] for part in contents(sha256)["parts"]]
    return np.cumsum([0, *rows], dtype=np.int64)


def parts_at(sha256: str, rows: Rows) -> Rows:
    """The part that each row is in."""
    found: Rows = np.searchsorted(offsets(sha256), rows, side="right") - 1
    return found


def places_of(sha256: str, rows: Rows | Sequence[int]) -> list[Place]:
    """The places of some rows, in their order."""
    wanted = np.asarray(rows, np.int64)
    parts = parts_at(sha256, wanted)
    within = wanted - offsets(sha256)[parts]
    return [Place(*both) for both in zip(parts.tolist(), within.tolist(), strict=True)]


def place_of(sha256: str, row: int) -> Place:
    return places_of(sha256, [row])[0]


def row_of(sha256: str, place: Place) -> int:
    """The reverse; behind the last row for a place behind it."""
    starts = offsets(sha256)
    if place.part >= len(starts) - 1:
        return int(starts[-1])
    return min(int(starts[place.part]) + place.row, int(starts[place.part + 1]))


# -- by id ------------------------------------------------------------------------------------


def locate(snapshot: Snapshot, document_id: str) -> Place | None:
    """Where a document is; None when it is not in the snapshot."""
    rows = located(snapshot.manifest, [document_id]).get(document_id)
    return place_of(snapshot.manifest, rows[0]) if rows else None


def located(sha256: str, ids: Iterable[str]) -> dict[str, list[int]]:
    """The rows of those ids that are there."""
    wanted = sorted(one for one in set(ids) if _ID.fullmatch(one))
    if "by_id" not in contents(sha256):
        return _located_in_index(sha256, wanted)
    there, rows = _by_id(sha256)
    asked = np.frombuffer(bytes.fromhex("".join(wanted)), ID)
    firsts = np.searchsorted(there, asked, side="left").tolist()
    lasts = np.searchsorted(there, asked, side="right").tolist()
    return {
        one: rows[first:last].tolist()
        for one, first, last in zip(wanted, firsts, lasts, strict=True)
        if first < last
    }


@lru_cache(maxsize=32)
def _by_id(sha256: str) -> tuple[npt.NDArray[np.bytes_], npt.NDArray[np.unsignedinteger[Any]]]:
    """Every id in order, and the row of each."""
    blobs = contents(sha256)["by_id"]
    # Plain views: an array that says that it is a file's takes longer for each of few.
    ids, rows = (np.asarray(read_array(store(), blobs[name])) for name in ("ids", "rows"))
    return ids, rows


def _located_in_index(sha256: str, ids: Sequence[str]) -> dict[str, list[int]]:
    """Of a snapshot that has no arrays by id. The index is sorted: few row groups are read."""
    wanted: dict[int, list[str]] = defaultdict(list)
    firsts = _firsts(contents(sha256)["index"])
    for one in ids:
        # An id that stands twice may end one row group and begin the next.
        last = bisect_right(firsts, one) - 1
        for group in range(max(0, bisect_left(firsts, one) - 1), last + 1):
            wanted[group].append(one)
    found: dict[str, list[int]] = {}
    with store().parquet(contents(sha256)["index"]) as file:
        for group, here in wanted.items():
            table: Any = file.read_row_group(group, columns=["id", "part", "row"])
            table = table.filter(pc.is_in(table["id"], value_set=pa.array(here)))
            parts: Any = table["part"].to_numpy()
            rows = offsets(sha256)[parts] + table["row"].to_numpy()
            for one, row in zip(table["id"].to_pylist(), rows.tolist(), strict=True):
                found.setdefault(one, []).append(row)
    return found


@lru_cache(maxsize=8)
def _firsts(index: str) -> list[str]:
    """The first id of each row group."""
    with store().parquet(index) as file:
        column = file.schema_arrow.get_field_index("id")
        about: Any = file.metadata
        groups = (about.row_group(number) for number in range(about.num_row_groups))
        return [group.column(column).statistics.min for group in groups if group.num_rows]


# -- what is there ------------------------------------------------------------------------------


def pick(
    sha256: str, places: Sequence[Place], columns: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """For each place, in the order given, the columns of the roles (role -> names).

    Of the role tokens the numbers of tokens, never which: a list would be millions. A role that
    the snapshot does not have gives nothing.
    """
    parts = contents(sha256)["parts"]
    found: dict[Place, dict[str, Any]] = {place: {} for place in places}
    by_part: dict[int, list[int]] = defaultdict(list)
    for place in found:
        by_part[place.part].append(place.row)
    for number, rows in by_part.items():
        for role, names in columns.items():
            if blob := parts[number][role]:
                table = read_picked(blob, rows, names)
                if role == "tokens":
                    table = pa.table({"tokens": pc.list_value_length(table["tokens"])})
                for row, values in zip(rows, table.to_pylist(), strict=True):
                    found[Place(number, row)] |= values
    return [found[place] for place in places]
