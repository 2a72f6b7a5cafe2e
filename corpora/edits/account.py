"""The unit that says which passages were cut: how often, from whom, how much. For people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora.edits.copies import Copies
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

#: Passages that the table has, of those that most characters were cut of.
LISTED = 1_000
#: Hosts that are named for each, of those that it was cut from most often.
HOSTS = 10

_HOST = pa.struct([("host", pa.string()), ("documents", pa.int64()), ("characters", pa.int64())])
_FIELDS: list[tuple[str, pa.DataType]] = [
    ("example", pa.string()),  # the first code points, see cutting.EXAMPLE
    ("documents", pa.int64()),  # kept documents that have it
    ("cut_documents", pa.int64()),  # of them, those that it was cut from
    ("cut_characters", pa.int64()),
    ("host_count", pa.int64()),  # hosts (without one: archives or folders) that it was cut from
    ("hosts", pa.list_(_HOST)),  # the first of them by documents
]
#: Sorted by cut_characters, the most first.
PASSAGES = pa.schema(_FIELDS)


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs {"passages": blob of PASSAGES}. Counts: passages, documents and characters cut.

    ``documents`` counts a document once a passage. Only two numbers a copy are held for all of
    them; the rest is read for those that are listed.
    """
    copies = Copies(store, unit.inputs["copies"])
    characters, documents = _sums(copies, unit, store, progress)
    listed = np.lexsort((np.arange(len(copies)), -characters))[:LISTED]
    listed = listed[documents[listed] > 0]
    found = _hosts(listed, unit, store)
    rows = [
        {
            "documents": int(place[0]),
            "cut_documents": int(documents[copy]),
            "cut_characters": int(characters[copy]),
            **_described(found[copy]),
        }
        for copy, place in zip(listed.tolist(), copies.places(listed), strict=True)
    ]
    table = pa.Table.from_pylist(rows, schema=PASSAGES)
    return UnitResult(
        outputs={"passages": store.put_table(table)},
        counts={
            "passages": int(np.count_nonzero(documents)),
            "documents": int(documents.sum()),
            "characters": int(characters.sum()),
        },
    )


def _sums(
    copies: Copies, unit: UnitSpec, store: Store, progress: Progress
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """int64[copies] both: characters and documents that each was cut from."""
    characters, documents = np.zeros(len(copies), np.int64), np.zeros(len(copies), np.int64)
    for blob in unit.inputs["cuts"]:
        table = store.read_table(blob, columns=["copy", "documents", "characters"])
        where = table["copy"].to_numpy()
        np.add.at(characters, where, table["characters"].to_numpy())
        np.add.at(documents, where, table["documents"].to_numpy())
        progress()
    return characters, documents


def _hosts(
    listed: NDArray[np.int64], unit: UnitSpec, store: Store
) -> dict[int, list[dict[str, Any]]]:
    """The rows of cutting.CUTS by copy, for the copies that are listed."""
    found: dict[int, list[dict[str, Any]]] = {copy: [] for copy in listed.tolist()}
    for blob in unit.inputs["cuts"]:
        table = store.read_table(blob)
        here = np.isin(table["copy"].to_numpy(), listed)
        for row in table.filter(pa.array(here)).to_pylist():
            found[row["copy"]].append(row)
    return found


def _described(cuts: list[dict[str, Any]]) -> dict[str, Any]:
    """Example and hosts of one passage, from what each part's cuts say of it."""
    hosts: dict[str, dict[str, Any]] = {}
    for cut in cuts:
        empty = {"host": cut["group"], "documents": 0, "characters": 0}
        host = hosts.setdefault(cut["group"], empty)
        host["documents"] += cut["documents"]
        host["characters"] += cut["characters"]
    most = sorted(hosts.values(), key=lambda host: (-host["documents"], host["host"]))
    return {"example": cuts[0]["example"], "host_count": len(hosts), "hosts": most[:HOSTS]}
