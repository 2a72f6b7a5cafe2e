"""Sets of rows as bits are what numpy's masks are."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.decisions.choice import Choice, Members, choose
from corpora.decisions.packed import pack
from corpora.kernels.choosing import Clusters
from corpora.kernels.masks import are_set, reached, take_from, tallied, times_set, with_rows

FLOATS = st.floats(0, 1e6, width=32) | st.sampled_from([float("nan"), float("inf"), 0.5])
COLUMNS = st.lists(FLOATS, max_size=200).map(lambda values: np.array(values, np.float32))


def masks(rows: int, seed: int = 1) -> list[np.ndarray[Any, np.dtype[np.bool_]]]:
    draw = np.random.default_rng(rows + seed)
    return [draw.random(rows) < share for share in (0.03, 0.5, 0.97, 0.0, 1.0)]


@pytest.mark.parametrize("rows", [0, 1, 63, 64, 65, 1_000])
def test_sets_are_taken_from_each_other_and_counted(rows: int) -> None:
    some = masks(rows)
    for one, other in pairwise(some):
        left = pack(one)
        assert (take_from(left, pack(other)) == pack(one & other)).all()
        assert (left == pack(one & ~other)).all()
        assert (with_rows(rows, np.flatnonzero(one)) == pack(one)).all()
    rows_asked = np.arange(0, rows, 3)
    for one in some:
        assert (are_set(pack(one), rows_asked) == one[rows_asked]).all()
    times = times_set([pack(one) for one in some], rows)
    assert times.tolist() == np.sum(some, axis=0).tolist()


@pytest.mark.parametrize(
    "limits",
    [
        pytest.param(np.linspace(0, 1, 61), id="even"),
        pytest.param(np.linspace(0, 50_000, 201), id="wide"),
        pytest.param(np.array([0, 0.1, 5, 5.5, 1e5]), id="uneven"),
        pytest.param(np.linspace(1e6, 1e6 + 1, 61), id="finer than float32"),
        pytest.param(np.array([3.0]), id="one"),
    ],
)
@given(values=COLUMNS, seed=st.integers(0, 9))
def test_places_are_what_a_search_gives(
    limits: np.ndarray[Any, Any], values: np.ndarray[Any, Any], seed: int
) -> None:
    ascending = limits.astype(np.float32)
    column = np.concatenate([values, ascending])
    for mask in (None, *masks(len(column), seed)):
        some = column if mask is None else column[mask]
        there = some[~np.isnan(some)]
        places = np.searchsorted(ascending, there, side="right")
        counts, missing = reached(column, None if mask is None else pack(mask), ascending)
        assert counts.tolist() == np.bincount(places, minlength=len(limits) + 1).tolist()
        assert missing == np.isnan(some).sum()


@given(
    members=st.lists(
        st.tuples(
            st.integers(0, 5),  # cluster
            st.sampled_from([0, 0, 1, 3]),  # rules failed
            st.booleans(),  # excluded
            st.booleans(),  # judged to be kept
            st.sampled_from([0, 0, 2]),  # rank
            st.sampled_from([float("nan"), -0.0, 0.0, 5.0, -7.0]),  # merit
        ),
        max_size=40,
    )
)
def test_the_best_of_a_cluster_is_whom_the_decisions_choose(members: list[Any]) -> None:
    clusters, failed, excluded, keep, ranks, merit = (
        np.array([one[n] for one in members], kind)
        for n, kind in enumerate((np.int64, np.int64, np.bool_, np.bool_, np.int64, np.float32))
    )
    count = len(members)
    nobody = np.zeros(count, np.bool_)
    choice = Choice(
        policy="quality", failed=failed, excluded=excluded, judged_keep=keep, preferred=nobody,
        characters=merit, japanese=merit,
    )  # fmt: skip
    rows = np.arange(count)
    expected = choose(Members(rows=rows, clusters=clusters, exacts=rows, ranks=ranks), choice)
    against = (~(keep & ~excluded)).astype(np.uint32) << 18 | excluded.astype(np.uint32) << 17
    against |= failed.astype(np.uint32) << 1
    numbers = np.where(np.isnan(merit), np.float32(-np.inf), merit)
    found = Clusters(clusters)
    keepers = found.best(against, found.standing(ranks, numbers))
    assert keepers.tolist() == expected.tolist()


@pytest.mark.parametrize("sign", [1, -1])
def test_the_highest_value_of_a_cluster_is_an_able_members(sign: int) -> None:
    clusters = Clusters(np.array([5, 2, 5, 2, 9, 8]))
    values = np.array([1, np.nan, 3, 4, 7, 6], np.float32)
    able = np.array([True, True, True, True, False, True])
    settled = np.array([False, False, False, False, False, True])
    found = clusters.highest(values, able, settled, sign).tolist()
    assert np.isnan(found[0])
    assert found[1:] == [3 if sign == 1 else 1]


def test_what_does_not_fit_is_refused() -> None:
    one, two = np.zeros(1, np.uint64), np.zeros(2, np.uint64)
    column, groups = np.zeros(64, np.float32), np.zeros(64, np.uint16)
    with pytest.raises(ValueError, match="size"):
        take_from(one, two)
    with pytest.raises(IndexError):
        with_rows(5, np.array([5]))
    with pytest.raises(IndexError):
        are_set(one, np.array([64]))
    with pytest.raises(ValueError, match="size"):
        times_set([two], 64)
    with pytest.raises(ValueError, match="size"):
        tallied(two, two, groups, column, np.zeros(0, np.int32), np.zeros((4, 1), np.int64))
    with pytest.raises(ValueError, match="size"):
        reached(column, two, column)
    with pytest.raises(ValueError, match="member"):
        Clusters(np.array([1])).best(np.zeros(2, np.uint32), np.zeros(1, np.uint64))
