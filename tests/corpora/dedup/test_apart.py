"""What people say are no duplicates ends in different clusters, and nothing else changes."""

from __future__ import annotations

import random
from collections import defaultdict
from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.dedup.apart import join_apart
from corpora.dedup.shingles import gram_set, jaccard
from corpora.stages import UnitResult
from corpora.storage import Store
from tests.corpora.dedup.test_clusters import deduplicate, edited, prose, rows

NUMBERS = st.integers(0, 9)
PAIRS = st.lists(st.tuples(NUMBERS, NUMBERS).filter(lambda pair: pair[0] != pair[1]), max_size=30)


def clusters_of(store: Store, result: UnitResult) -> set[frozenset[str]]:
    found = defaultdict(set)
    for row in rows(store, result, "clusters"):
        found[row["cluster"]].add(row["id"])
    assert all(name == min(ids) and len(ids) > 1 for name, ids in found.items())
    return set(map(frozenset, found.values()))


@given(pairs=PAIRS, named=PAIRS)
def test_joining_never_brings_a_named_pair_together_and_leaves_out_no_more(
    pairs: list[tuple[int, int]], named: list[tuple[int, int]]
) -> None:
    done = join_apart(
        10, np.array(pairs, np.int64).reshape(-1, 2), np.array(named, np.int64).reshape(-1, 2)
    )
    groups = [{number} for number in range(10)]

    def of(number: int) -> set[int]:
        return next(group for group in groups if number in group)

    for (a, b), joined in zip(pairs, done.tolist(), strict=True):
        both = of(a) | of(b)
        allowed = of(a) is not of(b) and not any({c, d} <= both for c, d in named)
        assert joined == allowed
        if joined:
            groups = [group for group in groups if group is not of(a) and group is not of(b)]
            groups.append(both)


def family(seed: int) -> list[tuple[str, str]]:
    """A text, exact copies, near copies, near copies of near copies, and strangers."""
    draw = random.Random(seed)
    texts = [prose(draw, 300)]
    for _ in range(9):
        before = draw.choice(texts)
        texts.append(edited(draw, before, draw.choice([0, 0, 3, 4, 6])))
    texts += [prose(draw, 300) for _ in range(2)]
    draw.shuffle(texts)
    return [(f"{number:02d}", text) for number, text in enumerate(texts)]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), data=st.data())
def test_a_named_pair_never_shares_a_cluster(store: Store, seed: int, data: st.DataObject) -> None:
    documents = family(seed)
    ids = [id_ for id_, _ in documents]
    every = st.sampled_from(list(combinations([*ids, "missing"], 2)))
    apart = sorted(data.draw(st.sets(every, min_size=1, max_size=6)))
    cut = data.draw(st.integers(0, len(documents)))
    parts = [documents[:cut], documents[cut:]]
    before = clusters_of(store, deduplicate(store, parts))
    result = deduplicate(store, parts, apart)
    after = clusters_of(store, result)
    assert not [group for group in after for a, b in apart if {a, b} <= group]
    # Clusters that hold no named pair are what they were; others only fall apart.
    untouched = {group for group in before if not any({a, b} <= group for a, b in apart)}
    assert untouched <= after
    assert all(any(group <= whole for whole in before) for group in after)
    # What joined is a tree over each cluster, and is as near as it says.
    grams = {id_: gram_set(text, ngram=5) for id_, text in documents}
    edges = rows(store, result, "duplicates")
    assert len(edges) == sum(len(group) - 1 for group in after)
    for edge in edges:
        assert jaccard(grams[edge["a"]], grams[edge["b"]]) == pytest.approx(edge["jaccard"])
        assert any({edge["a"], edge["b"]} <= group for group in after)
    counts = result.counts
    assert counts["exact_pairs"] + counts["near_pairs"] == len(edges)
    assert counts["clusters"] == len(after)


def test_a_third_document_goes_with_the_one_it_is_more_like(store: Store) -> None:
    draw = random.Random(3)
    first = prose(draw, 400)
    between = edited(draw, first, 4)
    last = edited(draw, between, 6)
    documents = [("a", first), ("b", between), ("c", last)]
    assert clusters_of(store, deduplicate(store, [documents])) == {frozenset("abc")}
    apart = deduplicate(store, [documents], [("a", "c")])
    assert clusters_of(store, apart) == {frozenset("ab")}


def test_exact_copies_that_are_named_part_too(store: Store) -> None:
    text = prose(random.Random(4), 300)
    documents = [("a", text), ("b", text), ("c", text)]
    apart = deduplicate(store, [documents], [("a", "b")], mode="exact")
    assert clusters_of(store, apart) == {frozenset("ac")}
    only_two = deduplicate(store, [documents[:2]], [("a", "b")], mode="exact")
    assert clusters_of(store, only_two) == set()


def test_an_id_that_stands_twice_is_meant_at_both_places(store: Store) -> None:
    text = prose(random.Random(5), 300)
    apart = deduplicate(store, [[("a", text), ("b", text)], [("b", text)]], [("a", "b")])
    assert clusters_of(store, apart) == set() or all(
        row["id"] == "b" for row in rows(store, apart, "clusters")
    )


def test_pairs_of_other_snapshots_change_nothing(store: Store) -> None:
    documents = family(1)
    plain = deduplicate(store, [documents])
    other = deduplicate(store, [documents], [("x", "y"), ("00", "x")])
    assert other.outputs == plain.outputs
    assert other.counts == plain.counts
