"""The unit that finds footers: lines that many kept documents of one host or folder end with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora.edits.kept import Groups, Kept, kept_documents
from corpora.edits.tails import LONGEST
from corpora.kernels.tails import TOO_LONG, gathered, last_lines
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

_FIELDS: list[tuple[str, pa.DataType]] = [
    ("group", pa.string()),
    ("line", pa.string()),
    ("documents", pa.int64()),
    ("of", pa.int64()),
]
#: Sorted by group and line; ``documents`` of the group's ``of`` kept ones have the line.
FOOTERS = pa.schema(_FIELDS)


#: UTF-8 bytes of lines that are held in memory; of further parts the texts are read again.
_HELD_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Lines:
    """The last lines of some kept documents, once each document; none that is too long."""

    #: uint64, of group and line.
    keys: NDArray[np.uint64]
    #: int64: the row of each line's document.
    rows: NDArray[np.int64]
    groups: Groups
    #: large_string.
    lines: pa.Array[Any]

    def counted(self, frequent: NDArray[np.uint64]) -> dict[tuple[str, str], int]:
        """How often each line comes in each group, of those with a frequent key."""
        some = np.flatnonzero(np.isin(self.keys, frequent))
        columns = {"group": self.groups.codes[some], "line": self.lines.take(some)}
        table = pa.table(columns).group_by(["group", "line"]).aggregate([([], "count_all")])
        names: Any = (table[name].to_pylist() for name in ("group", "line", "count_all"))
        return {
            (self.groups.names[code], line): number
            for code, line, number in zip(*names, strict=True)
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """What is remembered of a part while the others are read."""

    #: Names of its blobs by role.
    blobs: Mapping[str, str]
    #: uint64, of each line.
    keys: NDArray[np.uint64]
    #: int64, one a row: how many of the keys are its.
    counts: NDArray[np.int64]
    #: Empty when there was no room for them.
    held: list[_Lines]

    def rows(self, frequent: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Which rows have one of the keys."""
        owners = np.repeat(np.arange(len(self.counts)), self.counts)
        found = np.zeros(len(self.counts), np.bool_)
        found[owners[np.isin(self.keys, frequent)]] = True
        return found


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs {"footers": blob of FOOTERS}; counts footers and groups.

    First only keys of lines are counted (eight bytes a line); then the lines that have a frequent
    one are counted as they are written. Where they were too many to be held, the documents that
    have one are read again.
    """
    if not unit.params["enabled"]:
        return UnitResult(
            outputs={"footers": store.put_table(FOOTERS.empty_table())},
            counts={"footers": 0, "groups": 0},
        )
    least, share = unit.params["min_documents"], unit.params["min_share"]
    sizes: Counter[str] = Counter()
    parts: list[_Part] = []
    room = _HELD_BYTES
    for blobs in _parts(unit):
        parts.append(_part(unit, store, blobs, sizes, progress, room))
        room -= sum(held.lines.nbytes for held in parts[-1].held)
    frequent = _frequent([part.keys for part in parts], least)
    rows = [
        {"group": group, "line": line, "documents": number, "of": sizes[group]}
        for (group, line), number in sorted(_written(unit, store, parts, frequent, progress))
        if number >= least and number >= share * sizes[group]
    ]
    table = pa.Table.from_pylist(rows, schema=FOOTERS)
    return UnitResult(
        outputs={"footers": store.put_table(table)},
        counts={"footers": len(rows), "groups": len({row["group"] for row in rows})},
    )


def _parts(unit: UnitSpec) -> Iterator[dict[str, str]]:
    roles = ("documents", "text", "decisions")
    for blobs in zip(*(unit.inputs[role] for role in roles), strict=True):
        yield dict(zip(roles, blobs, strict=True))


def _part(
    unit: UnitSpec,
    store: Store,
    blobs: Mapping[str, str],
    sizes: Counter[str],
    progress: Progress,
    room: int,
) -> _Part:
    """Also adds the kept documents of each group to ``sizes``. Lines are held up to ``room``."""
    keys = [np.empty(0, np.uint64)]
    counts = [np.empty(0, np.int64)]
    held: list[_Lines] = []
    for kept in kept_documents(store, blobs):
        found = _lines(unit, kept)
        room -= found.lines.nbytes
        held = [*held, found] if room >= 0 else []
        keys.append(found.keys)
        counts.append(np.bincount(found.rows - kept.start, minlength=kept.read))
        number = np.bincount(kept.groups.codes, minlength=len(kept.groups.names))
        sizes.update({kept.groups.names[n]: int(number[n]) for n in np.flatnonzero(number)})
        progress(documents=kept.read)
    return _Part(blobs=blobs, keys=np.concatenate(keys), counts=np.concatenate(counts), held=held)


def _lines(unit: UnitSpec, kept: Kept) -> _Lines:
    tails = last_lines(
        kept.source,
        kept.places,
        kept.groups.seeds(),
        number=unit.params["lines"],
        longest=LONGEST,
        distinct=True,
    )
    short = tails.keys != TOO_LONG
    owners = tails.owners[short]
    return _Lines(
        keys=tails.keys[short],
        rows=kept.rows[owners],
        groups=kept.groups.at(owners),
        lines=gathered(kept.source, tails.begins[short], tails.ends[short]).to_arrow(),
    )


def _frequent(keys: list[NDArray[np.uint64]], least: int) -> NDArray[np.uint64]:
    """The keys that come ``least`` times or more.

    >>> _frequent([np.array([7, 5], "u8"), np.array([7], "u8")], 2).tolist()
    [7]
    """
    every = np.concatenate([np.empty(0, np.uint64), *keys])
    every.sort()
    # Equal keys are neighbours.
    first = every[: max(0, len(every) - least + 1)]
    return np.unique(first[first == every[least - 1 :]])


def _written(
    unit: UnitSpec,
    store: Store,
    parts: list[_Part],
    frequent: NDArray[np.uint64],
    progress: Progress,
) -> list[tuple[tuple[str, str], int]]:
    """Group and line of the frequent keys, and in how many documents each is."""
    found: Counter[tuple[str, str]] = Counter()
    for part in parts:
        for lines in part.held or _read_again(unit, store, part, frequent):
            found.update(lines.counted(frequent))
            progress()
    return list(found.items())


def _read_again(
    unit: UnitSpec, store: Store, part: _Part, frequent: NDArray[np.uint64]
) -> Iterator[_Lines]:
    rows = part.rows(frequent)
    if rows.any():
        for kept in kept_documents(store, part.blobs, rows):
            yield _lines(unit, kept)
