"""What-if answers exactly what the units then do."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpora.decisions.keepers import part_offsets
from corpora.decisions.packed import Documents, People, unpack
from corpora.decisions.what_if import (
    histogram,
    waterfall,
)
from corpora.rules import failing, limits
from tests.corpora.decisions.corpus import Corpus, One, Pair, rule

# Few values, so that ties and limits are met often.
LEVELS = st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.7])
ONES = st.builds(
    One,
    quality=LEVELS,
    characters=st.sampled_from([10.0, 20.0, 30.0]),
    host=st.sampled_from([None, "a.jp", "b.jp"]),
    cluster=st.sampled_from([None, None, "c", "d"]),
    exact=st.sampled_from([None, "x", "y"]),
    verdict=st.sampled_from([None, None, None, "keep", "drop", "prefer"]),
)
PARTS = st.lists(st.lists(ONES, min_size=1, max_size=5), min_size=1, max_size=3)
RULES = st.lists(
    st.tuples(
        st.sampled_from(["quality", "characters"]),
        st.one_of(st.none(), LEVELS),
        st.one_of(st.none(), st.sampled_from([0.2, 0.3, 20.0])),
    ),
    max_size=3,
).map(lambda drawn: [rule(f"規則{n}", *one) for n, one in enumerate(drawn)])


PAIRS = st.none() | st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=6)


@settings(max_examples=60)
@given(
    parts=PARTS,
    rules=RULES,
    policy=st.sampled_from(["quality", "longest", "earliest"]),
    hosts=st.sampled_from([[], ["a.jp"]]),
    pairs=PAIRS,
)
def test_the_waterfall_is_what_the_decisions_then_are(
    parts: list[list[One]],
    rules: list[dict[str, Any]],
    policy: str,
    hosts: list[str],
    pairs: list[tuple[int, int]] | None,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        opt_outs = {"hosts": hosts}
        count = sum(map(len, parts))
        some = pairs and [Pair(a=a, b=b) for a, b in pairs if a < b < count]
        corpus = Corpus(
            folder=Path(folder),
            parts=parts,
            rules=rules,
            policy=policy,
            opt_outs=opt_outs,
            pairs=some,
        )
        decisions = corpus.decisions()
        answer = waterfall(
            corpus.measured(),
            limits(rules),
            rows=sum(map(len, parts)),
            members=corpus.members(),
            inside=corpus.inside(),
            policy=policy,
            overrides=corpus.overrides(),
        )
        documents = Documents(
            corpus.measured(),
            count,
            part_offsets(corpus.store, corpus.documents),
            corpus.members(),
            corpus.inside(),
        )
        quick = documents.answer(
            limits(rules),
            People.of(corpus.overrides(), count),
            policy=policy,
            share=None if pairs is None else 0.0,
        )
        assert quick.waterfall == answer
        assert list(unpack(quick.kept, 0, count)) == [row["verdict"] == "keep" for row in decisions]
        dropped = Counter(row["rule"] for row in decisions if row["verdict"] == "drop")
        assert {name: n for name, n in answer.dropped.items() if n} == dict(dropped)
        assert answer.kept == sum(row["verdict"] == "keep" for row in decisions)
        assert answer.documents == answer.kept + sum(answer.dropped.values())
        every = Counter(name for row in decisions for name in row["rules"])
        assert {name: n for name, n in answer.failing.items() if n} == dict(every)


VALUES = st.lists(
    st.one_of(LEVELS, st.floats(0, 1, width=32), st.just(float("nan"))), max_size=40
).map(lambda values: np.array(values, np.float32))


@given(values=VALUES)
@example(values=np.array([0, np.finfo(np.float32).tiny], np.float32))
def test_every_document_is_in_the_histogram_once(
    values: np.ndarray[Any, np.dtype[np.float32]],
) -> None:
    found = histogram(values)
    assert found.counts.sum() + found.missing == len(values)
    assert len(found.edges) == len(found.counts) + 1
    assert (np.diff(found.edges) > 0).all()


def test_an_outlier_does_not_stretch_the_histogram() -> None:
    values = np.append(np.random.default_rng(1).random(10_000), 1e9).astype(np.float32)
    found = histogram(values, bins=50)
    assert found.edges[-1] < 2
    assert found.counts[-1] >= 1


def test_whole_numbers_get_whole_bins() -> None:
    found = histogram(np.array([0, 1, 2, 3, 500], np.float32), bins=60)
    widths = np.diff(found.edges)
    assert set(widths.tolist()) == {widths[0]}
    assert widths[0] == round(float(widths[0]))
    assert len(found.counts) <= 61


@pytest.mark.parametrize(
    ("value", "low", "high", "fails"),
    [
        pytest.param(0.2, None, 0.2, False, id="at max"),
        pytest.param(0.2, 0.2, None, False, id="at min"),
        pytest.param(0.2000001, None, 0.2, True, id="just above max"),
        pytest.param(float("nan"), 0.5, 0.6, False, id="not measured"),
        pytest.param(float("inf"), None, 1.0, True, id="infinite"),
        pytest.param(5, None, None, False, id="no limit"),
    ],
)
def test_the_one_comparison(
    value: float, low: float | None, high: float | None, fails: bool
) -> None:
    assert failing(np.array([value], np.float32), low, high).tolist() == [fails]
