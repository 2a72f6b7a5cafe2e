"""The unit that finds which documents of a snapshot are copies of each other.

Exact copies share a folded hash. Near copies are looked for among the first of each group of
exact copies: bands -> candidates -> estimate from the signatures -> exact Jaccard -> union-find.
No two documents are joined by anything but equal folded text or an exact Jaccard at or above the
threshold. A document's position is its row counted through all parts; that is the canonical order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora.dedup.candidates import Matrix, Pairs, candidates
from corpora.dedup.forest import Forest
from corpora.dedup.verification import Edge, GramFile, by_estimate, verified
from corpora.documents import CLUSTERS, DUPLICATES
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

Column: TypeAlias = "pa.ChunkedArray[Any]"


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs: clusters (documents.CLUSTERS), duplicates (documents.DUPLICATES).

    ``part`` counts the blobs of the unit's lists from 0. Counts: clusters, exact_pairs,
    near_pairs (edges that joined), candidates (pairs that the signatures proposed).
    """
    hashes = _column(store, unit.inputs["signatures"], "folded_hash")
    first = first_copies(hashes)
    forest = Forest()
    exact = _exact(first, forest)
    near: list[Edge] = []
    proposed = 0
    if unit.params["mode"] == "near":
        near, proposed = _near(unit, store, progress, first, forest)
    ids = _column(store, unit.inputs["documents"], "id")
    sizes = _sizes(store, unit.inputs["documents"])
    clusters = _clusters(forest, exact + near, ids, hashes, sizes)
    duplicates = _duplicates(exact + near, ids)
    return UnitResult(
        outputs={
            "clusters": store.put_table(clusters),
            "duplicates": store.put_table(duplicates),
        },
        counts={
            "clusters": len(forest.trees()),
            "exact_pairs": len(exact),
            "near_pairs": len(near),
            "candidates": proposed,
        },
    )


def _exact(first: NDArray[np.int64], forest: Forest) -> list[Edge]:
    """Join each copy to the first of its group."""
    copies = np.flatnonzero(first != np.arange(len(first))).tolist()
    edges = [Edge(a=int(first[copy]), b=copy, jaccard=1.0) for copy in copies]
    for edge in edges:
        forest.join(edge.a, edge.b)
    return edges


def first_copies(hashes: Column) -> NDArray[np.int64]:
    """For each row the first row with the same hash; a null is like no other.

    >>> first_copies(pa.chunked_array([["東", None, "京"], ["東", None]])).tolist()
    [0, 1, 2, 0, 4]
    """
    places = np.arange(len(hashes), dtype=np.int64)
    encoded: Any = hashes.combine_chunks()
    codes = encoded.dictionary_encode().indices.fill_null(-1).to_numpy()
    named = places[codes >= 0]
    _, starts, back = np.unique(codes[named], return_index=True, return_inverse=True)
    places[named] = named[starts][back]
    return places


def _near(
    unit: UnitSpec,
    store: Store,
    progress: Progress,
    first: NDArray[np.int64],
    forest: Forest,
) -> tuple[list[Edge], int]:
    """Join near copies in ``forest``; returns the joining edges and how many were proposed."""
    params = unit.params
    alone = first == np.arange(len(first))
    with store.scratch() as folder:
        matrix, positions = _matrix(unit, store, alone, folder / "signatures", progress)
        found = candidates(
            matrix,
            bands=params["bands"],
            rows=params["rows"],
            threshold=params["threshold"],
            progress=progress,
        )
        pairs: Pairs = positions[by_estimate(matrix, found)]
        grams = GramFile(folder / "grams", np.unique(pairs))
        grams.fill(
            store,
            unit.inputs["text"],
            ngram=params["ngram"],
            old_kanji=params["fold_old_kanji"],
            progress=progress,
        )
        edges = verified(
            pairs, grams, threshold=params["threshold"], forest=forest, progress=progress
        )
        return list(edges), len(pairs)


def _matrix(
    unit: UnitSpec,
    store: Store,
    wanted: NDArray[np.bool_],
    path: Path,
    progress: Progress,
) -> tuple[Matrix, NDArray[np.int64]]:
    """The wanted documents' signatures on disk, and the position of each row."""
    permutations = unit.params["permutations"]
    positions: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    start = 0
    with path.open("wb") as file:
        for blob in unit.inputs["signatures"]:
            with store.parquet(blob) as source:
                for batch in source.iter_batches(columns=["signature"]):
                    values = cast("list[bytes]", batch.column("signature").to_pylist())
                    chosen = [n for n, value in enumerate(values, start) if value and wanted[n]]
                    file.write(b"".join(values[n - start] for n in chosen))
                    positions.append(np.array(chosen, np.int64))
                    start += len(values)
                    progress(documents=len(values))
    rows = np.concatenate(positions)
    if not len(rows):
        return np.empty((0, permutations), np.uint32), rows
    return np.memmap(path, "<u4", "r", shape=(len(rows), permutations)), rows


def _clusters(
    forest: Forest, edges: Sequence[Edge], ids: Column, hashes: Column, sizes: list[int]
) -> pa.Table:
    """CLUSTERS rows in canonical order."""
    trees = forest.trees()
    roots = {place: root for root, tree in trees.items() for place in tree}
    places = np.array(sorted(roots), np.int64)
    named = dict(zip(places.tolist(), _take(ids, places), strict=True))
    smallest = {root: min(named[place] for place in tree) for root, tree in trees.items()}
    starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    part = np.searchsorted(starts, places, side="right") - 1
    shared = _take(hashes, places)
    copies = Counter(shared)
    columns = {
        "id": list(named.values()),
        "part": part.astype(np.int32),
        "row": (places - starts[part]).astype(np.int32),
        "cluster": [smallest[roots[place]] for place in named],
        "exact": [value if copies[value] > 1 else None for value in shared],
        "jaccard": _likeness(edges, places),
    }
    return pa.table(columns, schema=CLUSTERS)


def _likeness(edges: Sequence[Edge], places: NDArray[np.int64]) -> list[float]:
    """The highest verified Jaccard of each place."""
    best: dict[int, float] = {}
    for edge in edges:
        for place in (edge.a, edge.b):
            best[place] = max(best.get(place, 0.0), edge.jaccard)
    return [best[place] for place in places.tolist()]


def _duplicates(edges: Sequence[Edge], ids: Column) -> pa.Table:
    ordered = sorted(edges, key=lambda edge: (edge.a, edge.b))
    values: dict[str, list[Any]] = {
        "a": _take(ids, np.array([edge.a for edge in ordered], np.int64)),
        "b": _take(ids, np.array([edge.b for edge in ordered], np.int64)),
        "jaccard": [edge.jaccard for edge in ordered],
    }
    return pa.table(values, schema=DUPLICATES)


def _sizes(store: Store, blobs: Sequence[str]) -> list[int]:
    """Rows of each part."""
    sizes = []
    for blob in blobs:
        with store.parquet(blob) as source:
            sizes.append(source.metadata.num_rows)
    return sizes


def _column(store: Store, blobs: Sequence[str], name: str) -> Column:
    """One column of many blobs, end to end."""
    tables = [store.read_table(blob, columns=[name]).column(name) for blob in blobs]
    chunks = [chunk for column in tables for chunk in column.chunks]
    return pa.chunked_array(chunks, pa.string())


def _take(column: Column, places: NDArray[np.int64]) -> list[Any]:
    values: list[Any] = column.take(pa.array(places, pa.int64())).to_pylist()
    return values
