"""Who stays where documents lie inside larger ones."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpora.decisions.corpus import Corpus, One, Pair, rule

LOW = rule("低品質", "quality", min=0.4)
#: a in b in c, in the order of their sizes.
CHAIN = [Pair(a=0, b=1), Pair(a=1, b=2)]


def decide(tmp_path: Path, *ones: One, pairs: list[Pair], **options: Any) -> list[dict[str, Any]]:
    corpus = Corpus(folder=tmp_path, parts=[list(ones)], pairs=pairs, rules=[LOW], **options)
    return corpus.decisions()


def reasons(rows: list[dict[str, Any]]) -> list[str | None]:
    return [row["rule"] for row in rows]


def test_a_work_in_a_kept_collection_is_dropped_and_names_it(tmp_path: Path) -> None:
    rows = decide(tmp_path, One(), One(), pairs=[Pair(a=0, b=1, share=0.96)])
    assert reasons(rows) == ["contained", None]
    assert (rows[0]["value"], rows[0]["limit"], rows[0]["keeper"]) == (0.96, 0.9, f"{1:032d}")
    assert [row["cluster"] for row in rows] == [None, None]


@pytest.mark.parametrize(
    ("collection", "expected"),
    [
        pytest.param(One(quality=0.0), [None, "低品質"], id="that fails a rule"),
        pytest.param(One(verdict="drop"), [None, "judgement"], id="that a person drops"),
        pytest.param(One(host="x.jp"), [None, "opt_out"], id="that opted out"),
        pytest.param(One(quality=0.0, verdict="keep"), ["contained", None], id="judged to be kept"),
    ],
)
def test_a_collection_that_is_dropped_does_not_take_its_works_with_it(
    tmp_path: Path, collection: One, expected: list[str | None]
) -> None:
    pairs = [Pair(a=0, b=1)]
    rows = decide(tmp_path, One(), collection, pairs=pairs, opt_outs={"hosts": ["x.jp"]})
    assert reasons(rows) == expected


def test_of_a_chain_what_lies_in_a_dropped_one_stays(tmp_path: Path) -> None:
    rows = decide(tmp_path, One(), One(), One(), pairs=CHAIN)
    assert reasons(rows) == [None, "contained", None]


def test_of_a_chain_what_lies_in_the_last_too_is_dropped(tmp_path: Path) -> None:
    rows = decide(tmp_path, One(), One(), One(), pairs=[*CHAIN, Pair(a=0, b=2, share=0.91)])
    assert reasons(rows) == ["contained", "contained", None]
    assert (rows[0]["keeper"], rows[0]["value"]) == (f"{2:032d}", 0.91)


def test_a_work_judged_to_be_kept_stays(tmp_path: Path) -> None:
    rows = decide(tmp_path, One(verdict="keep"), One(), pairs=[Pair(a=0, b=1)])
    assert (rows[0]["verdict"], rows[0]["rules"]) == ("keep", ["contained"])


def test_of_several_containers_the_fullest_is_named_then_the_largest(tmp_path: Path) -> None:
    pairs = [Pair(a=0, b=1, share=0.95), Pair(a=0, b=2), Pair(a=0, b=3)]
    rows = decide(tmp_path, One(), One(), One(), One(), pairs=pairs)
    assert rows[0]["keeper"] == f"{3:032d}"


def test_a_group_keeps_its_next_best_when_the_best_lies_in_a_collection(tmp_path: Path) -> None:
    best, next_best = One(cluster="c", characters=90), One(cluster="c", characters=80)
    rows = decide(tmp_path, best, next_best, One(), pairs=[Pair(a=0, b=2)])
    assert reasons(rows) == ["contained", None, None]


def test_copies_of_a_contained_work_and_of_a_container_count_like_them(tmp_path: Path) -> None:
    works = [One(cluster="c", exact="x"), One(cluster="c", exact="x")]
    books = [One(cluster="d", exact="y", characters=1), One(cluster="d", exact="y", characters=9)]
    rows = decide(tmp_path, *works, *books, pairs=[Pair(a=0, b=2)])
    assert reasons(rows) == ["contained", "contained", "exact_duplicate", None]
    assert [row["keeper"] for row in rows] == [f"{3:032d}"] * 4


LEVELS = st.sampled_from([0.1, 0.7, 0.7])
ONES = st.builds(
    One,
    quality=LEVELS,
    characters=st.sampled_from([10.0, 20.0]),
    cluster=st.sampled_from([None, None, "c", "d"]),
    verdict=st.sampled_from([None, None, None, "keep", "drop", "prefer"]),
)
PAIRS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.sampled_from([0.9, 0.95, 1.0])), max_size=12
).map(lambda drawn: [Pair(a=min(a, b), b=max(a, b), share=s) for a, b, s in drawn if a != b])


@settings(max_examples=80)
@given(ones=st.lists(ONES, min_size=7, max_size=7), pairs=PAIRS)
def test_whoever_is_dropped_for_another_names_one_that_is_kept(
    ones: list[One], pairs: list[Pair]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = decide(Path(folder), *ones, pairs=pairs)
    verdicts = {row["id"]: row["verdict"] for row in rows}
    for row in rows:
        if row["rule"] in ("contained", "exact_duplicate", "near_duplicate"):
            assert verdicts[row["keeper"]] == "keep"
    # And nobody alone stays who lies in one that is kept, unless a person says so.
    for pair in pairs:
        a, b = rows[pair.a], rows[pair.b]
        if a["cluster"] is None and b["cluster"] is None and ones[pair.a].verdict != "keep":
            assert "keep" not in (a["verdict"],) or b["verdict"] == "drop"
