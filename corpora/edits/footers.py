"""The unit that finds footers: lines that many kept documents of one host or folder end with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

from corpora.edits.kept import Kept, kept_documents
from corpora.edits.tails import LONGEST, last_lines
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

_FIELDS: list[tuple[str, pa.DataType]] = [
    ("group", pa.string()),
    ("line", pa.string()),
    ("documents", pa.int64()),
    ("of", pa.int64()),
]
#: Of a text's end, what most often holds the lines that are looked at.
_END_BYTES = 4_096

#: Sorted by group and line; ``documents`` of the group's ``of`` kept ones have the line.
FOOTERS = pa.schema(_FIELDS)


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs {"footers": blob of FOOTERS}; counts footers and groups.

    The texts are read twice: first only hashes of lines are counted (eight bytes a
    line), then the lines that are frequent enough are collected.
    """
    if not unit.params["enabled"]:
        return UnitResult(
            outputs={"footers": store.put_table(FOOTERS.empty_table())},
            counts={"footers": 0, "groups": 0},
        )
    least, share = unit.params["min_documents"], unit.params["min_share"]
    sizes, frequent = _count(unit, store, progress)
    found: Counter[tuple[str, str]] = Counter()
    for group, lines in _tails(unit, store, progress):
        if sizes[group] >= least:
            found.update((group, line) for line in lines if _key(group, line) in frequent)
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


def _count(unit: UnitSpec, store: Store, progress: Progress) -> tuple[Counter[str], set[int]]:
    """Kept documents a group, and the keys of lines that enough documents end with."""
    sizes: Counter[str] = Counter()
    chunks: list[npt.NDArray[np.uint64]] = []
    pending: list[int] = []
    for group, lines in _tails(unit, store, progress):
        sizes[group] += 1
        pending += (_key(group, line) for line in lines)
        if len(pending) >= 1 << 16:
            chunks.append(np.array(pending, np.uint64))
            pending = []
    keys = np.concatenate([*chunks, np.array(pending, np.uint64)])
    distinct, numbers = np.unique(keys, return_counts=True)
    return sizes, set(distinct[numbers >= unit.params["min_documents"]].tolist())


def _key(group: str, line: str) -> int:
    return int(xxhash.xxh3_64_intdigest(f"{group}\0{line}".encode()))


def _tails(unit: UnitSpec, store: Store, progress: Progress) -> Iterator[tuple[str, set[str]]]:
    """Group and last lines of every kept document, part by part."""
    roles = ("documents", "text", "decisions")
    for blobs in zip(*(unit.inputs[role] for role in roles), strict=True):
        for kept in kept_documents(store, dict(zip(roles, blobs, strict=True))):
            for document, group in enumerate(kept.groups):
                yield group, _lines(kept, document, unit.params["lines"])
            progress(documents=kept.read)


def _lines(kept: Kept, document: int, number: int) -> set[str]:
    """The last lines of a document; of most, no more than the end is looked at."""
    end = kept.end(document, _END_BYTES)
    found = last_lines(end.partition("\n")[2], number)
    if len(found) < number:
        found = last_lines(kept.texts[document], number)
    return {line for line, _ in found if len(line) <= LONGEST}
