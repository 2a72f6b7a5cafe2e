"""Histograms as shapes: where a bar stands is what a curator sees."""

from __future__ import annotations

import numpy as np
import pytest

from corpora.decisions.what_if import histogram
from corpora.recipe import Rule
from curation.queries.charts import WIDTH, chart


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        pytest.param(0.0, Rule(name="r", signal="mojibake_share", max=0.02), id="all 0"),
        pytest.param(1.0, Rule(name="r", signal="japanese_score", min=0.5), id="all 1"),
    ],
)
def test_a_share_that_is_always_the_same_is_one_thin_bar_on_the_kept_side(
    value: float, rule: Rule
) -> None:
    drawn = chart(histogram(np.full(1_000, value, np.float32)), rule)
    (bar,) = drawn.bars
    limit = drawn.max_x if rule.min is None else drawn.min_x
    assert limit is not None
    assert bar.width < WIDTH / 30
    assert bar.keeps
    assert (bar.x + bar.width <= limit) if rule.min is None else (bar.x >= limit)


def test_whole_numbers_keep_bars_of_their_own_width() -> None:
    drawn = chart(
        histogram(np.array([1, 2, 2, 3], np.float32)), Rule(name="r", signal="characters", min=2)
    )
    assert [bar.documents for bar in drawn.bars] == [1, 2, 1]
    assert drawn.bars[1].width == pytest.approx(drawn.bars[2].width, rel=0.1)


def test_a_limit_is_a_setting_of_its_slider() -> None:
    lengths = np.linspace(0, 4_050, 1_000, dtype=np.float32)
    drawn = chart(histogram(lengths), Rule(name="r", signal="characters", min=30))
    assert 30.0 in drawn.settings()
    assert drawn.count <= 2_000
