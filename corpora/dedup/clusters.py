"""The unit that finds which documents of a snapshot are copies of each other.

Exact copies share a folded hash. Near copies are looked for among the first of each group of
exact copies: bands (each some units of their own) -> candidates -> estimate from the signatures
-> exact Jaccard -> union-find. No two documents are joined by anything but equal folded text or
an exact Jaccard at or above the threshold. A document's position is its row counted through all
parts; that is the canonical order.

Pairs that people say are no duplicates (an input of its own, where there are any) end in
different clusters: see ``corpora.dedup.apart``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora.arrays import read_array
from corpora.dedup.apart import Pairs, join_apart, named_pairs
from corpora.dedup.bands import first_copies
from corpora.dedup.candidates import together
from corpora.dedup.verification import GramFile, verified
from corpora.documents import CLUSTERS, DUPLICATES
from corpora.kernels.bands import join_in_order, roots
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Edges:
    """Pairs of positions that joined two clusters, the lower first, and their exact Jaccard."""

    #: int64[edges, 2].
    pairs: NDArray[np.int64]
    #: float64[edges].
    jaccard: NDArray[np.float64]

    @classmethod
    def together(cls, *some: Edges) -> Edges:
        return cls(
            pairs=np.concatenate([edges.pairs for edges in some]),
            jaccard=np.concatenate([edges.jaccard for edges in some]),
        )

    def at(self, chosen: NDArray[Any]) -> Edges:
        return Edges(pairs=self.pairs[chosen], jaccard=self.jaccard[chosen])


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs: clusters (documents.CLUSTERS), duplicates (documents.DUPLICATES).

    ``part`` counts the blobs of the unit's lists from 0. Counts: clusters, exact_pairs,
    near_pairs (edges that joined), candidates (pairs that the signatures proposed).
    """
    first = first_copies(store, unit.inputs["hashes"])
    named = named_pairs(store, unit.inputs.get("apart", ""), unit.inputs["documents"])
    parents = np.arange(len(first), dtype=np.int64)
    exact = _exact(first, parents)
    near, exact, proposed = _near(unit, store, progress, parents, exact, named)
    edges = Edges.together(exact, near)
    clusters = _clusters(edges, parents, first, unit, store)
    return UnitResult(
        outputs={
            "clusters": store.put_table(clusters),
            "duplicates": store.put_table(_duplicates(store, unit, edges)),
        },
        counts={
            "clusters": len(pc.unique(clusters["cluster"])),
            "exact_pairs": len(exact.pairs),
            "near_pairs": len(near.pairs),
            "candidates": proposed,
        },
    )


def _exact(first: NDArray[np.int64], parents: NDArray[np.int64]) -> Edges:
    """Join each copy to the first of its group."""
    copies = np.flatnonzero(first != np.arange(len(first)))
    pairs = np.column_stack([first[copies], copies])
    join_in_order(parents, pairs, np.ones(len(pairs), np.bool_))
    return Edges(pairs=pairs, jaccard=np.ones(len(pairs)))


def _near(
    unit: UnitSpec,
    store: Store,
    progress: Progress,
    parents: NDArray[np.int64],
    exact: Edges,
    named: Pairs,
) -> tuple[Edges, Edges, int]:
    """Join near copies in ``parents``; the edges that join near and exact copies, and how many
    pairs were proposed."""
    candidates = together(read_array(store, blob) for blob in unit.inputs["pairs"])
    with store.scratch() as folder:
        grams = GramFile(folder / "grams", np.unique(candidates[:, :2]))
        grams.fill(
            store,
            unit.inputs["text"],
            ngram=unit.params["ngram"],
            old_kanji=unit.params["fold_old_kanji"],
            kana=unit.params.get("fold_kana", False),
            progress=progress,
        )
        threshold = unit.params["threshold"]
        pairs, jaccard = verified(
            candidates, grams, threshold=threshold, parents=parents, progress=progress
        )
        near = Edges(pairs=pairs, jaccard=jaccard)
        if len(named):
            every = _inside(candidates[:, :2], grams, threshold, parents, named)
            near, exact = _set_apart(parents, exact, near, every, named)
    return near, exact, len(candidates)


def _inside(
    candidates: Pairs,
    grams: GramFile,
    threshold: float,
    parents: NDArray[np.int64],
    named: Pairs,
) -> Edges:
    """All near pairs of the clusters that hold a named pair, those too that joined nothing."""
    held = np.isin(roots(parents, candidates[:, 0].copy()), _roots_held(parents, named))
    pairs = candidates[held]
    pairs = pairs[roots(parents, pairs[:, 0].copy()) == roots(parents, pairs[:, 1].copy())]
    jaccard = grams.jaccard(pairs, threshold)
    return Edges(pairs=pairs, jaccard=jaccard).at(jaccard >= threshold)


def _roots_held(parents: NDArray[np.int64], named: Pairs) -> NDArray[np.int64]:
    """The roots of the clusters that hold both of a named pair."""
    ends = roots(parents, named.ravel()).reshape(-1, 2)
    return np.unique(ends[ends[:, 0] == ends[:, 1], 0])


def _set_apart(
    parents: NDArray[np.int64], exact: Edges, near: Edges, every: Edges, named: Pairs
) -> tuple[Edges, Edges]:
    """Near and exact edges once the clusters that hold named pairs are put together again.

    ``parents`` is changed: those clusters fall apart and are joined anew.
    """
    held = _roots_held(parents, named)
    if not len(held):
        return near, exact
    where = roots(parents, np.arange(len(parents), dtype=np.int64))
    again, anew = (np.isin(where[some.pairs[:, 0]], held) for some in (exact, near))
    # The most alike first; equal ones by their places.
    order = np.lexsort((every.pairs[:, 1], every.pairs[:, 0], -every.jaccard))
    copies, likes = exact.at(again), every.at(order)
    places = np.flatnonzero(np.isin(where, held))
    edges = Edges.together(copies, likes)
    inner = named[np.isin(where[named], held).all(axis=1)]
    joined = join_apart(
        len(places), np.searchsorted(places, edges.pairs), np.searchsorted(places, inner)
    )
    parents[places] = places
    join_in_order(parents, edges.pairs, joined)
    split = len(copies.pairs)
    return (
        Edges.together(near.at(~anew), likes.at(joined[split:])),
        Edges.together(exact.at(~again), copies.at(joined[:split])),
    )


def _clusters(
    edges: Edges, parents: NDArray[np.int64], first: NDArray[np.int64], unit: UnitSpec, store: Store
) -> pa.Table:
    """CLUSTERS rows in canonical order."""
    places = np.unique(edges.pairs)
    ids = ids_of(store, unit, places)
    sizes = sizes_of(store, unit.inputs["documents"])
    starts = np.cumsum([0, *sizes], dtype=np.int64)
    part = np.searchsorted(starts, places, side="right") - 1
    columns = {
        "id": ids,
        "part": part.astype(np.int32),
        "row": (places - starts[part]).astype(np.int32),
        "cluster": _smallest(ids, roots(parents, places)),
        "exact": _shared_hashes(store, unit.inputs["hashes"], first[places], places),
        "jaccard": _likeness(edges, places),
    }
    return pa.table(columns, schema=CLUSTERS)


def _smallest(ids: Sequence[str], root: NDArray[np.int64]) -> list[str]:
    """For each document the smallest id under the same root."""
    names: dict[int, str] = {}
    for name, one in zip(ids, root.tolist(), strict=True):
        names[one] = min(name, names.get(one, name))
    return [names[one] for one in root.tolist()]


def _shared_hashes(
    store: Store, blobs: Sequence[str], first: NDArray[np.int64], places: NDArray[np.int64]
) -> list[str | None]:
    """The hash in hex digits of those places that are not the only one of theirs."""
    _, back, copies = np.unique(first, return_inverse=True, return_counts=True)
    hashes = np.concatenate([np.empty((0, 2), np.uint64), *(read_array(store, b) for b in blobs)])
    rows = zip(hashes[places].tolist(), copies[back].tolist(), strict=True)
    return [f"{high:016x}{low:016x}" if number > 1 else None for (high, low), number in rows]


def _likeness(edges: Edges, places: NDArray[np.int64]) -> NDArray[np.float64]:
    """The highest verified Jaccard of each place."""
    best = np.zeros(len(places))
    for side in (0, 1):
        np.maximum.at(best, np.searchsorted(places, edges.pairs[:, side]), edges.jaccard)
    return best


def _duplicates(store: Store, unit: UnitSpec, edges: Edges) -> pa.Table:
    order = np.lexsort((edges.pairs[:, 1], edges.pairs[:, 0]))
    values = {
        "a": ids_of(store, unit, edges.pairs[order, 0]),
        "b": ids_of(store, unit, edges.pairs[order, 1]),
        "jaccard": edges.jaccard[order],
    }
    return pa.table(values, schema=DUPLICATES)


def sizes_of(store: Store, blobs: Sequence[str]) -> list[int]:
    """Rows of each part."""
    sizes = []
    for blob in blobs:
        with store.parquet(blob) as source:
            sizes.append(source.metadata.num_rows)
    return sizes


def ids_of(store: Store, unit: UnitSpec, places: NDArray[np.int64]) -> list[str]:
    """The ids at some positions, in their order; one part's ids are in memory at a time."""
    order = np.argsort(places, kind="stable")
    ascending, start = places[order], 0
    found: list[str] = []
    blobs = unit.inputs["documents"]
    for blob, rows in zip(blobs, sizes_of(store, blobs), strict=True):
        low, high = np.searchsorted(ascending, [start, start + rows])
        if low < high:
            column: Any = store.read_table(blob, columns=["id"]).column("id")
            found += column.take(pa.array(ascending[low:high] - start)).to_pylist()
        start += rows
    names = np.empty(len(places), np.object_)
    names[order] = found
    return list(names)
