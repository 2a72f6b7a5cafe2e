"""Duplicate groups as arrays; those of a curated corpus are tested where pages ask for them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from corpora import stages
from corpora.arrays import read_array
from corpora.decisions.groups import KINDS
from corpora.documents import CLUSTERS
from corpora.stages import UnitSpec, no_progress
from corpora.storage import Store

_SCHEMA = CLUSTERS.append(pa.field("keeper", pa.string()))


def arrays(
    store: Store, rows: list[dict[str, object]], sizes: list[int]
) -> dict[str, list[object]]:
    keepers = [store.put_table(pa.Table.from_pylist(rows, schema=_SCHEMA)), ""]
    spec = UnitSpec(stage="decisions.groups", inputs={"keepers": keepers}, params={"rows": sizes})
    kept = stages.execute(spec, store, no_progress).outputs["groups"]
    return {name: read_array(store, blob).tolist() for name, blob in kept.items()}


def member(part: int, row: int, cluster: str, exact: str | None, keeper: str) -> dict[str, object]:
    place: dict[str, object] = {"part": part, "row": row, "jaccard": 0.9}
    return {
        "id": f"{part}{row}" * 16, "cluster": cluster * 32, "exact": exact, "keeper": keeper * 16,
        **place,
    }  # fmt: skip


def test_groups_go_by_their_first_members(store: Store) -> None:
    found = arrays(
        store,
        [
            member(1, 0, "a", None, "10"),
            member(0, 2, "b", "c" * 32, "02"),
            member(1, 1, "a", None, "10"),
            member(0, 1, "b", "c" * 32, "02"),
        ],
        [3, 2],
    )
    assert found["rows"] == [1, 2, 3, 4]
    assert found["starts"] == [0, 2, 4]
    assert [KINDS[kind] for kind in np.array(found["kinds"])] == ["exact", "near"]
    assert found["keepers"] == [2, 3]
    assert found["ids"] == [b"b" * 32, b"a" * 32]


def test_a_corpus_without_duplicates_has_none(store: Store) -> None:
    found = arrays(store, [], [3])
    assert found["starts"] == [0]
    assert found["rows"] == found["ids"] == []
