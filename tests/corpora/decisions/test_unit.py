"""Keep or drop, with the first reason, its value and limit, and all the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.corpora.decisions.corpus import Corpus, One, rule

LOW = rule("低品質", "quality", min=0.4)
LONG = rule("長すぎ", "characters", max=1000)


def decide(tmp_path: Path, *ones: One, **options: Any) -> list[dict[str, Any]]:
    return Corpus(folder=tmp_path, parts=[list(ones)], **options).decisions()


def test_all_failing_rules_are_listed_and_the_first_gives_value_and_limit(tmp_path: Path) -> None:
    (row,) = decide(tmp_path, One(quality=0.25, characters=2000), rules=[LONG, LOW])
    assert (row["verdict"], row["rule"], row["rules"]) == ("drop", "長すぎ", ["長すぎ", "低品質"])
    assert (row["value"], row["limit"]) == (2000, 1000)


def test_a_value_at_its_limit_passes_though_float32_rounds_it(tmp_path: Path) -> None:
    rows = decide(
        tmp_path, One(quality=0.2), One(quality=0.7), rules=[rule("x", "quality", 0.2, 0.7)]
    )
    assert [row["verdict"] for row in rows] == ["keep", "keep"]
    assert rows[0]["rule"] is None


def test_an_opt_out_wins_over_a_judgement_to_keep(tmp_path: Path) -> None:
    (row,) = decide(tmp_path, One(verdict="keep"), opt_outs={"ids": [f"{0:032d}"]})
    assert (row["verdict"], row["rule"]) == ("drop", "opt_out")


def test_a_judgement_to_keep_wins_over_rules_which_stay_listed(tmp_path: Path) -> None:
    (row,) = decide(tmp_path, One(verdict="keep", quality=0.0), rules=[LOW])
    assert (row["verdict"], row["rule"], row["rules"]) == ("keep", None, ["低品質"])
    assert row["value"] is None


def test_a_judgement_to_drop_comes_before_the_rules(tmp_path: Path) -> None:
    (row,) = decide(tmp_path, One(verdict="drop", quality=0.0), rules=[LOW])
    assert (row["rule"], row["rules"]) == ("judgement", ["judgement", "低品質"])


@pytest.mark.parametrize(
    ("opt_outs", "dropped"),
    [
        pytest.param({"hosts": ["example.jp"]}, True, id="the host"),
        pytest.param({"hosts": ["EXAMPLE.jp."]}, True, id="the host written otherwise"),
        pytest.param({"hosts": ["jp"]}, True, id="the domain above it"),
        pytest.param({"hosts": ["ample.jp"]}, False, id="the end of a label is no host"),
        pytest.param({"urls": ["https://www.example.jp/a/"]}, True, id="a prefix of the address"),
        pytest.param({"urls": ["https://www.example.jp/b/"]}, False, id="another prefix"),
        pytest.param({"urls": [""]}, False, id="an empty prefix means nobody"),
        pytest.param({}, False, id="nobody"),
    ],
)
def test_opt_outs_by_host_and_address(
    tmp_path: Path, opt_outs: dict[str, list[str]], dropped: bool
) -> None:
    one = One(host="www.example.jp", url="https://www.example.jp/a/1.html")
    (row,) = decide(tmp_path, one, opt_outs=opt_outs)
    assert (row["verdict"] == "drop") is dropped


def test_copies_are_dropped_and_say_which_document_stays(tmp_path: Path) -> None:
    rows = decide(
        tmp_path,
        One(cluster="c", exact=None, jaccard=0.91, characters=50),
        One(cluster="c", exact="y", characters=90),
        One(cluster="c", exact="y", characters=90),
        One(),
    )
    assert [row["rule"] for row in rows] == ["near_duplicate", None, "exact_duplicate", None]
    assert [row["keeper"] for row in rows] == [f"{1:032d}", f"{1:032d}", f"{1:032d}", None]
    assert [row["cluster"] for row in rows] == ["c", "c", "c", None]
    assert [(row["value"], row["limit"]) for row in rows[:3]] == [
        (0.91, 0.8),
        (None, None),
        (1, 0.8),
    ]


def test_two_documents_without_any_exact_copy_are_near_copies(tmp_path: Path) -> None:
    rows = decide(tmp_path, One(cluster="c"), One(cluster="c"))
    assert [row["rule"] for row in rows] == [None, "near_duplicate"]


def test_evidence_points_at_the_hits_of_failed_rules_only(tmp_path: Path) -> None:
    few = rule("成人", "adult_hits", max=1)
    rows = decide(tmp_path, One(text="𠮷巨乳と巨乳"), One(text="巨乳"), rules=[few, LOW])
    spans = [(hit["rule"], hit["start"], hit["end"]) for hit in rows[0]["evidence"]]
    assert spans == [("成人", 1, 3), ("成人", 4, 6)]
    assert rows[1]["evidence"] == []


def test_evidence_is_bounded(tmp_path: Path) -> None:
    none = rule("成人", "adult_hits", max=0)
    (row,) = decide(tmp_path, One(text="巨乳、" * 500), rules=[none])
    assert len(row["evidence"]) == 100


def test_counts_add_up_by_reason_and_domain(tmp_path: Path) -> None:
    ones = [
        One(text="一二三", domain="法律", quality=0.0),
        One(text="四五", domain="法律"),
        One(text="六"),
    ]
    (result,) = Corpus(folder=tmp_path, parts=[ones], rules=[LOW, LONG]).decide()
    counts = result.counts
    assert (counts["kept"], counts["dropped"]) == (2, {"低品質": 1})
    assert (counts["characters"], counts["kept_characters"]) == (6, 3)
    assert counts["dropped_characters"] == {"低品質": 3}
    law = {"documents": 2, "kept": 1, "characters": 5, "kept_characters": 2}
    assert counts["by_domain"]["法律"] == law
    assert counts["by_domain"][""]["documents"] == 1
