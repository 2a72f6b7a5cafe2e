"""What people's judgements amount to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from django.db.models import Max

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


def standing(corpora: Iterable[Corpus]) -> dict[str, Standing]:
    """Document id -> verdict for the given corpora, sorted by id.

    The latest judgement of a document stands, whoever gave it; one that was
    skipped or withdrawn last has none.
    """
    latest = (
        Judgement.objects.filter(corpus__in=[corpus.pk for corpus in corpora])
        .order_by()
        .values("document_id")
        .annotate(latest=Max("id"))
        .values("latest")
    )
    rows = Judgement.objects.filter(pk__in=latest, verdict__in=list(_WORDS))
    pairs = rows.order_by("document_id").values_list("document_id", "verdict")
    return {document: _WORDS[verdict] for document, verdict in pairs}


def state(corpora: Iterable[int]) -> tuple[object, ...]:
    """What changes with every judgement in the corpora (by key), and is quicker to ask for."""
    found = Judgement.objects.filter(corpus__in=list(corpora)).order_by("-id")
    # Of two that are written at once the one with the smaller number may be seen later.
    return found.count(), found.values_list("id", "at").first()


def standing_of(document_ids: Iterable[str]) -> dict[str, Standing]:
    """The same for a handful of documents, whatever corpus they are in."""
    latest = (
        Judgement.objects.filter(document_id__in=list(document_ids))
        .order_by()
        .values("document_id")
        .annotate(latest=Max("id"))
        .values("latest")
    )
    rows = Judgement.objects.filter(pk__in=latest, verdict__in=list(_WORDS))
    return {row.document_id: _WORDS[row.verdict] for row in rows}
