"""One word on all documents that a filter finds, with its undoing: at once, or piece by piece.

A snapshot never changes, so the snapshot and the filter say which documents are meant. Each piece
is one short transaction that writes its judgements and moves the row that says how far it came,
and only who holds the row's token may move it: a worker that dies, or a message that comes twice,
neither loses nor repeats a document.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta

import numpy as np
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from corpora.errors import KotoguraError
from curation.actions import audit, wake
from curation.models import BulkJudgement, Judgement, Snapshot, User
from curation.permissions import require
from curation.queries.documents import SearchUnfinished, every
from curation.queries.places import Rows, offsets, pick, places_of
from curation.queries.scan import Filter
from curation.queries.snapshots import corpora_of_parts

log = logging.getLogger(__name__)

#: Documents that are judged in the request; more of them are a worker's.
MOST_AT_ONCE = 1_000
#: Documents of one transaction: others wait for it, and SQLite has one writer.
PIECE = 500
#: The request looks no longer for what is to be judged; a worker goes on with it.
_SECONDS = 2.0

State, Verdict = BulkJudgement.State, Judgement.Verdict
#: What undoing brings back; anything else is as if nobody had judged.
_WORDS = (Verdict.KEEP, Verdict.DROP, Verdict.PREFER)


class BulkRefused(KotoguraError):
    """Many documents cannot be judged, or that cannot be undone, as it was asked for."""


def judge_all(
    *, snapshot: Snapshot, wanted: Filter, verdict: str, expected: int, by: User
) -> BulkJudgement:
    """Keep or drop everything that the filter finds, as long as that is ``expected`` documents.

    Done when this returns if they are few, else a worker's. Raises BulkRefused when it is not
    what was shown; where a worker finds that out, it stops and says so.
    """
    require(by, "judge")
    if verdict not in (Verdict.KEEP, Verdict.DROP):
        raise BulkRefused(_("Many documents can be kept or dropped, nothing else."))
    rows = _few(snapshot, wanted, expected)
    number = len(rows) if rows is not None else min(expected, int(offsets(snapshot.manifest)[-1]))
    if number != expected:
        raise BulkRefused(
            _("The filter finds %(number)s documents now, not %(expected)s; nothing was recorded.")
            % {"number": number, "expected": expected},
            remedy=_("Look at them again and decide anew."),
        )
    same = BulkJudgement.objects.filter(snapshot=snapshot, filter=wanted.to_query())
    if same.filter(verdict=verdict, state=State.JUDGING).exists():
        raise BulkRefused(_("The same is being judged already."))
    # Read before there is a transaction that others would wait for.
    named = {} if rows is None else _named(snapshot, _corpora(snapshot), rows)
    with transaction.atomic():
        bulk = BulkJudgement.objects.create(
            snapshot=snapshot,
            filter=wanted.to_query(),
            verdict=verdict,
            documents=expected,
            since=_newest(Judgement.objects.all()),
            by=by,
        )
        audit.record(
            by=by,
            action="judge.all",
            target=f"bulk:{bulk.pk}",
            snapshot=snapshot.pk,
            filter=bulk.filter,
            verdict=verdict,
            documents=expected,
        )
        if rows is None:
            transaction.on_commit(lambda: wake.judging(bulk))
        else:
            _judge(bulk, rows, named)
            _end(bulk, State.DONE)
    bulk.refresh_from_db()
    return bulk


def _few(snapshot: Snapshot, wanted: Filter, expected: int) -> Rows | None:
    """The rows that are meant; None where a worker has to find them."""
    if expected > MOST_AT_ONCE:
        return None
    try:
        rows = np.flatnonzero(every(snapshot, wanted, None, time.monotonic() + _SECONDS))
    except SearchUnfinished:
        return None
    if not len(rows):
        raise BulkRefused(_("The filter finds no documents."))
    return rows


def undo_all(*, bulk: BulkJudgement, by: User) -> BulkJudgement:
    """Let what stood before stand again, document by document, where nobody judged since.

    Done when this returns if they are few, else a worker's. Raises BulkRefused when it was undone
    already, is not through yet, or is somebody else's.
    """
    require(by, "judge")
    with transaction.atomic():
        until = bulk.until or _newest(Judgement.objects.filter(bulk=bulk))
        # One undoing, however often the button is pressed.
        begun = BulkJudgement.objects.filter(pk=bulk.pk, by=by, state__in=BulkJudgement.STANDING)
        if not begun.update(
            state=State.UNDOING, token=F("token") + 1, until=until, position=0, done=0,
            began_at=None, moved_at=None, reason="",
        ):  # fmt: skip
            raise BulkRefused(_("This was undone already, or is not yours to undo."))
        bulk.refresh_from_db()
        audit.record(
            by=by, action="judge.all.undo", target=f"bulk:{bulk.pk}", documents=bulk.judged
        )
        if bulk.judged > MOST_AT_ONCE:
            transaction.on_commit(lambda: wake.judging(bulk))
        else:
            while given := _given(bulk):
                _take_back(bulk, given)
            _end(bulk, State.UNDONE)
    bulk.refresh_from_db()
    return bulk


@transaction.atomic
def stop(*, bulk: BulkJudgement, by: User) -> BulkJudgement:
    """End judging, or undoing, where it is; what is written stands.

    Raises BulkRefused when it had ended.
    """
    require(by, "judge")
    under_way = BulkJudgement.objects.filter(pk=bulk.pk, state__in=BulkJudgement.UNDER_WAY)
    if not under_way.update(state=State.STOPPED, token=F("token") + 1, moved_at=Now()):
        raise BulkRefused(_("It had ended already."))
    audit.record(by=by, action="judge.all.stop", target=f"bulk:{bulk.pk}")
    bulk.refresh_from_db()
    return bulk


# -- a worker's turns --------------------------------------------------------------------------


def forgotten() -> list[BulkJudgement]:
    """Those that nobody works on: not begun, or without a sign of life for a lease's time."""
    silent = Q(moved_at=None) | Q(moved_at__lt=Now() - timedelta(seconds=settings.LEASE_SECONDS))
    return list(BulkJudgement.objects.filter(silent, state__in=BulkJudgement.UNDER_WAY))


def take_turn(bulk_id: int, token: int, deadline: float) -> BulkJudgement | None:
    """Do pieces until the deadline (of time.monotonic); what another turn is due for, or None.

    Only who comes with the row's token is let in, and raises it: a repeated message ends here.
    """
    mine = BulkJudgement.objects.filter(pk=bulk_id, token=token, state__in=BulkJudgement.UNDER_WAY)
    began = Coalesce(F("began_at"), Now())
    if not mine.update(token=F("token") + 1, began_at=began, moved_at=Now()):
        return None
    bulk = BulkJudgement.objects.select_related("snapshot", "by").get(pk=bulk_id)
    if bulk.token != token + 1:
        return None
    try:
        more = (_judge_some if bulk.state == State.JUDGING else _undo_some)(bulk, deadline)
    except SearchUnfinished:
        more = True
    except (OperationalError, InterfaceError):
        raise  # The database is away: the sweep goes on with it.
    except Exception as error:  # whatever it is, the page says it; the next one may be asked for
        log.exception("bulk judgement %s stopped", bulk_id)
        said = (
            error.message
            if isinstance(error, KotoguraError)
            else f"{type(error).__name__}: {error}"
        )
        _end(bulk, State.STOPPED, reason=said)
        return None
    return bulk if more else None


def _judge_some(bulk: BulkJudgement, deadline: float) -> bool:
    mask = every(bulk.snapshot, Filter.from_query(bulk.filter), None, deadline)
    if not bulk.done and np.count_nonzero(mask) != bulk.documents:
        raise BulkRefused(
            gettext_noop("The filter finds another number now; nothing was recorded.")
        )
    rows = np.flatnonzero(mask[bulk.position :]) + bulk.position
    corpora = _corpora(bulk.snapshot)
    for first in range(0, len(rows), PIECE):
        piece = rows[first : first + PIECE]
        if not _judge(bulk, piece, _named(bulk.snapshot, corpora, piece)):
            return False
        if time.monotonic() > deadline:
            return True
    _end(bulk, State.DONE)
    return False


def _undo_some(bulk: BulkJudgement, deadline: float) -> bool:
    while given := _given(bulk):
        if not _take_back(bulk, given):
            return False
        if time.monotonic() > deadline:
            return True
    _end(bulk, State.UNDONE)
    return False


def _held(bulk: BulkJudgement) -> QuerySet[BulkJudgement]:
    """The row, as long as it is this turn's to move."""
    return BulkJudgement.objects.filter(pk=bulk.pk, token=bulk.token, state=bulk.state)


def _end(bulk: BulkJudgement, state: BulkJudgement.State, reason: str = "") -> None:
    _held(bulk).update(state=state, reason=reason[:2_000], moved_at=Now())


# -- judging ------------------------------------------------------------------------------------


def _corpora(snapshot: Snapshot) -> list[int]:
    """The corpus that each part belongs to."""
    known = {corpus.name: corpus.pk for corpus in snapshot.corpora.all()}
    last = list(known.values())[-1]
    return [known.get(name, last) for name in corpora_of_parts(snapshot)]


def _named(snapshot: Snapshot, corpora: Sequence[int], rows: Rows) -> dict[str, int]:
    """Document id -> its corpus."""
    places = places_of(snapshot.manifest, rows)
    picked = pick(snapshot.manifest, places, {"documents": ("id",)})
    return {row["id"]: corpora[place.part] for place, row in zip(places, picked, strict=True)}


@transaction.atomic
def _judge(bulk: BulkJudgement, rows: Rows, corpora: Mapping[str, int]) -> bool:
    """Judge a piece, except where a later word was said. False when it is no longer ours to do."""
    later = Judgement.objects.filter(
        # Of two that were asked for, the later one's word is the later, whichever is done first.
        Q(bulk=None) | Q(bulk__gte=bulk.pk),
        document_id__in=list(corpora),
        pk__gt=bulk.since,
    )
    spoken = set(later.values_list("document_id", flat=True))
    verdicts = {id_: bulk.verdict for id_ in corpora if id_ not in spoken}
    if not _held(bulk).update(
        position=int(rows[-1]) + 1,
        done=F("done") + len(rows),
        judged=F("judged") + len(verdicts),
        moved_at=Now(),
    ):
        return False
    _write(bulk, corpora, verdicts)
    return True


# -- undoing ------------------------------------------------------------------------------------


def _given(bulk: BulkJudgement) -> list[Judgement]:
    """Its next judgements that are to be taken back."""
    own = Judgement.objects.filter(bulk=bulk, pk__gt=bulk.position, pk__lte=bulk.until)
    return list(own.order_by("pk")[:PIECE])


@transaction.atomic
def _take_back(bulk: BulkJudgement, given: Sequence[Judgement]) -> bool:
    """Undo a piece, where it still stands. False when it is no longer ours to do."""
    first = {judgement.document_id: judgement.pk for judgement in given}
    latest, before = _words(first)
    still = [id_ for id_, judgement in first.items() if latest[id_] == judgement]
    bulk.position = given[-1].pk
    if not _held(bulk).update(
        position=bulk.position,
        done=F("done") + len(given),
        undone=F("undone") + len(still),
        moved_at=Now(),
    ):
        return False
    verdicts = {id_: before.get(id_, Verdict.WITHDRAWN) for id_ in still}
    corpora = {judgement.document_id: judgement.corpus_id for judgement in given}
    _write(bulk, corpora, verdicts)
    return True


def _words(first: Mapping[str, int]) -> tuple[dict[str, int], dict[str, str]]:
    """Document id -> its latest judgement; and -> what stood before the one given for it."""
    rows = Judgement.objects.filter(document_id__in=list(first)).order_by("pk")
    latest: dict[str, int] = {}
    before: dict[str, str] = {}
    for id_, judgement, verdict in rows.values_list("document_id", "pk", "verdict"):
        latest[id_] = judgement
        if judgement < first[id_]:
            before[id_] = verdict if verdict in _WORDS else Verdict.WITHDRAWN
    return latest, before


def _write(bulk: BulkJudgement, corpora: Mapping[str, int], verdicts: Mapping[str, str]) -> None:
    Judgement.objects.bulk_create(
        Judgement(
            corpus_id=corpora[id_], document_id=id_, verdict=verdict, bulk=bulk, by_id=bulk.by_id
        )
        for id_, verdict in verdicts.items()
    )


def _newest(judgements: QuerySet[Judgement]) -> int:
    """The id of the newest of them; 0 when there is none."""
    return judgements.order_by().aggregate(newest=Max("pk"))["newest"] or 0
