"""Where documents are, by their ids, and what was measured of them."""

from __future__ import annotations

import numpy as np
import pytest

from corpora.arrays import put_array
from corpora.decisions.columns import ID
from corpora.storage import Store
from curation.models import Snapshot
from curation.queries.measured import row_of_columns
from curation.queries.places import located
from curation.queries.snapshots import contents, read_row


@pytest.fixture(params=["arrays by id", "an index only"])
def manifest(request: pytest.FixtureRequest, curated: Store, snapshot: Snapshot) -> str:
    """A snapshot's as it is made now, and as it was made before there were arrays."""
    value = dict(contents(snapshot.manifest))
    if request.param == "an index only":
        del value["by_id"]
    return curated.put_json(value)


def test_ids_are_found_wherever_they_are(curated: Store, manifest: str) -> None:
    ids = [
        id_
        for part in contents(manifest)["parts"]
        for id_ in curated.read_table(part["documents"], ["id"])["id"].to_pylist()
    ]
    expected = {id_: [row] for row, id_ in enumerate(ids)}
    absent = ["", "0" * 32, "f" * 32, "0x" + "1" * 30, " " * 32, ids[0].upper(), ids[0][:-1]]
    assert located(manifest, [*ids, *absent]) == expected
    assert located(manifest, absent) == located(manifest, []) == {}


def test_an_id_that_stands_twice_is_found_twice(curated: Store, snapshot: Snapshot) -> None:
    value = dict(contents(snapshot.manifest))
    # Zeros at the end are digits as any others are.
    ids = [f"{number:030x}00" for number in (1, 2, 2, 3)]
    kept = np.frombuffer(bytes.fromhex("".join(ids)), ID)
    rows = np.array([5, 1, 4, 0], np.uint32)
    value["by_id"] = {"ids": put_array(curated, kept), "rows": put_array(curated, rows)}
    manifest = curated.put_json(value)
    assert located(manifest, ids[1:]) == {ids[1]: [1, 4], ids[3]: [0]}


def test_a_rows_signals_are_those_of_its_part(curated: Store, snapshot: Snapshot) -> None:
    row = 0
    for part in contents(snapshot.manifest)["parts"]:
        for within in range(part["rows"]):
            expected: dict[str, float | None] = {}
            for blob in part["signals"].values():
                names = curated.read_table(blob).column_names
                expected |= read_row(blob, within, names)
            found = row_of_columns(snapshot.manifest, row)
            assert found == {
                name: None if value is None or np.isnan(value) else value
                for name, value in sorted(expected.items())
            }
            row += 1
