"""Pairs that people say are no duplicates: they end in different clusters, whoever lies between.

A cluster that holds such a pair is put together again from the start: its exact copies first,
then its near pairs from the highest exact Jaccard on. What would bring the two into one cluster
is left out, so that a third document goes with the one it is more like. All other clusters are
what they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora.storage import Store

#: int64[pairs, 2], two positions.
Pairs = NDArray[np.int64]


def named_pairs(store: Store, blob: str, documents: Sequence[str]) -> Pairs:
    """The APART rows by the positions of their documents; those of other snapshots left out.

    An id that stands at several positions is meant at each of them.
    """
    if not blob:
        return np.empty((0, 2), np.int64)
    rows = store.read_table(blob)
    names = pc.unique(pa.chunked_array([*rows["a"].chunks, *rows["b"].chunks], pa.string()))
    at: dict[str, list[int]] = {}
    start = 0
    for document in documents:
        ids: Any = store.read_table(document, columns=["id"])["id"].combine_chunks()
        here = np.flatnonzero(pc.is_in(ids, value_set=names).to_numpy(zero_copy_only=False))
        for name, row in zip(ids.take(pa.array(here)).to_pylist(), here.tolist(), strict=True):
            at.setdefault(name, []).append(start + row)
        start += len(ids)
    sides: list[list[Any]] = [rows[side].to_pylist() for side in "ab"]
    pairs = [
        (one, other)
        for a, b in zip(*sides, strict=True)
        for one in at.get(a, ())
        for other in at.get(b, ())
        if a != b
    ]
    return np.array(sorted(pairs), np.int64).reshape(-1, 2)


def join_apart(count: int, pairs: Pairs, named: Pairs) -> NDArray[np.bool_]:
    """Union-find over 0 … ``count`` - 1 in the order of the pairs; bool[pairs], which did join.

    A pair is left out when it would bring two named ones together.

    >>> chain = np.array([[0, 1], [1, 2]])
    >>> join_apart(3, chain, np.array([[2, 0]])).tolist()
    [True, False]
    """
    parents = list(range(count))
    members = [1] * count
    #: Root -> roots that it must not be joined with.
    enemies: dict[int, set[int]] = {}
    for a, b in named.tolist():
        enemies.setdefault(a, set()).add(b)
        enemies.setdefault(b, set()).add(a)
    done = np.zeros(len(pairs), np.bool_)
    for number, (a, b) in enumerate(pairs.tolist()):
        one, other = _root(parents, a), _root(parents, b)
        if one == other or other in enemies.get(one, ()):
            continue
        if members[one] < members[other]:
            one, other = other, one
        parents[other] = one
        members[one] += members[other]
        for enemy in enemies.pop(other, ()):
            enemies[enemy].discard(other)
            enemies[enemy].add(one)
            enemies.setdefault(one, set()).add(enemy)
        done[number] = True
    return done


def _root(parents: list[int], at: int) -> int:
    while parents[at] != at:
        parents[at] = parents[parents[at]]
        at = parents[at]
    return at
