"""Pairs of documents that people say are no duplicates."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.models import Max, QuerySet

from curation.models import Corpus, Judgement, PairVerdict, Snapshot, User
from curation.queries.cluster import member_row
from curation.queries.clusters import groups
from curation.queries.places import located
from curation.queries.snapshots import contents
from curation.store import store

Two = tuple[str, str]
#: Decisions of one person that are looked through for one that can be undone.
_LAST = 10


def standing(corpora: Iterable[Corpus]) -> list[Two]:
    """Both ids of each pair within the corpora, in order. The latest word on a pair stands."""
    keys = [corpus.pk for corpus in corpora]
    within = PairVerdict.objects.filter(first_corpus__in=keys, second_corpus__in=keys)
    rows = _latest(within).filter(verdict=PairVerdict.Verdict.APART)
    return sorted(set(rows.order_by().values_list("first", "second")))


def _latest(rows: QuerySet[PairVerdict]) -> QuerySet[PairVerdict]:
    latest = rows.order_by().values("first", "second").annotate(latest=Max("id")).values("latest")
    return PairVerdict.objects.filter(pk__in=latest)


def in_order(one: str, other: str) -> Two:
    return min(one, other), max(one, other)


def verdict_on(one: str, other: str) -> PairVerdict | None:
    """The word that stands on two documents, if they are called no duplicates."""
    first, second = in_order(one, other)
    row = PairVerdict.objects.filter(first=first, second=second).select_related("by").last()
    return row if row and row.verdict == PairVerdict.Verdict.APART else None


def last_word(snapshot: Snapshot, name: str, by: User) -> Judgement | PairVerdict | None:
    """Of the person's own last decisions about duplicates the latest on members of the group."""
    chosen = Judgement.objects.filter(verdict=Judgement.Verdict.PREFER, by=by)
    parted = PairVerdict.objects.filter(verdict=PairVerdict.Verdict.APART, by=by)
    words: list[Judgement | PairVerdict] = [
        *chosen.order_by("-pk")[:_LAST],
        *parted.order_by("-pk")[:_LAST],
    ]
    for word in sorted(words, key=lambda word: word.at, reverse=True):
        ids = [word.first, word.second] if isinstance(word, PairVerdict) else [word.document_id]
        if _stands(word) and all(member_row(snapshot, name, id_) is not None for id_ in ids):
            return word
    return None


def _stands(word: Judgement | PairVerdict) -> bool:
    if isinstance(word, PairVerdict):
        rows = PairVerdict.objects.filter(first=word.first, second=word.second)
        return not rows.filter(pk__gt=word.pk).exists()
    later = Judgement.objects.filter(document_id=word.document_id, pk__gt=word.pk)
    return not later.exists()


def changed(snapshot: Snapshot) -> int:
    """Pairs of the snapshot's documents of which it did not know yet, or of which it still
    knows: new ones count where the two are in one cluster."""
    return _changed(snapshot, snapshot.manifest, tuple(standing(snapshot.corpora.all())))


@lru_cache(maxsize=16)
def _changed(snapshot: Snapshot, sha256: str, now: tuple[Two, ...]) -> int:
    """Kept, for a slider asks again and again."""
    blob = contents(sha256).get("apart", "")
    table = store().read_table(blob) if blob else None
    made: set[Two] = set()
    if table is not None:
        sides: list[list[Any]] = [table[side].to_pylist() for side in "ab"]
        made = set(zip(*sides, strict=True))
    taken_back = [pair for pair in made - set(now) if len(located(snapshot.manifest, pair)) == 2]
    return len(taken_back) + sum(_together(snapshot, pair) for pair in set(now) - made)


def _together(snapshot: Snapshot, pair: Two) -> bool:
    rows = located(snapshot.manifest, pair)
    every = groups(snapshot)
    numbers = {every.holding(rows[id_][0]) if id_ in rows else None for id_ in pair}
    return len(numbers) == 1 and None not in numbers
