"""The duplicate groups of a snapshot as flat arrays: no Python object a document.

Read from the keepers' tables once, on a worker: of a million members that takes a second, which no
page should. Works inside collections are a group more for each collection, "contained".
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora.arrays import put_array
from corpora.decisions.choice import Integers
from corpora.decisions.keepers import read_keepers
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

#: All members are exact copies; no two are; some are; works inside the first member.
KINDS = ("exact", "near", "mixed", "contained")
_CONTAINED = KINDS.index("contained")
_READ = ["id", "part", "row", "cluster", "exact", "jaccard", "keeper"]


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs {"groups": {name: blob of an array}}; counts groups and members.

    Groups are numbered by their first members; "contained" last. ``rows``: int64[members], the
    rows of all members, counted through the parts: group by group, each in that order but for a
    collection, which comes before the works in it. ``starts``: int64[groups + 1]. ``kinds``: int8,
    the place in KINDS. ``keepers``: int64, the row of whom each keeps: the collection itself of
    the kind "contained". ``likeness``: float32[members], the exact Jaccard with the one that it is
    most like; of a work in a collection, the share of its n-grams that lie in it. ``texts``:
    int32[members], equal for exact copies, -1 for a text that no other has. ``ids``: 32 bytes
    each, of a cluster the smallest of its members', of a collection its own.
    """
    of_parts = np.cumsum([0, *unit.params["rows"]], dtype=np.int64)
    found = grouped(store, unit.inputs["keepers"], unit.inputs.get("contained", ""), of_parts)
    progress(documents=len(found["rows"]))
    return UnitResult(
        outputs={"groups": {name: put_array(store, array) for name, array in found.items()}},
        counts={"groups": len(found["kinds"]), "members": len(found["rows"])},
    )


def grouped(
    store: Store, keepers: list[str] | str, contained: str, of_parts: Integers
) -> dict[str, NDArray[Any]]:
    """The arrays by name. ``of_parts``: where each part begins among all rows, and where they end.

    ``contained``: "" where no works inside collections were looked for.
    """
    clusters = _clusters(read_keepers(store, keepers, _READ), of_parts)
    inside = _collections(store.read_table(contained) if contained else None, of_parts)
    starts = np.concatenate([clusters["starts"], inside["starts"][1:] + clusters["starts"][-1]])
    named = ("rows", "kinds", "keepers", "likeness", "texts", "ids")
    return {name: np.concatenate([clusters[name], inside[name]]) for name in named} | {
        "starts": starts
    }


def _numbers(column: pa.ChunkedArray[Any]) -> NDArray[np.uint64]:
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


def _clusters(table: pa.Table, of_parts: Integers) -> dict[str, Any]:
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
        "ids": _bytes(table["cluster"].take(some[by_first])),
    }


def _kinds(texts: Integers, numbers: Integers, sizes: Integers) -> NDArray[np.int8]:
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


def _collections(table: pa.Table | None, of_parts: Integers) -> dict[str, Any]:
    """A group for each document that others lie in: itself, then they."""
    if table is None or not table.num_rows:
        none = np.zeros(0, np.int64)
        return {
            "rows": none,
            "starts": np.zeros(1, np.int64),
            "kinds": none.astype(np.int8),
            "keepers": none,
            "likeness": none.astype(np.float32),
            "texts": none.astype(np.int32),
            "ids": np.zeros(0, "S32"),
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
        "ids": _bytes(table["b"].take(order[first])),
    }


def _bytes(ids: Any) -> NDArray[np.bytes_]:
    """Ids as an array that can be mapped into memory."""
    return np.array(ids.to_pylist(), "S32")
