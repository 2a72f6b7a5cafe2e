"""What people's judgements amount to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal, NamedTuple

from django.db.models import Max, QuerySet

from curation.models import Corpus, Judgement

Standing = Literal["keep", "drop", "prefer"]

_KEEP: Standing = "keep"
_DROP: Standing = "drop"
_PREFER: Standing = "prefer"
_WORDS: dict[str, Standing] = {
    Judgement.Verdict.KEEP.value: _KEEP,
    Judgement.Verdict.DROP.value: _DROP,
    Judgement.Verdict.PREFER.value: _PREFER,
}


#: Rows that are fetched at a time.
_PIECE = 10_000


def standing(corpora: Iterable[Corpus]) -> dict[str, Standing]:
    """Document id -> verdict for the given corpora, sorted by id.

    The latest judgement of a document stands, whoever gave it; one that was
    skipped or withdrawn last has none.
    """
    return dict(each_standing(corpora))


def each_standing(corpora: Iterable[Corpus]) -> Iterator[tuple[str, Standing]]:
    """The same one by one: memory does not grow with them."""
    return _latest(Judgement.objects.filter(corpus__in=[corpus.pk for corpus in corpora]))


def _latest(among: QuerySet[Judgement]) -> Iterator[tuple[str, Standing]]:
    latest = among.order_by().values("document_id").annotate(latest=Max("id")).values("latest")
    rows = Judgement.objects.filter(pk__in=latest, verdict__in=list(_WORDS))
    pairs = rows.order_by("document_id").values_list("document_id", "verdict")
    for document, verdict in pairs.iterator(_PIECE):
        yield document, _WORDS[verdict]


def newer(corpora: Iterable[int], last: int) -> tuple[list[str], dict[str, Standing]]:
    """The documents of all judgements after the one with key ``last``, one for each judgement;
    and what stands of those."""
    found = Judgement.objects.filter(corpus__in=list(corpora))
    ids = list(found.filter(pk__gt=last).values_list("document_id", flat=True))
    return ids, dict(_latest(found.filter(document_id__in=set(ids)))) if ids else {}


class State(NamedTuple):
    """What changes with every judgement, and is quicker to ask for."""

    #: Of two that are written at once the one with the smaller key may be seen later.
    judgements: int
    #: Key and time of the newest; 0 and None before the first.
    last: int
    at: datetime | None


def state(corpora: Iterable[int]) -> State:
    """Of the corpora with these keys."""
    found = Judgement.objects.filter(corpus__in=list(corpora)).order_by("-id")
    return State(found.count(), *(found.values_list("id", "at").first() or (0, None)))


def standing_of(document_ids: Iterable[str]) -> dict[str, Standing]:
    """The same for a handful of documents, whatever corpus they are in."""
    return dict(_latest(Judgement.objects.filter(document_id__in=list(document_ids))))
