"""Bands, buckets and union-find against plain Python."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.dedup.candidates import Signatures, candidates
from corpora.kernels.bands import agreements, first_equal, join_in_order, packed_keys, roots


@settings(max_examples=60)
@given(st.data())
def test_candidates_are_the_pairs_that_share_a_band(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(0, 6), min_size=1, max_size=4))
    rows = data.draw(
        st.lists(
            st.lists(st.integers(0, 1), min_size=6, max_size=6),
            min_size=sum(sizes),
            max_size=sum(sizes),
        )
    )
    matrix = np.array(rows, np.uint32).reshape(-1, 6)
    parts = Signatures(np.split(matrix, np.cumsum(sizes)[:-1]))
    wanted = np.array(data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))))
    wanted = wanted.astype(np.bool_)
    found = candidates(parts, wanted, bands=range(1, 3), rows=2, threshold=0.3)
    expected = []
    for a, b in combinations(range(len(rows)), 2):
        shares = any(rows[a][k : k + 2] == rows[b][k : k + 2] for k in (2, 4))
        if wanted[a] and wanted[b] and shares:
            expected.append([a, b, sum(x == y for x, y in zip(rows[a], rows[b], strict=True))])
    assert found.tolist() == expected


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=12), st.integers(0, 12))
def test_the_first_of_equal_hashes(hashes: list[tuple[int, int]], split: int) -> None:
    # In the highest bits, so that the number of a row takes nothing from what tells them apart.
    array = np.array(hashes, np.uint64).reshape(-1, 2) << np.uint64(60)
    expected = [
        hashes.index(value) if value != (0, 0) else place for place, value in enumerate(hashes)
    ]
    assert first_equal([array[:split], array[split:]]).tolist() == expected


def test_hashes_that_differ_only_where_the_row_stands_are_not_equal() -> None:
    assert first_equal([np.array([[8, 1], [9, 1], [8, 1]], np.uint64)]).tolist() == [0, 1, 0]


@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), max_size=30))
def test_pairs_join_what_paths_join(edges: list[tuple[int, int]]) -> None:
    parents = np.arange(16)
    pairs = np.array(edges, np.int64).reshape(-1, 2)
    done = join_in_order(parents, pairs, np.ones(len(pairs), np.bool_))
    groups = {n: {n} for n in range(16)}
    for (a, b), joined in zip(edges, done.tolist(), strict=True):
        assert joined == (groups[a] is not groups[b])
        merged = groups[a] | groups[b]
        groups.update(dict.fromkeys(merged, merged))
    assert roots(parents, np.arange(16)).tolist() == [min(groups[n]) for n in range(16)]


def test_what_lies_outside_is_refused() -> None:
    matrix = np.zeros((2, 4), np.uint32)
    with pytest.raises(ValueError, match="outside the signatures"):
        packed_keys(matrix, np.ones(2, np.bool_), start=0, bands=range(3), rows=2, bits=4)
    with pytest.raises(ValueError, match="do not fit"):
        packed_keys(matrix, np.ones(2, np.bool_), start=3, bands=range(2), rows=2, bits=2)
    with pytest.raises(IndexError):
        agreements(matrix, matrix, np.array([[0, 2]]))
    with pytest.raises(IndexError):
        join_in_order(np.arange(2), np.array([[0, 2]]), np.ones(1, np.bool_))
