"""Who stays of a cluster."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpora.arrays import read_array
from corpora.decisions.keepers import KEEPERS, read_keepers
from tests.corpora.decisions.corpus import Corpus, One, rule

LOW = rule("低品質", "quality", min=0.4)


def keeper(tmp_path: Path, *ones: One, policy: str = "quality", **options: object) -> str:
    parts = [[one] for one in ones]
    corpus = Corpus(folder=tmp_path, parts=parts, rules=[LOW], policy=policy, **options)  # type: ignore[arg-type]
    table = read_keepers(corpus.store, corpus.keepers().outputs["keepers"], KEEPERS.names)
    (kept,) = set(table["keeper"].to_pylist())
    return str(kept)[:2]


def member(**values: object) -> One:
    return One(cluster="c", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("policy", "expected"), [("quality", "01"), ("longest", "01"), ("earliest", "00")]
)
def test_the_policy_chooses_among_those_that_pass(
    tmp_path: Path, policy: str, expected: str
) -> None:
    ones = [member(characters=10), member(characters=20), member(characters=99, quality=0.0)]
    assert keeper(tmp_path, *ones, policy=policy) == expected


def test_equal_ones_keep_the_first_by_part_and_row(tmp_path: Path) -> None:
    assert keeper(tmp_path, member(), member(), member()) == "00"


@pytest.mark.parametrize(
    ("ranks", "expected"),
    [
        pytest.param([1, 1, 1], "01", id="no corpus before another: the policy"),
        pytest.param([0, 1, 1], "00", id="a worse one of a preferred corpus"),
        pytest.param([1, 0, 0], "01", id="the policy within a rank"),
        pytest.param([1, 2, 0], "00", id="the next corpus when the first one's fails a rule"),
    ],
)
def test_a_preferred_corpus_goes_before_the_policy(
    tmp_path: Path, ranks: list[int], expected: str
) -> None:
    ones = [member(characters=10), member(characters=20), member(characters=99, quality=0.0)]
    assert keeper(tmp_path, *ones, ranks=ranks) == expected


def test_a_member_judged_to_be_kept_outranks_a_preferred_corpus(tmp_path: Path) -> None:
    assert keeper(tmp_path, member(), member(verdict="keep"), ranks=[0, 1]) == "01"


def test_a_member_judged_to_be_kept_outranks_all(tmp_path: Path) -> None:
    ones = [member(characters=99), member(characters=1, quality=0.0, verdict="keep")]
    assert keeper(tmp_path, *ones) == "01"


def test_a_preferred_member_is_kept_of_those_that_survive(tmp_path: Path) -> None:
    ones = [member(characters=99), member(characters=1, verdict="prefer")]
    assert keeper(tmp_path, *ones, ranks=[0, 1]) == "01"


def test_to_be_preferred_overrules_no_rule_and_no_judgement(tmp_path: Path) -> None:
    fails = [member(), member(quality=0.0, verdict="prefer")]
    assert keeper(tmp_path, *fails) == "00"
    kept = [member(verdict="prefer"), member(quality=0.0, verdict="keep")]
    assert keeper(tmp_path, *kept) == "01"


def test_a_member_judged_to_be_dropped_or_opted_out_keeps_nobody_else_out(tmp_path: Path) -> None:
    ones = [member(characters=99, verdict="drop"), member(characters=50, host="x.jp"), member()]
    assert keeper(tmp_path, *ones, opt_outs={"hosts": ["x.jp"]}) == "02"


def test_an_opted_out_member_judged_to_be_kept_is_no_keeper(tmp_path: Path) -> None:
    ones = [member(verdict="keep"), member(characters=1)]
    assert keeper(tmp_path, *ones, opt_outs={"ids": [f"{0:032d}"]}) == "01"


def test_when_nobody_survives_the_best_is_named_and_nobody_is_kept(tmp_path: Path) -> None:
    parts = [[member(quality=0.0, characters=1), member(quality=0.1, characters=2)]]
    rows = Corpus(folder=tmp_path, parts=parts, rules=[LOW]).decisions()
    assert {row["keeper"] for row in rows} == {f"{1:032d}"}
    assert [row["rule"] for row in rows] == ["低品質", "低品質"]


def test_without_clusters_the_table_is_empty(tmp_path: Path) -> None:
    corpus = Corpus(folder=tmp_path, parts=[[One()]])
    result = corpus.keepers()
    assert result.outputs["keepers"] == [""]
    assert result.counts == {"documents": 0, "clusters": 0}


def test_columns_are_the_parts_one_after_another_and_the_index_finds_each(tmp_path: Path) -> None:
    parts = [[One(quality=0.1), One(quality=0.2)], [One(quality=0.3)]]
    corpus = Corpus(folder=tmp_path, parts=parts)
    outputs = corpus.columns().outputs
    values = read_array(corpus.store, outputs["columns"]["quality"])
    assert values.dtype == np.float32
    assert values.tolist() == np.array([0.1, 0.2, 0.3], np.float32).tolist()
    index = corpus.store.read_table(outputs["index"]).to_pylist()
    assert index == sorted(index, key=lambda row: row["id"])
    assert index[2] == {"id": corpus.id(1, 0), "part": 1, "row": 0}
    ids, rows = (read_array(corpus.store, outputs["by_id"][name]) for name in ("ids", "rows"))
    assert [one.ljust(16, b"\0").hex() for one in ids.tolist()] == [row["id"] for row in index]
    assert rows.tolist() == [2 * row["part"] + row["row"] for row in index]
