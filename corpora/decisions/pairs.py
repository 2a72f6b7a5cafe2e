"""The pairs of containment as the keepers' arrays see them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from corpora.decisions.choice import Members
from corpora.decisions.containment import Inside, nothing_inside
from corpora.documents import CLUSTERS
from corpora.storage import Store


def with_lone(store: Store, clusters: pa.Table, pairs: str) -> pa.Table:
    """CLUSTERS with a row more for each document of the CONTAINED pairs that is in no cluster.

    Its cluster is null. In canonical order; for the blob "" just the clusters.
    """
    if not pairs:
        return clusters
    table = store.read_table(pairs)
    names = ("id", "part", "row")
    sides = [table.select([s, f"{s}_part", f"{s}_row"]).rename_columns(list(names)) for s in "ab"]
    every = pa.concat_tables(sides).group_by(list(names)).aggregate([])
    known = pc.is_in(every["id"], value_set=clusters["id"].combine_chunks())
    lone: Any = every.filter(pc.invert(known))
    rows = [lone[name] if name in names else pa.nulls(len(lone), kind) for name, kind in _KINDS]
    together = pa.concat_tables([clusters, pa.table(rows, schema=CLUSTERS)])
    return together.sort_by([("part", "ascending"), ("row", "ascending")])


_KINDS = [(field.name, field.type) for field in CLUSTERS]


def inside_of(store: Store, pairs: str, members: Members, offsets: npt.NDArray[np.int64]) -> Inside:
    """The CONTAINED pairs by the positions of the members that ``with_lone`` gave."""
    if not pairs:
        return nothing_inside()
    table = store.read_table(pairs)

    def numbers(name: str) -> npt.NDArray[np.int64]:
        column: Any = table[name].to_numpy()
        found: npt.NDArray[np.int64] = column.astype(np.int64)
        return found

    def places(side: str) -> npt.NDArray[np.int64]:
        if not table.num_rows:
            return np.zeros(0, np.int64)
        rows = offsets[numbers(f"{side}_part")] + numbers(f"{side}_row")
        return np.searchsorted(members.rows, rows)

    return Inside(
        a=places("a"),
        b=places("b"),
        a_grams=numbers("a_grams"),
        b_grams=numbers("b_grams"),
        shared=numbers("shared"),
    )
