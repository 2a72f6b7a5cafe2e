"""Fields of documents as numbers."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from corpora.arrays import read_array
from corpora.documents import DECISIONS
from corpora.search import facets
from corpora.stages import UnitSpec, no_progress
from corpora.storage import Store


def decisions(store: Store, rows: list[tuple[str | None, list[str]]]) -> str:
    values: list[dict[str, Any]] = [
        dict.fromkeys(DECISIONS.names) | {"rule": rule, "rules": rules} for rule, rules in rows
    ]
    return store.put_table(pa.Table.from_pylist(values, schema=DECISIONS))


def run(store: Store, tables: list[str]) -> dict[str, Any]:
    spec = UnitSpec(
        stage="search.verdicts", inputs={"tables": tables}, params={"fields": ["rule", "rules"]}
    )
    found: dict[str, Any] = facets.run(spec, store, no_progress).outputs["facets"]
    return found


def test_each_row_has_the_number_of_its_value(store: Store) -> None:
    parts = [
        decisions(store, [("短い", ["短い"]), (None, [])]),
        decisions(store, []),
        decisions(store, [("広告", ["広告", "短い"]), ("短い", ["短い"])]),
    ]
    found = run(store, parts)
    names = store.read_json(found["rule"]["names"])
    codes = read_array(store, found["rule"]["codes"])
    assert names == ["", "広告", "短い"]
    assert [names[code] for code in codes] == ["短い", "", "広告", "短い"]
    assert codes.dtype == "u1"


def test_a_list_is_bits(store: Store) -> None:
    many = [f"規則{number:03d}" for number in range(130)]
    found = run(store, [decisions(store, [(many[0], many), (None, []), (many[7], many[7:9])])])
    names = store.read_json(found["rules"]["names"])
    bits = read_array(store, found["rules"]["codes"])
    assert names == many
    assert bits.shape == (3, 3)
    rows = [
        [names[n] for n in range(130) if int(bits[row, n // 64]) >> n % 64 & 1] for row in range(3)
    ]
    assert rows == [many, [], many[7:9]]


def test_no_documents_have_no_values(store: Store) -> None:
    found = run(store, [])
    assert store.read_json(found["rule"]["names"]) == []
    assert len(read_array(store, found["rules"]["codes"])) == 0
