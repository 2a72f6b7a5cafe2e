"""Packed masks and counts are what plain ones are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpora.decisions.bins import CHUNK, Steps, rounded_up
from corpora.decisions.packed import Failing, ones, pack, unpack
from corpora.decisions.totals import Measures, totals
from corpora.decisions.what_if import counts_between, histogram
from corpora.rules import failing

FLOATS = st.floats(0, 1e6, width=32)
COLUMNS = st.lists(FLOATS | st.just(float("nan")), max_size=200).map(
    lambda values: np.array(values, np.float32)
)


def drawn(rows: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(rows).lognormal(2, 1, rows).astype(np.float32)


@pytest.mark.parametrize("rows", [0, 1, 63, 64, 65, 1_000])
def test_a_mask_is_packed_and_unpacked(rows: int) -> None:
    mask = drawn(rows) > 7
    bits = pack(mask)
    assert (unpack(bits, 0, rows) == mask).all()
    assert ones(bits) == mask.sum()


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
@given(values=COLUMNS)
def test_places_are_what_a_search_gives(
    limits: np.ndarray[Any, Any], values: np.ndarray[Any, Any]
) -> None:
    steps = Steps(limits.astype(np.float32))
    values = np.concatenate([values[~np.isnan(values)], steps.limits, np.float32([np.inf])])
    assert (steps.reached(values) == np.searchsorted(steps.limits, values, side="right")).all()


@example(values=np.array([3e38], np.float32), edges=[0.0, 0.5])
@given(values=COLUMNS, edges=st.lists(st.floats(0, 1e6), min_size=2, max_size=30, unique=True))
def test_counts_between_edges_are_numpys(values: np.ndarray[Any, Any], edges: list[float]) -> None:
    ordered = np.array(sorted(edges))
    finite = values[np.isfinite(values)]
    places = np.clip(np.searchsorted(ordered, finite, side="right") - 1, 0, len(ordered) - 2)
    expected = np.bincount(places, minlength=len(ordered) - 1)
    assert (counts_between(values, ordered) == expected).all()
    assert (rounded_up(ordered).astype(np.float64) >= ordered).all()


def test_a_histogram_of_several_pieces_skips_what_is_not_finite() -> None:
    column = drawn(CHUNK * 2 + 77)
    column[::5], column[3] = np.nan, np.inf
    found = histogram(column)
    finite = column[np.isfinite(column)]
    places = np.clip(np.searchsorted(found.edges, finite, side="right") - 1, 0, 59)
    assert (found.counts == np.bincount(places, minlength=60)).all()
    assert found.missing == len(column) - len(finite)


def test_limits_are_remembered_up_to_a_size() -> None:
    column = drawn(CHUNK + 100)
    members = np.arange(0, len(column), 7)
    known = Failing({"length": column}, members, most_bytes=3 * len(column) // 8)
    for limit in (1, 5, 9, 5, 1):
        found = known.of("length", limit, None)
        expected = failing(column, limit, None)
        assert (unpack(found.bits, 0, len(column)) == expected).all()
        assert (unpack(found.members, 0, len(members)) == expected[members]).all()
        assert found.count == expected.sum()
    assert known.of("length", 1, None) is known.of("length", 1, None)
    assert known.size <= 3 * len(column) // 8
    assert not known.unmeasured("length").count


@pytest.mark.parametrize("reasons", [0, 1, 5, 300])
def test_totals_are_what_numpy_sums_and_what_moved_is_enough(reasons: int) -> None:
    rows, draw = 5_003, np.random.default_rng(reasons)
    groups = draw.integers(0, 9, rows).astype(np.uint16)
    lengths = draw.integers(0, 9_000, rows).astype(np.float32)
    lengths[7] = np.nan
    numbers = draw.integers(0, reasons + 1, rows)
    tokens = draw.integers(-1, 50, rows).astype(np.int32)
    measures = Measures(groups=groups, count=9, characters=lengths, tokens=tokens)
    before = None
    for _ in range(3):
        sets = [pack(numbers == reason) for reason in range(reasons)]
        before = found = totals(sets, measures, before)
        for group in range(9):
            for reason in range(reasons):
                some = (groups == group) & (numbers == reason)
                encoded = some & (tokens >= 0)
                assert found.sums[reason, :, group].tolist() == [
                    some.sum(),
                    np.nansum(lengths[some], dtype=float),
                    tokens[encoded].sum(),
                    np.nansum(lengths[encoded], dtype=float),
                ]
        assert found.sums.shape == (reasons, 4, 9)
        numbers[draw.integers(0, rows, 500)] = 0
