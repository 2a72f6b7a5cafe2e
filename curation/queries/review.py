"""Review queues: what is open, what was judged, and what that says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from corpora.judgement.intervals import Share, wilson
from curation.models import Judgement, ReviewItem, ReviewQueue, Snapshot
from curation.queries.document import Detail, detail
from curation.queries.places import Place, pick
from curation.queries.segments import LONG_TEXT, WINDOW, Segment, segments

#: Cards that the page holds ready behind the one on screen.
AHEAD = 3
#: Verdicts that stay in sight and can be changed.
LAST = 10


def queues() -> QuerySet[ReviewQueue]:
    """Every queue, the newest first, each with its items counted."""
    rows = ReviewQueue.objects.select_related("corpus", "snapshot", "created_by")
    judged = Count("items", filter=Q(items__judgement__isnull=False))
    # A query that counts forgets the model's own order.
    return rows.annotate(total=Count("items"), judged=judged).order_by("-id")


def queues_of(snapshot: Snapshot) -> QuerySet[ReviewQueue]:
    return queues().filter(snapshot=snapshot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    total: int
    keep: int
    drop: int
    skip: int

    @property
    def judged(self) -> int:
        return self.keep + self.drop + self.skip

    @property
    def open(self) -> int:
        return self.total - self.judged


def progress(queue: ReviewQueue) -> Progress:
    rows = queue.items.order_by().values_list("judgement__verdict").annotate(number=Count("id"))
    by_verdict: dict[str | None, int] = dict(rows)
    return Progress(
        total=sum(by_verdict.values()),
        keep=by_verdict.get(Judgement.Verdict.KEEP, 0),
        drop=by_verdict.get(Judgement.Verdict.DROP, 0),
        skip=by_verdict.get(Judgement.Verdict.SKIP, 0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One item as the page shows it."""

    item: ReviewItem
    document: Detail
    segments: list[Segment]
    #: Code points that are not shown: a card shows the beginning of a very long text.
    hidden: int


def cards(queue: ReviewQueue, items: Iterable[ReviewItem]) -> list[Card]:
    return [_card(queue.snapshot, item) for item in items]


def _card(snapshot: Snapshot, item: ReviewItem) -> Card:
    found = detail(snapshot, Place(item.part, item.row))
    shown = WINDOW if len(found.text) > LONG_TEXT else len(found.text)
    pieces = segments(found.text, [*found.evidence, *found.edits], 0, shown)
    return Card(item=item, document=found, segments=pieces, hidden=len(found.text) - shown)


def open_items(queue: ReviewQueue, *, limit: int, besides: Sequence[int] = ()) -> list[ReviewItem]:
    """The next items without a judgement; ``besides`` are ids that the page holds already."""
    waiting = queue.items.filter(judgement=None).exclude(pk__in=besides).order_by("position")
    return list(waiting.select_related("judgement__by")[:limit])


def last_judged(queue: ReviewQueue) -> list[ReviewItem]:
    """The items judged last, the latest first."""
    judged = queue.items.exclude(judgement=None).order_by("-judgement_id")
    return list(judged.select_related("judgement__by")[:LAST])


# -- what it says -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAgreement:
    """Of the judged documents that one rule dropped (or that were kept): how many people agree."""

    #: "" for the documents that the recipe kept.
    rule: str
    agreed: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    #: Of the documents judged keep or drop, those that people keep.
    kept: Share
    #: Those where people and the recipe say the same.
    agreed: Share
    rules: list[RuleAgreement]
    #: About this many of the population people would keep; None when nothing is judged.
    estimate: tuple[int, int] | None


def outcome(queue: ReviewQueue) -> Outcome:
    """Judgements of the queue against the verdicts of its snapshot. Skipped ones say nothing."""
    verdicts = (Judgement.Verdict.KEEP, Judgement.Verdict.DROP)
    items = queue.items.filter(judgement__verdict__in=verdicts).select_related("judgement")
    judged = list(items.order_by("part", "row"))
    decided = _decided(queue.snapshot, judged)
    pairs = [
        (item.judgement.verdict, decision)
        for item, decision in zip(judged, decided, strict=True)
        if item.judgement
    ]
    kept = wilson(sum(verdict == "keep" for verdict, _ in pairs), len(pairs))
    return Outcome(
        kept=kept,
        agreed=wilson(sum(verdict == d["verdict"] for verdict, d in pairs), len(pairs)),
        rules=_by_rule(pairs),
        estimate=(round(kept.low * queue.population), round(kept.high * queue.population))
        if pairs
        else None,
    )


def _by_rule(pairs: Sequence[tuple[str, dict[str, Any]]]) -> list[RuleAgreement]:
    counted: dict[str, list[int]] = {}
    for verdict, decision in pairs:
        counter = counted.setdefault(decision["rule"] or "", [0, 0])
        counter[0] += verdict == decision["verdict"]
        counter[1] += 1
    found = [
        RuleAgreement(rule=rule, agreed=wilson(part, base))
        for rule, (part, base) in counted.items()
    ]
    return sorted(found, key=lambda row: (-row.agreed.base, row.rule))


def _decided(snapshot: Snapshot, items: Sequence[ReviewItem]) -> list[dict[str, Any]]:
    """Verdict and rule of each item."""
    places = [Place(item.part, item.row) for item in items]
    return pick(snapshot.manifest, places, {"decisions": ("verdict", "rule")})
