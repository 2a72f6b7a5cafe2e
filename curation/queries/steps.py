"""What to do next: the state of the work turned into a short list, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from curation.models import Corpus, Export, Judgement, ReviewQueue, Run, Snapshot, Source, User
from curation.permissions import may
from curation.queries.corpora import LARGE, Card

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
    known = _known(cards)
    for card in cards:
        found += _corpus(card, known)
    allowed = [step for step in found if may(user, _NEEDS[step.kind])]
    order = list(_NEEDS)
    return sorted(allowed, key=lambda step: order.index(step.kind))


def _runs(cards: Sequence[Card], *, everything: bool) -> Iterator[Step]:
    """Failed runs that nothing later has made up for, and paused ones that wait for somebody."""
    wanted = Q(state=Run.State.PAUSED, resume_at=None) | Q(
        state=Run.State.FAILED, ended_at__gt=timezone.now() - RECENT
    )
    runs = Run.objects.filter(wanted).exclude(_made_up(), state=Run.State.FAILED)
    if not everything:
        runs = runs.filter(corpora__in=[card.corpus.pk for card in cards]).distinct()
    for run in runs.only("kind", "state", "reason")[:50]:
        if run.state == Run.State.PAUSED:
            yield Step(kind="run-stopped" if run.reason else "run-paused", run=run)
        else:
            yield Step(kind="run-failed", run=run)


def _made_up() -> Q:
    """Whether a later run did the same as a run and succeeded."""
    later = Run.objects.filter(
        pk__gt=OuterRef("pk"), kind=OuterRef("kind"), state=Run.State.DONE
    ).order_by()
    corpora = Run.corpora.through.objects.filter(run=OuterRef(OuterRef("pk"))).values("corpus")
    return (
        Q(Exists(later.filter(source=OuterRef("source"))))
        | Q(Exists(later.filter(export=OuterRef("export"))))
        | Q(Exists(later.filter(corpora__in=corpora)), source=None, export=None)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the steps of all these corpora rest on, by corpus; asked once for all of them."""

    #: Sources with files that were not read to their end, newest first.
    lost: dict[int, list[Source]]
    #: Sources read, and judgements made, since the published snapshot's run began.
    unused: dict[int, int]
    judged: dict[int, int]
    #: The newest review queue of the published snapshot, with its ``open`` items.
    queues: dict[int, ReviewQueue]
    #: Snapshots that were exported.
    exported: set[int]


def _known(cards: Sequence[Card]) -> _Known:
    corpora = [card.corpus.pk for card in cards]
    heads = [card.head.pk for card in cards if card.head]
    sources = Source.objects.filter(corpus__in=corpora)
    recent = sources.filter(file_errors__gt=0, created_at__gt=timezone.now() - RECENT)
    lost: dict[int, list[Source]] = {}
    for source in recent.defer(*LARGE).order_by("-id"):
        lost.setdefault(source.corpus_id, []).append(source)
    began = F("corpus__head__run__created_at")
    newer = sources.filter(ready=True, runs__ended_at__gt=began)
    judgements = Judgement.objects.filter(corpus__in=corpora, at__gt=began)
    queues = ReviewQueue.objects.filter(snapshot__in=heads, corpus__head=F("snapshot"))
    still = Count("items", filter=Q(items__judgement=None))
    return _Known(
        lost=lost,
        unused=_counted(newer),
        judged=_counted(judgements),
        queues={queue.corpus_id: queue for queue in queues.annotate(open=still).order_by("id")},
        exported=set(Export.objects.filter(snapshot__in=heads).values_list("snapshot", flat=True)),
    )


def _counted(rows: QuerySet[Any]) -> dict[int, int]:
    """Corpus -> how many."""
    counts = rows.order_by().values_list("corpus").annotate(number=Count("id", distinct=True))
    return dict(counts)


def _corpus(card: Card, known: _Known) -> Iterator[Step]:
    corpus, head = card.corpus, card.head
    at_work = card.last_run is not None and card.last_run.moves
    yield from _lost(card, known.lost.get(corpus.pk, []))
    if not card.sources:
        yield Step(kind="add-source", corpus=corpus)
    elif card.documents and head is None and not at_work:
        yield Step(kind="run-first", corpus=corpus, number=card.documents)
    elif head is not None:
        if not at_work:
            yield from _again(corpus, known)
        yield from _review(corpus, head, known.queues.get(corpus.pk))
        if head.recipe.shipped:
            yield Step(kind="tune", corpus=corpus, snapshot=head)
        if head.pk not in known.exported:
            yield Step(kind="export", corpus=corpus, snapshot=head)


def _lost(card: Card, sources: Sequence[Source]) -> Iterator[Step]:
    """Files that were not read to their end, while somebody still knows where they came from,
    until a run made do with what was read."""
    for source in sources[:5]:
        if card.head is None or source.created_at > card.head.run.created_at:
            number = source.file_errors
            yield Step(kind="files-lost", corpus=card.corpus, source=source, number=number)


def _again(corpus: Corpus, known: _Known) -> Iterator[Step]:
    """What the published snapshot does not hold yet: new text, new judgements."""
    if unused := known.unused.get(corpus.pk):
        yield Step(kind="run-again", corpus=corpus, number=unused)
    elif judged := known.judged.get(corpus.pk):
        yield Step(kind="run-judged", corpus=corpus, number=judged)


def _review(corpus: Corpus, head: Snapshot, queue: Any) -> Iterator[Step]:
    if queue is None:
        if dropped := sum(head.counts.get("dropped", {}).values()):
            yield Step(kind="look-at-dropped", corpus=corpus, snapshot=head, number=dropped)
        yield Step(kind="judge-sample", corpus=corpus, snapshot=head)
    elif queue.open:
        yield Step(kind="go-on-judging", corpus=corpus, queue=queue, number=queue.open)
