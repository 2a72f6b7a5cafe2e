"""The unit that finds footers: lines that many kept documents of one host or folder end with."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

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


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Inputs: of each part endings and groups (``corpora.edits.endings``).

    Outputs {"footers": blob of FOOTERS}; counts footers and groups. First only keys of lines are
    added up (twelve bytes a line of a part), then the lines that have a frequent one.
    """
    least, share = unit.params["min_documents"], unit.params["min_share"]
    endings = unit.inputs["endings"]
    frequent = _frequent([_keys(store, blob) for blob in endings], least)
    sizes: Counter[str] = Counter()
    for blob in unit.inputs["groups"]:
        groups = store.read_table(blob)
        sizes.update(dict(zip(*(column.to_pylist() for column in groups.columns), strict=True)))
    found: Counter[tuple[str, str]] = Counter()
    for blob in endings:
        found.update(_counted(store.read_table(blob), frequent))
        progress()
    rows = [
        {"group": group, "line": line, "documents": number, "of": sizes[group]}
        for (group, line), number in sorted(found.items())
        if number >= least and number >= share * sizes[group]
    ]
    table = pa.Table.from_pylist(rows, schema=FOOTERS)
    return UnitResult(
        outputs={"footers": store.put_table(table)},
        counts={"footers": len(rows), "groups": len({row["group"] for row in rows})},
    )


def _keys(store: Store, blob: str) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """The keys of a part's lines, and in how many documents each is."""
    table = store.read_table(blob, columns=["key", "documents"])
    return table["key"].to_numpy(), table["documents"].to_numpy().astype(np.int32)


def _frequent(
    parts: list[tuple[NDArray[np.uint64], NDArray[np.int32]]], least: int
) -> NDArray[np.uint64]:
    """The keys that come ``least`` times or more, ascending.

    >>> _frequent([(np.array([5, 7], "u8"), np.array([1, 2], "i4")),
    ...            (np.array([5], "u8"), np.array([1], "i4"))], 2).tolist()
    [5, 7]
    """
    keys = np.concatenate([np.empty(0, np.uint64), *(keys for keys, _ in parts)])
    counts = np.concatenate([np.empty(0, np.int32), *(counts for _, counts in parts)])
    order = np.argsort(keys)
    keys, counts = keys[order], counts[order]
    first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
    sums = np.add.reduceat(counts, first, dtype=np.int64) if len(first) else first
    return keys[first[sums >= least]]


def _counted(endings: pa.Table, frequent: NDArray[np.uint64]) -> dict[tuple[str, str], int]:
    """How often each line with a frequent key comes in each group of a part."""
    some = endings.filter(pc.is_in(endings["key"], pa.array(frequent, pa.uint64())))
    names = (some[name].to_pylist() for name in ("group", "line", "documents"))
    return {(group, line): number for group, line, number in zip(*names, strict=True)}
