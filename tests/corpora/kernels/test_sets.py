"""Sets of numbers compared by kernels against Python's own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.kernels.sets import intersection, pair_intersections

SETS = st.sets(st.integers(0, 400) | st.sampled_from([1 << 63, (1 << 64) - 1]), max_size=300)


def sorted_set(numbers: set[int]) -> np.ndarray:
    return np.array(sorted(numbers), np.uint64)


@given(a=SETS, b=SETS)
def test_what_two_sets_share(a: set[int], b: set[int]) -> None:
    assert intersection(sorted_set(a), sorted_set(b)) == len(a & b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param(range(4_000), range(4_000), id="the same"),
        pytest.param(range(4_000), range(1, 4_001), id="one beside the other"),
        pytest.param(range(0, 8_000, 2), range(1, 8_000, 2), id="nothing in common"),
        pytest.param(range(4_000), range(4_000, 8_000), id="one above the other"),
        pytest.param(range(100), range(0, 100_000, 7), id="small and large"),
        pytest.param(range(64), range(63, 127), id="just large enough for quarters"),
    ],
)
def test_quarters_lose_nothing(a: range, b: range) -> None:
    shared = len(set(a) & set(b))
    assert intersection(sorted_set(set(a)), sorted_set(set(b))) == shared
    assert intersection(sorted_set(set(b)), sorted_set(set(a))) == shared


def test_sizes_alone_rule_a_pair_out() -> None:
    values = np.array([1, 2, 3, 4, 5, 1, 2, 3, 4, 1], np.uint64)
    starts, ends = np.array([0, 5, 9]), np.array([5, 9, 10])
    pairs = np.array([[0, 1], [0, 2]])
    assert pair_intersections(values, starts, ends, pairs, 0.8).tolist() == [4, 0]


def test_a_pair_names_sets_that_are_there() -> None:
    nothing = np.zeros(0, np.int64)
    with pytest.raises(IndexError):
        pair_intersections(np.zeros(0, np.uint64), nothing, nothing, np.array([[0, 1]]), 0.0)
