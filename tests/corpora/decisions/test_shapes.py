"""What is kept of how signals lie is what would be asked of the columns."""

from __future__ import annotations

import numpy as np
import pytest

from corpora import stages
from corpora.arrays import put_array, read_array
from corpora.decisions.shapes import KEPT, quantiles, sample
from corpora.decisions.what_if import histogram
from corpora.stages import UnitSpec, no_progress
from corpora.storage import Store


def test_histograms_and_quantiles_are_those_of_the_columns(store: Store) -> None:
    draw = np.random.default_rng(0)
    columns = {
        "long": draw.normal(size=9_000).astype(np.float32),
        "holes": np.array([np.nan, 2, 1, np.nan], np.float32),
        "empty": np.full(3, np.nan, np.float32),
    }
    blobs = {name: put_array(store, values) for name, values in columns.items()}
    spec = UnitSpec(stage="columns.shapes", inputs={"columns": blobs})
    kept = stages.execute(spec, store, no_progress).outputs["shapes"]
    histograms = store.read_json(kept["histograms"])
    rows = read_array(store, kept["quantiles"])
    assert rows.shape == (3, KEPT)
    for row, name in zip(rows, sorted(columns), strict=True):
        expected = histogram(columns[name])
        assert histograms[name]["bins"] == expected.counts.tolist()
        assert histograms[name]["edges"] == expected.edges.tolist()
        assert histograms[name]["missing"] == expected.missing
        np.testing.assert_array_equal(row[~np.isnan(row)], quantiles(columns[name]))


def test_of_many_rows_a_spread_sample_is_near_the_truth() -> None:
    column = np.sort(np.random.default_rng(0).normal(size=400_000).astype(np.float32))
    seen = sample(column)
    assert len(seen) == 65_536
    assert (seen < 1.0).mean() == pytest.approx((column < 1.0).mean(), abs=0.005)
