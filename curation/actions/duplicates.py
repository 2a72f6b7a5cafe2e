"""What people decide about duplicates: who of a group is kept, and who is no duplicate at all.

Both are words of their own beside "keep" and "drop", append-only, and count from the next run
on. docs/decisions/0015-people-and-duplicates.md says what they mean, and why.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from corpora.errors import KotoguraError
from curation.actions import audit
from curation.models import AuditEvent, Corpus, Judgement, PairVerdict, Snapshot, User
from curation.permissions import require
from curation.queries import apart
from curation.queries.cluster import group, member_row
from curation.queries.clusters import groups
from curation.queries.judgements import standing_of
from curation.queries.places import pick, place_of, places_of
from curation.queries.snapshots import corpus_of

#: More documents than this are not looked through for who was chosen before.
_LOOKED_THROUGH = 5_000
_AT_ONCE = 500


class DuplicatesRefused(KotoguraError):
    """The documents are not what the decision speaks of, or there is nothing to undo."""


@transaction.atomic
def keep_this_one(*, snapshot: Snapshot, name: str, document_id: str, by: User) -> Judgement:
    """Of the group's copies this one, as long as no rule drops it; who was chosen before is not.

    Raises DuplicatesRefused for a document that is no member, and for a group of works in a
    collection, where none stands for the others.
    """
    require(by, "judge")
    corpus = _corpus(snapshot, name, document_id)
    found = group(snapshot, name)
    if found is not None and found.kind == "contained":
        raise DuplicatesRefused(
            _("Works and the collection that holds them are no copies of each other."),
            remedy=_("Judge the document to be kept on its own page."),
        )
    before = [id_ for id_ in _chosen(snapshot, name) if id_ != document_id]
    for id_ in before:
        _say(_corpus(snapshot, name, id_), id_, Judgement.Verdict.WITHDRAWN, by)
    judgement = _say(corpus, document_id, Judgement.Verdict.PREFER, by)
    audit.record(
        by=by,
        action="duplicates.keep",
        target=f"document:{document_id}",
        judgement=judgement.pk,
        instead_of=before,
    )
    return judgement


@transaction.atomic
def not_duplicates(
    *, snapshot: Snapshot, name: str, one: str, other: str, by: User, note: str = ""
) -> PairVerdict:
    """Two members that the next run must not put into one cluster. What stands is returned."""
    require(by, "judge")
    corpora = {id_: _corpus(snapshot, name, id_) for id_ in (one, other)}
    if one == other:
        raise DuplicatesRefused(_("That is one document, not two."))
    found = group(snapshot, name)
    if found is not None and found.kind == "contained":
        raise DuplicatesRefused(
            _("A work inside a collection is no duplicate of it to begin with."),
            remedy=_("Judge the work to be kept on its own page."),
        )
    if standing := apart.verdict_on(one, other):
        return standing
    return _pair(one, other, corpora, PairVerdict.Verdict.APART, by, note)


@transaction.atomic
def withdraw_pair(*, one: str, other: str, by: User) -> PairVerdict:
    """Take back that two documents are no duplicates, whoever said it."""
    require(by, "judge")
    standing = apart.verdict_on(one, other)
    if standing is None:
        raise DuplicatesRefused(_("Nobody called these two no duplicates."))
    corpora = {standing.first: standing.first_corpus, standing.second: standing.second_corpus}
    return _pair(one, other, corpora, PairVerdict.Verdict.WITHDRAWN, by)


@transaction.atomic
def undo(*, snapshot: Snapshot, name: str, by: User) -> Judgement | PairVerdict:
    """Take back the person's own latest decision about members of the group.

    Who was chosen before, or judged, is so again. Raises DuplicatesRefused for nothing.
    """
    require(by, "judge")
    word = apart.last_word(snapshot, name, by)
    if isinstance(word, PairVerdict):
        return withdraw_pair(one=word.first, other=word.second, by=by)
    if word is None:
        raise DuplicatesRefused(_("You have decided nothing here that could be undone."))
    event = AuditEvent.objects.filter(
        action="duplicates.keep", target=f"document:{word.document_id}"
    ).first()
    for id_ in event.detail["instead_of"] if event else ():
        if id_ not in standing_of([id_]):
            again = Judgement.objects.filter(
                document_id=id_, verdict=Judgement.Verdict.PREFER
            ).last()
            if again is not None:
                _say(again.corpus, id_, Judgement.Verdict.PREFER, by)
    audit.record(by=by, action="duplicates.undo", target=f"document:{word.document_id}")
    return _say(word.corpus, word.document_id, _before(word), by)


def _before(word: Judgement) -> Judgement.Verdict:
    """What stood on the document before a word was said."""
    earlier = Judgement.objects.filter(document_id=word.document_id, pk__lt=word.pk).last()
    words = (Judgement.Verdict.KEEP, Judgement.Verdict.DROP, Judgement.Verdict.PREFER)
    if earlier is None or earlier.verdict not in words:
        return Judgement.Verdict.WITHDRAWN
    return Judgement.Verdict(earlier.verdict)


def _say(corpus: Corpus, id_: str, verdict: Judgement.Verdict, by: User) -> Judgement:
    return Judgement.objects.create(corpus=corpus, document_id=id_, verdict=verdict, by=by)


def _pair(
    one: str,
    other: str,
    corpora: dict[str, Corpus],
    verdict: PairVerdict.Verdict,
    by: User,
    note: str = "",
) -> PairVerdict:
    first, second = apart.in_order(one, other)
    row = PairVerdict.objects.create(
        first=first,
        first_corpus=corpora[first],
        second=second,
        second_corpus=corpora[second],
        verdict=verdict,
        note=note[:1000],
        by=by,
    )
    action = "duplicates.apart" if verdict == PairVerdict.Verdict.APART else "duplicates.undo"
    audit.record(by=by, action=action, target=f"pair:{first},{second}", pair=row.pk)
    return row


def _corpus(snapshot: Snapshot, name: str, document_id: str) -> Corpus:
    """The corpus of a member. Raises DuplicatesRefused for a document that is none."""
    row = member_row(snapshot, name, document_id)
    if row is None:
        raise DuplicatesRefused(_("This group has no document with that id."))
    return corpus_of(snapshot, place_of(snapshot.manifest, row).part)


def _chosen(snapshot: Snapshot, name: str) -> list[str]:
    """The members that somebody chose before."""
    every = groups(snapshot)
    number = every.number(name)
    assert number is not None
    rows = every.rows[every.members(number)][:_LOOKED_THROUGH].tolist()
    places = places_of(snapshot.manifest, rows)
    picked = pick(snapshot.manifest, places, {"decisions": ("id",)})
    ids = [str(row["id"]) for row in picked]
    found: dict[str, str] = {}
    for low in range(0, len(ids), _AT_ONCE):
        found |= standing_of(ids[low : low + _AT_ONCE])
    return [id_ for id_, verdict in found.items() if verdict == "prefer"]
