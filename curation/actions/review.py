"""Judging documents: queues, judgements and their undoing. Judgements are append-only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from corpora.errors import KotoguraError
from curation.actions import audit
from curation.models import Corpus, Judgement, ReviewItem, ReviewQueue, Snapshot, User
from curation.permissions import require
from curation.queries.documents import sample
from curation.queries.scan import Filter
from curation.queries.snapshots import parts_of

#: A queue is meant to be finished by people.
LARGEST_QUEUE = 2_000

Verdict = Judgement.Verdict


class StaleItem(KotoguraError):
    """The item changed since it was shown; nothing was written."""


class ReviewRefused(KotoguraError):
    """A queue cannot be made, or there is nothing to undo."""


@transaction.atomic
def create_queue(
    *,
    snapshot: Snapshot,
    corpus: Corpus,
    name: str,
    filter: Mapping[str, Any],
    size: int,
    seed: int,
    by: User,
) -> ReviewQueue:
    """A seeded uniform sample of what the filter finds. Raises ReviewRefused for nothing."""
    require(by, "review.create")
    wanted = Filter.from_query(filter)
    size = max(1, min(size, LARGEST_QUEUE))
    drawn = sample(snapshot, wanted, size=size, seed=seed, parts=parts_of(snapshot, corpus))
    if not drawn.drawn:
        raise ReviewRefused(
            _("The filter finds no documents in this corpus."),
            remedy=_("Leave one of its conditions out."),
        )
    queue = ReviewQueue.objects.create(
        corpus=corpus,
        snapshot=snapshot,
        name=name,
        filter=wanted.to_query(),
        seed=seed,
        population=drawn.population,
        created_by=by,
    )
    ReviewItem.objects.bulk_create(
        ReviewItem(queue=queue, position=position, document_id=id_, part=place.part, row=place.row)
        for position, (id_, place) in enumerate(drawn.drawn)
    )
    audit.record(
        by=by,
        action="review.create",
        target=f"queue:{queue.pk}",
        filter=queue.filter,
        seed=seed,
        size=len(drawn.drawn),
        population=drawn.population,
    )
    return queue


@transaction.atomic
def judge(*, item: ReviewItem, verdict: str, version: int, by: User, note: str = "") -> Judgement:
    """Record one person's judgement of one item; a second one on the same item replaces it.

    ``version`` is the item's as it was shown. Raises StaleItem when somebody was quicker.
    """
    require(by, "judge")
    queue = item.queue
    judgement = Judgement.objects.create(
        corpus=queue.corpus,
        document_id=item.document_id,
        verdict=_given(verdict),
        note=note[:1000],
        queue=queue,
        by=by,
    )
    _settle(item, version, judgement)
    audit.record(
        by=by,
        action="judge",
        target=f"document:{item.document_id}",
        verdict=judgement.verdict,
        queue=queue.pk,
    )
    return judgement


@transaction.atomic
def undo(*, queue: ReviewQueue, by: User) -> ReviewItem:
    """Take back the person's own latest judgement in the queue; returns its item, open again."""
    require(by, "judge")
    item = (
        queue.items.filter(judgement__by=by).order_by("-judgement_id").select_related("queue")
    ).first()
    if item is None:
        raise ReviewRefused(_("You have judged nothing here that could be undone."))
    Judgement.objects.create(
        corpus=queue.corpus,
        document_id=item.document_id,
        verdict=Verdict.WITHDRAWN,
        queue=queue,
        by=by,
    )
    _settle(item, item.version, None)
    audit.record(by=by, action="judge.undo", target=f"document:{item.document_id}", queue=queue.pk)
    item.refresh_from_db()
    return item


@transaction.atomic
def judge_document(
    *, corpus: Corpus, document_id: str, verdict: str, by: User, note: str = ""
) -> Judgement:
    """Judge a document outside any queue; "withdrawn" takes what stands back.

    "prefer" is said of one of several copies (curation.actions.duplicates), and stands again here
    when a judgement that came after it is undone.
    """
    require(by, "judge")
    judgement = Judgement.objects.create(
        corpus=corpus,
        document_id=document_id,
        verdict=_given(verdict, Verdict.WITHDRAWN, Verdict.PREFER),
        note=note[:1000],
        by=by,
    )
    audit.record(by=by, action="judge", target=f"document:{document_id}", verdict=judgement.verdict)
    return judgement


def _given(verdict: str, *more: Verdict) -> Verdict:
    """A verdict that a person may give. Raises ReviewRefused for any other word."""
    allowed = (Verdict.KEEP, Verdict.DROP, Verdict.SKIP, *more)
    if verdict not in allowed:
        raise ReviewRefused(
            _("“%(verdict)s” is no verdict.") % {"verdict": verdict[:40]},
            remedy=_("Use one of: %(words)s.") % {"words": ", ".join(allowed)},
        )
    return Verdict(verdict)


def _settle(item: ReviewItem, version: int, judgement: Judgement | None) -> None:
    """Point the item at its judgement, if it is still as it was shown."""
    changed = ReviewItem.objects.filter(pk=item.pk, version=version).update(
        judgement=judgement, version=F("version") + 1
    )
    if not changed:
        raise StaleItem(
            _("Somebody judged this document in the meantime; yours was not recorded."),
            remedy=_("Look at it again and decide anew."),
        )
