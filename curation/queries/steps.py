"""What to do next: the state of the work turned into a short list, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from curation.models import Corpus, Judgement, ReviewQueue, Run, Snapshot, Source, User
from curation.permissions import may
from curation.queries.corpora import Card

#: Failures older than this are history.
RECENT = timedelta(days=14)

#: Kind -> what the person must be allowed to do about it.
_NEEDS = {
    "run-failed": "run.view",
    "run-stopped": "run.control",
    "run-paused": "run.control",
    "files-lost": "source.add",
    "first-corpus": "corpus.create",
    "add-source": "source.add",
    "run-first": "run.create",
    "run-again": "run.create",
    "run-judged": "run.create",
    "go-on-judging": "judge",
    "look-at-dropped": "corpus.view",
    "tune": "recipe.save",
    "judge-sample": "review.create",
    "export": "export.create",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do. The template of its kind says it in words."""

    #: A name in _NEEDS.
    kind: str
    corpus: Corpus | None = None
    run: Run | None = None
    snapshot: Snapshot | None = None
    queue: ReviewQueue | None = None
    source: Source | None = None
    #: Documents, sources, files or judgements it is about.
    number: int = 0


def steps(user: User, cards: Sequence[Card], *, everything: bool = True) -> list[Step]:
    """For these corpora and this person. ``everything`` False leaves out what is not theirs."""
    found = [*_runs(cards, everything=everything)]
    if everything and not cards:
        found.append(Step(kind="first-corpus"))
    for card in cards:
        found += _corpus(card)
    allowed = [step for step in found if may(user, _NEEDS[step.kind])]
    order = list(_NEEDS)
    return sorted(allowed, key=lambda step: order.index(step.kind))


def _runs(cards: Sequence[Card], *, everything: bool) -> Iterator[Step]:
    """Failed and paused runs that nothing later has made up for."""
    wanted = Q(state=Run.State.PAUSED) | Q(
        state=Run.State.FAILED, ended_at__gt=timezone.now() - RECENT
    )
    runs = Run.objects.filter(wanted).select_related("source", "export")
    if not everything:
        runs = runs.filter(corpora__in=[card.corpus.pk for card in cards]).distinct()
    for run in runs[:50]:
        if run.state == Run.State.PAUSED:
            yield Step(kind="run-stopped" if run.reason else "run-paused", run=run)
        elif not _made_up(run):
            yield Step(kind="run-failed", run=run)


def _made_up(run: Run) -> bool:
    """Whether a later run did the same and succeeded."""
    later = Run.objects.filter(pk__gt=run.pk, kind=run.kind, state=Run.State.DONE)
    if run.source_id:
        return later.filter(source=run.source_id).exists()
    if run.export_id:
        return later.filter(export=run.export_id).exists()
    return later.filter(corpora__in=run.corpora.all()).exists()


def _corpus(card: Card) -> Iterator[Step]:
    at_work = card.last_run is not None and card.last_run.moves
    yield from _lost(card)
    if not card.sources:
        yield Step(kind="add-source", corpus=card.corpus)
    elif card.documents and card.head is None and not at_work:
        yield Step(kind="run-first", corpus=card.corpus, number=card.documents)
    elif card.head is not None:
        if not at_work:
            yield from _again(card, card.head)
        yield from _review(card.corpus, card.head)
        if card.head.recipe.shipped:
            yield Step(kind="tune", corpus=card.corpus, snapshot=card.head)
        if not card.head.exports.exists():
            yield Step(kind="export", corpus=card.corpus, snapshot=card.head)


def _lost(card: Card) -> Iterator[Step]:
    """Files that were not read to their end, while somebody still knows where they came from,
    until a run made do with what was read."""
    since = timezone.now() - RECENT
    if card.head is not None:
        since = max(since, card.head.run.created_at)
    recent = card.corpus.sources.filter(file_errors__gt=0, created_at__gt=since)
    for source in recent.order_by("-id")[:5]:
        number = source.file_errors
        yield Step(kind="files-lost", corpus=card.corpus, source=source, number=number)


def _again(card: Card, head: Snapshot) -> Iterator[Step]:
    """What the published snapshot does not hold yet: new text, new judgements."""
    began = head.run.created_at
    unused = card.corpus.sources.filter(ready=True, runs__ended_at__gt=began).distinct().count()
    judged = Judgement.objects.filter(corpus=card.corpus, at__gt=began).count()
    if unused:
        yield Step(kind="run-again", corpus=card.corpus, number=unused)
    elif judged:
        yield Step(kind="run-judged", corpus=card.corpus, number=judged)


def _review(corpus: Corpus, head: Snapshot) -> Iterator[Step]:
    queue = ReviewQueue.objects.filter(corpus=corpus, snapshot=head).first()
    dropped = sum(head.counts.get("dropped", {}).values())
    if queue is None:
        if dropped:
            yield Step(kind="look-at-dropped", corpus=corpus, snapshot=head, number=dropped)
        yield Step(kind="judge-sample", corpus=corpus, snapshot=head)
        return
    open_items = queue.items.filter(judgement=None).count()
    if open_items:
        yield Step(kind="go-on-judging", corpus=corpus, queue=queue, number=open_items)
