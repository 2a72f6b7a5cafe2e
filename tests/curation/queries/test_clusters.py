"""Groups as arrays are the groups that the tables say, one by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import fields
from typing import Any

import numpy as np

from corpora.decisions.groups import KINDS
from corpora.decisions.keepers import KEEPERS, read_keepers
from corpora.storage import Store
from curation.models import Snapshot
from curation.queries import histograms
from curation.queries.cluster import stratified
from curation.queries.clusters import Groups, Wanted, groups, page
from curation.queries.places import Place, place_of, places_of, row_of
from curation.queries.snapshots import manifest


def test_members_kinds_and_keepers(curated: Store, snapshot: Snapshot) -> None:
    expected: dict[str, list[dict[str, Any]]] = defaultdict(list)
    named = manifest(snapshot)["keepers"]
    for row in read_keepers(curated, named, KEEPERS.names).to_pylist():
        expected[row["cluster"]].append(row)
    every = groups(snapshot)
    assert {every.name(number) for number in range(len(every.sizes))} == set(expected)
    for name, rows in expected.items():
        number = every.number(name)
        assert number is not None
        places = places_of(snapshot.manifest, every.rows[every.members(number)])
        assert places == sorted(Place(row["part"], row["row"]) for row in rows)
        texts = Counter(row["exact"] or row["id"] for row in rows)
        kind = "exact" if len(texts) == 1 else "near" if len(texts) == len(rows) else "mixed"
        assert KINDS[every.kinds[number]] == kind
        (keeper,) = [row for row in rows if row["id"] == row["keeper"]]
        assert place_of(snapshot.manifest, int(every.keepers[number])) == Place(
            keeper["part"], keeper["row"]
        )
        for place in places:
            assert every.holding(row_of(snapshot.manifest, place)) == number


def test_a_snapshot_that_was_made_before_arrays_were_kept_says_the_same(
    curated: Store, snapshot: Snapshot
) -> None:
    now = dict(manifest(snapshot))
    before = {name: value for name, value in now.items() if name not in ("groups", "shapes")}
    old = Snapshot(manifest=curated.put_json(before))
    kept, made = groups(snapshot), groups(old)
    for field in fields(Groups):
        np.testing.assert_array_equal(getattr(kept, field.name), getattr(made, field.name))
    for signal in now["columns"]:
        one, other = (histograms.whole(which.manifest, signal) for which in (snapshot, old))
        assert one.counts.tolist() == other.counts.tolist()
        np.testing.assert_array_equal(
            *(histograms.quantiles(which.manifest, signal) for which in (snapshot, old))
        )


def test_pages_are_ordered_whole_and_without_repetition(snapshot: Snapshot) -> None:
    every = groups(snapshot)
    seen: list[int] = []
    after: tuple[int, int] | None = None
    while True:
        found = page(snapshot, Wanted(), after, 2)
        seen += found.numbers
        if not found.after:
            break
        size, _, number = found.after.partition(".")
        after = (int(size), int(number))
    assert sorted(seen) == list(range(len(every.sizes)))
    assert seen == sorted(seen, key=lambda number: (-every.sizes[number], number))


def test_a_sample_has_every_stratum_and_no_place_twice() -> None:
    strata = np.repeat(np.arange(6), [4_000, 1_000, 300, 20, 1, 1])
    drawn = stratified(strata, 500)
    assert len(set(drawn.tolist())) == len(drawn)
    counts = np.bincount(strata[drawn]).tolist()
    assert counts[0] > 350
    assert min(counts) >= 1
    assert abs(len(drawn) - 500) <= 6
