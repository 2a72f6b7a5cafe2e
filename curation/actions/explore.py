"""Views that are kept by name, and one word on many documents, with its undoing."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from corpora.errors import KotoguraError
from curation.actions import audit
from curation.models import BulkJudgement, Corpus, Judgement, SavedView, Snapshot, User
from curation.permissions import require
from curation.queries.documents import every
from curation.queries.places import pick, places_of
from curation.queries.scan import Filter
from curation.queries.snapshots import corpora_of_parts

#: Documents that are judged at once; more would have to be a job.
MOST_AT_ONCE = 1_000
#: Views that a corpus offers.
MOST_VIEWS = 200
#: Looking for what is to be judged takes no longer.
_SECONDS = 10.0

Verdict = Judgement.Verdict


class ExploreRefused(KotoguraError):
    """A view cannot be saved, or many documents cannot be judged at once."""


@transaction.atomic
def save_view(*, snapshot: Snapshot, name: str, wanted: Filter, query: str, by: User) -> SavedView:
    """Keep a filter under a name; the person's own view of that name is replaced."""
    require(by, "view.save")
    name = name.strip()[:80]
    if not name:
        raise ExploreRefused(_("A view needs a name."))
    if len(query) > 4_000:
        raise ExploreRefused(_("This filter is too long to be kept."))
    corpora = snapshot.corpora.all()
    same = SavedView.objects.filter(snapshot__corpora__in=corpora).distinct()
    if same.count() >= MOST_VIEWS:
        raise ExploreRefused(
            _("These corpora have %(number)s views already.") % {"number": MOST_VIEWS},
            remedy=_("Delete some that nobody needs."),
        )
    old = same.filter(owner=by, name=name).values_list("pk", flat=True)
    SavedView.objects.filter(pk__in=list(old)).delete()
    view = SavedView.objects.create(snapshot=snapshot, name=name, query=query, owner=by)
    audit.record(
        by=by, action="view.save", target=f"view:{view.pk}", name=name, filter=wanted.to_query()
    )
    return view


@transaction.atomic
def delete_view(*, view: SavedView, by: User) -> None:
    """Only its owner's to delete. Raises ExploreRefused for anybody else."""
    require(by, "view.save")
    if view.owner_id != by.pk:
        raise ExploreRefused(_("This view is somebody else’s."))
    audit.record(by=by, action="view.delete", target=f"view:{view.pk}", name=view.name)
    view.delete()


def _found(snapshot: Snapshot, wanted: Filter) -> dict[str, str]:
    """Document id -> the name of its corpus. Raises ExploreRefused for too many."""
    mask = every(snapshot, wanted, None, time.monotonic() + _SECONDS)
    number = int(np.count_nonzero(mask))
    if number > MOST_AT_ONCE:
        raise ExploreRefused(
            _("%(number)s documents are too many to be judged at once: the most are %(most)s.")
            % {"number": f"{number:,}", "most": f"{MOST_AT_ONCE:,}"},
            remedy=_("Narrow the filter, or let a recipe's rule decide."),
        )
    names = corpora_of_parts(snapshot)
    places = places_of(snapshot.manifest, np.flatnonzero(mask))
    picked = pick(snapshot.manifest, places, {"documents": ("id",)})
    return {row["id"]: names[place.part] for place, row in zip(places, picked, strict=True)}


@transaction.atomic
def judge_all(
    *, snapshot: Snapshot, wanted: Filter, verdict: str, expected: int, by: User
) -> BulkJudgement:
    """Keep or drop everything that the filter finds, as long as that is ``expected`` documents.

    Raises ExploreRefused when it is not what was shown, or too many.
    """
    require(by, "judge")
    if verdict not in (Verdict.KEEP, Verdict.DROP):
        raise ExploreRefused(_("Many documents can be kept or dropped, nothing else."))
    found = _found(snapshot, wanted)
    if len(found) != expected or not found:
        raise ExploreRefused(
            _("The filter finds %(number)s documents now, not %(expected)s; nothing was recorded.")
            % {"number": len(found), "expected": expected},
            remedy=_("Look at them again and decide anew."),
        )
    bulk = BulkJudgement.objects.create(
        snapshot=snapshot,
        filter=wanted.to_query(),
        verdict=verdict,
        documents=len(found),
        by=by,
    )
    _write(bulk, found, dict.fromkeys(found, verdict), by)
    audit.record(
        by=by,
        action="judge.all",
        target=f"bulk:{bulk.pk}",
        snapshot=snapshot.pk,
        filter=bulk.filter,
        verdict=verdict,
        documents=len(found),
    )
    return bulk


@transaction.atomic
def undo_all(*, bulk: BulkJudgement, by: User) -> int:
    """Let what stood before stand again, where nobody judged since; how many documents.

    Raises ExploreRefused when it was undone already or is somebody else's.
    """
    require(by, "judge")
    # One undoing, however often the button is pressed.
    mine = BulkJudgement.objects.filter(pk=bulk.pk, by=by, undone_at=None)
    if not mine.update(undone_at=timezone.now()):
        raise ExploreRefused(_("This was undone already, or is not yours to undo."))
    given = Judgement.objects.filter(bulk=bulk).select_related("corpus").order_by("id")
    first = {judgement.document_id: judgement for judgement in given}
    latest = _latest(first, None)
    still = [id_ for id_, judgement in first.items() if latest[id_] == judgement.pk]
    before = _verdicts(_latest(still, min((j.pk for j in first.values()), default=0)))
    verdicts = {id_: before.get(id_, Verdict.WITHDRAWN) for id_ in still}
    _write(bulk, {id_: first[id_].corpus.name for id_ in still}, verdicts, by)
    audit.record(by=by, action="judge.all.undo", target=f"bulk:{bulk.pk}", documents=len(still))
    return len(still)


def _latest(ids: Iterable[str], before: int | None) -> dict[str, int]:
    """Document id -> its latest judgement, or the latest before one."""
    wanted = list(ids)
    rows = Judgement.objects.filter(document_id__in=wanted).order_by("id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return dict(rows.values_list("document_id", "pk"))


def _verdicts(latest: Mapping[str, int]) -> dict[str, str]:
    """What these judgements say, where that is to keep or to drop."""
    rows = Judgement.objects.filter(
        pk__in=list(latest.values()), verdict__in=(Verdict.KEEP, Verdict.DROP)
    )
    return dict(rows.values_list("document_id", "verdict"))


def _write(
    bulk: BulkJudgement, corpora: Mapping[str, str], verdicts: Mapping[str, Any], by: User
) -> None:
    named = {corpus.name: corpus for corpus in Corpus.objects.filter(name__in=corpora.values())}
    Judgement.objects.bulk_create(
        Judgement(corpus=named[corpora[id_]], document_id=id_, verdict=verdict, bulk=bulk, by=by)
        for id_, verdict in verdicts.items()
    )
