"""One duplicate group: its members, who of them is kept, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from corpora.arrays import read_array
from corpora.decisions.choice import Integers, ranks_of
from corpora.decisions.groups import KINDS
from corpora.decisions.people import read_judgements
from corpora.rules import failing_rules, limits
from curation.models import Snapshot
from curation.queries.clusters import groups
from curation.queries.judgements import standing_of
from curation.queries.places import Place, locate, parts_at, pick, places_of, row_of
from curation.queries.snapshots import corpora_of_parts, manifest, recipe_of
from curation.store import store

#: Of a larger group so many members are drawn, from all its sources.
SAMPLE = 500
#: Members that a page of the list holds.
PAGE = 25

_COLUMNS = {
    "documents": ("id", "title", "source", "domain"),
    "decisions": ("verdict", "rule", "value", "limit", "rules", "keeper"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    place: Place
    id: str
    title: str
    source: str
    domain: str
    characters: int
    verdict: str
    #: The first reason to drop it, "" when it is kept; and all of them.
    rule: str
    rules: Sequence[str]
    value: float | None
    limit: float | None
    #: What it is kept for: itself, when nobody else is.
    keeper: str
    #: What people say of it now: "keep", "drop", "prefer" or "".
    judged: str

    @property
    def own_rules(self) -> list[str]:
        """What speaks against it but its copies."""
        return [rule for rule in self.rules if rule not in _COPIES]

    @property
    def compared(self) -> bool:
        return self.value is not None and self.limit is not None and self.rule != _COPIES[0]


_COPIES = ("exact_duplicate", "near_duplicate", "contained")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    name: str
    kind: str
    size: int
    #: Rows of those that can be shown, the one that is kept first; a sample of a large group.
    rows: list[int]
    sampled: bool
    #: Of how many sources the members are.
    sources: int


def group(snapshot: Snapshot, name: str) -> Group | None:
    """None when the snapshot has no group of that name."""
    every = groups(snapshot)
    number = every.number(name)
    if number is None:
        return None
    rows = every.rows[every.members(number)]
    keeper = int(every.keepers[number])
    strata = _sources(snapshot, rows)
    drawn = rows[stratified(strata, SAMPLE)] if len(rows) > SAMPLE else rows
    return Group(
        name=name,
        kind=KINDS[every.kinds[number]],
        size=len(rows),
        rows=[keeper, *(row for row in drawn.tolist() if row != keeper)][:SAMPLE],
        sampled=len(rows) > SAMPLE,
        sources=len(np.unique(strata)),
    )


def _sources(snapshot: Snapshot, rows: Integers) -> Integers:
    """A number for the source of each row's part."""
    names = [part["source"] for part in manifest(snapshot)["parts"]]
    codes = np.array([names.index(name) for name in names], np.int64)
    found: Integers = codes[parts_at(snapshot.manifest, rows)]
    return found


def stratified(strata: Integers, size: int) -> Integers:
    """About ``size`` places, ascending: of each stratum its share, at least one, evenly spread.

    >>> stratified(np.array([0] * 90 + [1] * 9 + [2]), 10).tolist()
    [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 99]
    """
    order = np.argsort(strata, kind="stable")
    _, starts, counts = np.unique(strata[order], return_index=True, return_counts=True)
    drawn = []
    for start, count in zip(starts.tolist(), counts.tolist(), strict=True):
        share = max(1, round(size * count / len(strata)))
        drawn.append(order[start + np.arange(share) * count // share])
    return np.sort(np.concatenate(drawn))


def members(snapshot: Snapshot, rows: Sequence[int]) -> list[Member]:
    """The documents at some rows, in that order."""
    places = places_of(snapshot.manifest, rows)
    picked = pick(snapshot.manifest, places, _COLUMNS)
    lengths = read_array(store(), manifest(snapshot)["columns"]["characters"])[list(rows)]
    judged = standing_of(row["id"] for row in picked)
    return [
        _member(place, row, int(length), judged.get(row["id"], ""))
        for place, row, length in zip(places, picked, lengths.tolist(), strict=True)
    ]


def _member(place: Place, row: Mapping[str, Any], characters: int, judged: str) -> Member:
    return Member(
        place=place,
        id=row["id"],
        title=row["title"] or "",
        source=row["source"] or "",
        domain=row["domain"] or "",
        characters=characters,
        verdict=row["verdict"],
        rule=row["rule"] or "",
        rules=row["rules"] or (),
        value=row["value"],
        limit=row["limit"],
        keeper=row["keeper"] or "",
        judged=judged,
    )


def member_row(snapshot: Snapshot, name: str, document_id: str) -> int | None:
    """The row of a member, whether it was drawn or not; None when it is not in the group."""
    every = groups(snapshot)
    number, place = every.number(name), locate(snapshot, document_id)
    if number is None or place is None:
        return None
    row = row_of(snapshot.manifest, place)
    return row if bool((every.rows[every.members(number)] == row).any()) else None


# -- why ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What decided which member the group keeps, in the order in which it is asked."""

    #: "judged", "chosen", "only" (passes the rules), "corpus", "quality", "longest", "earliest",
    #: "nobody" (all fail: nobody stays) or "collection".
    reason: str
    #: Members that pass every rule.
    passing: int
    #: What the policy compares: of the one kept, and of the next best.
    value: int | None = None
    following: int | None = None
    corpus: str = ""


def why(snapshot: Snapshot, name: str, keeper: Member) -> Why:
    """Asked of the snapshot's own rules, policy and judgements: what the run decided by."""
    every = groups(snapshot)
    number = every.number(name)
    assert number is not None
    rows = every.rows[every.members(number)]
    contents, recipe = manifest(snapshot), recipe_of(snapshot)
    names = {rule.signal for rule in recipe.active_rules} | {"characters", "japanese_letters"}
    columns = {
        signal: np.asarray(read_array(store(), blob)[rows])
        for signal, blob in contents["columns"].items()
        if signal in names
    }
    rules = [
        {"name": rule.name, "signal": rule.signal, "min": rule.min, "max": rule.max}
        for rule in recipe.active_rules
        if rule.signal in columns
    ]
    passing = np.ones(len(rows), np.bool_)
    for mask in failing_rules(columns, limits(rules)):
        passing &= ~mask
    count = int(np.count_nonzero(passing))
    if KINDS[every.kinds[number]] == "contained":
        return Why(reason="collection", passing=count)
    said = read_judgements(store(), contents["judgements"]).get(keeper.id, "")
    if keeper.verdict != "keep":
        return Why(reason="nobody", passing=count)
    if said in ("keep", "prefer"):
        return Why(reason="judged" if said == "keep" else "chosen", passing=count)
    own = int(np.flatnonzero(rows == every.keepers[number])[0])
    rivals = passing & (np.arange(len(rows)) != own)
    return _among(snapshot, rows, columns, own, rivals, count)


def _among(
    snapshot: Snapshot,
    rows: Integers,
    columns: Mapping[str, Any],
    own: int,
    rivals: Any,
    passing: int,
) -> Why:
    """Of several that pass the rules."""
    dedup = recipe_of(snapshot).dedup
    if not rivals.any():
        return Why(reason="only", passing=passing)
    if dedup.prefer:
        corpora = corpora_of_parts(snapshot)
        parts = parts_at(snapshot.manifest, rows)
        ranks = np.array(ranks_of(corpora, dedup.prefer), np.int64)[parts]
        rivals = rivals & (ranks == ranks[own])
        if not rivals.any():
            return Why(reason="corpus", passing=passing, corpus=corpora[int(parts[own])])
    signal = {"quality": "japanese_letters", "longest": "characters"}.get(dedup.keeper, "")
    if signal:
        value, following = columns[signal][own], columns[signal][rivals].max()
        if value > following:
            return Why(
                reason=dedup.keeper, passing=passing, value=int(value), following=int(following)
            )
    return Why(reason="earliest", passing=passing)
