"""The unit that chooses who stays of each cluster, over the whole snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from corpora.arrays import read_array
from corpora.decisions.choice import Choice, Members, codes
from corpora.decisions.containment import Settled, settle
from corpora.decisions.pairs import inside_of, with_lone
from corpora.decisions.people import OptOuts, ids_of, judged, read_judgements
from corpora.documents import CLUSTERS, WITHIN
from corpora.rules import Mask, failing_rules, limits
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

#: CLUSTERS, with the document that the cluster keeps and its exact hash; a table for each part.
KEEPERS = pa.schema([*CLUSTERS, ("keeper", pa.string()), ("keeper_exact", pa.string())])
_WITHIN = pa.schema([CLUSTERS.field("part"), *WITHIN])


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs {"keepers": [blob of KEEPERS]}; counts documents and clusters.

    With an input "contained" also {"contained": [blob of WITHIN]}. Both have one blob a part, in
    their order, "" for a part of which there is nothing to say: a decision on one cluster changes
    what is known of its members' parts and of no other.
    """
    pairs = unit.inputs.get("contained", "")
    clusters = with_lone(store, read_clusters(store, unit.inputs["clusters"]), pairs)
    keepers, within = _settled(unit, store, clusters, progress)
    progress(documents=keepers.num_rows)
    parts = len(unit.inputs["documents"])
    outputs = {"keepers": _by_part(store, keepers, parts)}
    if pairs:
        outputs["contained"] = _by_part(store, within, parts)
    return UnitResult(
        outputs=outputs,
        counts={
            "documents": keepers.num_rows,
            "clusters": len(set(keepers["cluster"].to_pylist())),
        },
    )


def read_keepers(store: Store, blobs: list[str] | str, columns: Sequence[str]) -> pa.Table:
    """KEEPERS of all parts. Snapshots of earlier versions have one blob for all."""
    named = [blob for blob in ([blobs] if isinstance(blobs, str) else blobs) if blob]
    tables = [store.read_table(blob, columns=list(columns)) for blob in named]
    return pa.concat_tables([KEEPERS.empty_table().select(list(columns)), *tables])


def _by_part(store: Store, table: pa.Table, parts: int) -> list[str]:
    """``table`` is in canonical order; its column "part" goes where the schema has none."""
    ends = np.searchsorted(table["part"].to_numpy(), np.arange(parts + 1))
    of_part = table if table.schema == KEEPERS else table.select(WITHIN.names)
    return [
        store.put_table(of_part.slice(first, end - first)) if end > first else ""
        for first, end in pairwise(ends.tolist())
    ]


def read_clusters(store: Store, blob: str, columns: Sequence[str] = CLUSTERS.names) -> pa.Table:
    """CLUSTERS in canonical order, by part and row; empty for the blob "".

    ``columns`` are read; part and row are among them.
    """
    if not blob:
        return CLUSTERS.empty_table().select(list(columns))
    clusters = store.read_table(blob, columns=list(columns))
    parts: Any = clusters["part"].to_numpy()
    rows: Any = clusters["row"].to_numpy()
    # Numbers are quicker to sort than Arrow sorts a table by two columns.
    return clusters.take(np.lexsort((rows, parts)))


def _settled(
    unit: UnitSpec, store: Store, clusters: pa.Table, progress: Progress
) -> tuple[pa.Table, pa.Table]:
    """KEEPERS of those that are in a cluster; of those inside what is kept WITHIN and the part."""
    offsets = part_offsets(store, unit.inputs["documents"])
    members = members_of(clusters, offsets, unit.params.get("ranks"))
    if not clusters.num_rows:  # nor a column, when there is no part at all
        return KEEPERS.empty_table(), _WITHIN.empty_table()
    choice = _choice(unit, store, clusters, members, progress)
    inside = inside_of(store, unit.inputs.get("contained", ""), members, offsets)
    settled = settle(members, inside, choice)
    return _keepers(clusters, settled), _within(clusters, settled)


def _keepers(clusters: pa.Table, settled: Settled) -> pa.Table:
    places: Any = pa.array(settled.keepers)
    keeper = clusters.take(places)
    added = {"keeper": keeper["id"], "keeper_exact": keeper["exact"]}
    named = {name: clusters[name] for name in CLUSTERS.names}
    every = pa.table({**named, **added}, schema=KEEPERS)
    return every.filter(pc.is_valid(every["cluster"]))


def _within(clusters: pa.Table, settled: Settled) -> pa.Table:
    here = np.flatnonzero(settled.containers >= 0)
    columns = {
        "part": clusters["part"].take(here),
        "id": clusters["id"].take(here),
        "container": clusters["id"].take(settled.containers[here]),
        "share": settled.shares[here],
    }
    return pa.table(columns, schema=_WITHIN)


def _choice(
    unit: UnitSpec, store: Store, clusters: pa.Table, members: Members, progress: Progress
) -> Choice:
    columns = {
        signal: np.asarray(read_array(store, blob)[members.rows])
        for signal, blob in unit.inputs["columns"].items()
        if signal in _needed(unit)
    }
    failed = sum(
        (mask.astype(np.int64) for mask in failing_rules(columns, limits(unit.params["rules"]))),
        np.zeros(len(members.rows), np.int64),
    )
    ids = ids_of(clusters)
    judgements = read_judgements(store, unit.inputs["judgements"])
    opted_out = _opted_out(unit, store, clusters, progress)
    return Choice(
        policy=unit.params["keeper"],
        failed=failed,
        excluded=opted_out | judged(judgements, ids, "drop"),
        judged_keep=judged(judgements, ids, "keep"),
        preferred=judged(judgements, ids, "prefer"),
        characters=columns["characters"],
        japanese=columns["japanese_letters"],
    )


def _needed(unit: UnitSpec) -> set[str]:
    return {"characters", "japanese_letters", *(rule["signal"] for rule in unit.params["rules"])}


def part_offsets(store: Store, documents: list[str]) -> npt.NDArray[np.int64]:
    """Where each part begins in the columns: int64, one a part."""
    sizes = []
    for blob in documents:
        with store.parquet(blob) as file:
            sizes.append(file.metadata.num_rows)
    return np.cumsum([0, *sizes])[:-1].astype(np.int64)


def members_of(
    clusters: pa.Table, offsets: npt.NDArray[np.int64], ranks: Sequence[int] | None = None
) -> Members:
    """The rows of a CLUSTERS table in canonical order (read_clusters) as arrays.

    ``ranks`` has one a part (choice.ranks_of); None where no corpus is preferred.
    """
    parts: Any = clusters["part"].to_numpy()
    rows: Any = clusters["row"].to_numpy()
    none = np.zeros(len(parts), np.int64)
    return Members(
        rows=(offsets[parts] if len(parts) else none) + rows,
        clusters=codes(clusters["cluster"]),
        exacts=codes(clusters["exact"]),
        ranks=none if ranks is None or not len(parts) else np.array(ranks, np.int64)[parts],
    )


def _opted_out(unit: UnitSpec, store: Store, clusters: pa.Table, progress: Progress) -> Mask:
    opt_outs = OptOuts.from_params(unit.params["opt_outs"])
    if not (opt_outs.hosts or opt_outs.urls):
        nowhere = pa.nulls(clusters.num_rows, pa.string())
        return opt_outs.mask(pa.table({"id": clusters["id"], "host": nowhere, "url": nowhere}))
    found = np.zeros(clusters.num_rows, np.bool_)
    parts: Any = clusters["part"].to_numpy()
    rows: Any = clusters["row"].to_numpy()
    for part in np.unique(parts).tolist():
        blob = unit.inputs["documents"][part]
        documents = store.read_table(blob, columns=["id", "host", "url"])
        here = np.flatnonzero(parts == part)
        chosen: Any = rows[here]
        found[here] = opt_outs.mask(documents.take(chosen))
        progress()
    return found
