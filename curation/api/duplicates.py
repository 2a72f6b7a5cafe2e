"""Duplicates: the groups of a snapshot, two members' likeness, and what people decide of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from ninja import Field, Router, Schema, Status
from pydantic import StringConstraints

from corpora.decisions.groups import KINDS
from curation.actions import duplicates as actions
from curation.api.auth import READING, WRITING, actor
from curation.api.judgements import JudgementOut
from curation.api.schemas import DocumentId, Id, Limit, Line, Name, Note, Page, page
from curation.models import Judgement, PairVerdict, Snapshot
from curation.permissions import require
from curation.queries import cluster, clusters
from curation.queries.pairs import pair
from curation.queries.places import places_of

router = Router(tags=["duplicates"])
pairs = Router(tags=["duplicates"])

#: Of a cluster the smallest of its members' ids; of a collection its own after "in-".
GroupName = Annotated[str, StringConstraints(pattern=r"^(in-)?[0-9a-f]{32}$")]
After = Annotated[str, StringConstraints(pattern=r"^(\d{1,9}\.\d{1,9})?$")]


class GroupOut(Schema):
    name: str
    kind: Literal["exact", "near", "mixed", "contained"]
    size: int


class GroupsOut(Schema):
    """``next`` goes into ``after`` to read on; "" at the end."""

    items: list[GroupOut]
    found: int
    documents: int
    next: str


class MemberOut(Schema):
    id: str
    title: str
    source: str
    domain: str
    characters: int
    verdict: str
    rule: str
    value: float | None
    limit: float | None
    #: What people say of it now: "keep", "drop", "prefer" or "".
    judged: str


class OneGroupOut(GroupOut):
    #: The id of the one that is kept, or would be first in line.
    keeper: str
    reason: str
    #: A large group is sampled from all its sources.
    sampled: bool
    members: list[MemberOut]


class ChangeOut(Schema):
    """Code points of the normalised texts: left[a:b] stands where the right has right[c:d]."""

    a: int
    b: int
    c: int
    d: int


class LikenessOut(Schema):
    left: str
    right: str
    #: Exact, of the folded n-grams that the snapshot's recipe compares.
    jaccard: float
    threshold: float
    only_left: int
    only_right: int
    #: Some stretch is shown as replaced whole; only the beginnings were compared.
    coarse: bool
    cut: bool
    #: How many there are, and the first of them.
    count: int
    changes: list[ChangeOut]


class KeeperIn(Schema):
    document_id: DocumentId


class PairIn(Schema):
    one: DocumentId
    other: DocumentId
    #: "withdrawn" takes back what stands.
    verdict: Literal["apart", "withdrawn"] = "apart"
    note: Note = ""


class PairOut(Schema):
    id: int
    first: str
    first_corpus: str = Field(alias="first_corpus.name")
    second: str
    second_corpus: str = Field(alias="second_corpus.name")
    verdict: str
    note: str
    by: str = Field(alias="by.username")
    at: datetime


@router.get(
    "/{int:snapshot_id}/duplicates",
    auth=READING,
    response=GroupsOut,
    summary=gettext_noop("Groups of duplicates, the largest first"),
)
def list_duplicates(
    request: HttpRequest,
    snapshot_id: Id,
    kind: Literal["", "exact", "near", "mixed", "contained"] = "",
    least: Annotated[int, Field(ge=2, le=2**31 - 1)] = 2,
    source: Line = "",
    domain: Line = "",
    limit: Limit = 100,
    after: After = "",
) -> dict[str, object]:
    snapshot = get_object_or_404(Snapshot, pk=snapshot_id)
    wanted = clusters.Wanted(kind=kind, least=least, source=source, domain=domain)
    size, _dot, number = after.partition(".")
    start = (int(size), int(number)) if size else None
    found = clusters.page(snapshot, wanted, start, limit)
    every = clusters.groups(snapshot)
    items = [
        {
            "name": every.name(number),
            "kind": KINDS[every.kinds[number]],
            "size": int(every.sizes[number]),
        }
        for number in found.numbers
    ]
    return {
        "items": items,
        "found": found.found,
        "documents": found.documents,
        "next": found.after,
    }


@router.get(
    "/{int:snapshot_id}/duplicates/{name}",
    auth=READING,
    response=OneGroupOut,
    summary=gettext_noop("One group of duplicates, who is kept, and why"),
)
def get_duplicates(request: HttpRequest, snapshot_id: Id, name: GroupName) -> dict[str, Any]:
    snapshot, found = _group(snapshot_id, name)
    members = cluster.members(snapshot, found.rows)
    return {
        "name": name,
        "kind": found.kind,
        "size": found.size,
        "keeper": members[0].id,
        "reason": cluster.why(snapshot, name, members[0]).reason,
        "sampled": found.sampled,
        "members": members,
    }


@router.get(
    "/{int:snapshot_id}/duplicates/{name}/difference",
    auth=READING,
    response=LikenessOut,
    summary=gettext_noop("How alike two members are, and where they differ"),
)
def get_difference(
    request: HttpRequest,
    snapshot_id: Id,
    name: GroupName,
    left: DocumentId,
    right: DocumentId,
    limit: Limit = 1_000,
) -> dict[str, Any]:
    """404 for a document that is no member of the group."""
    snapshot, _found = _group(snapshot_id, name)
    rows = [cluster.member_row(snapshot, name, id_) for id_ in (left, right)]
    places = places_of(snapshot.manifest, [row for row in rows if row is not None])
    if len(places) < 2:
        raise Http404
    both = pair(snapshot, places[0], places[1])
    return {
        "left": left,
        "right": right,
        "jaccard": both.jaccard,
        "threshold": both.threshold,
        "only_left": both.found.only_left,
        "only_right": both.found.only_right,
        "coarse": both.found.coarse,
        "cut": both.found.cut,
        "count": both.changes,
        "changes": both.found.changes[:limit],
    }


@router.post(
    "/{int:snapshot_id}/duplicates/{name}/keeper",
    auth=WRITING,
    response={201: JudgementOut},
    summary=gettext_noop("Keep this one of its copies from the next run on"),
)
def keep_this_one(
    request: HttpRequest, snapshot_id: Id, name: GroupName, body: KeeperIn
) -> Status[Judgement]:
    """As long as no rule drops it. POST /judgements with "withdrawn" takes it back."""
    require(actor(request), "judge")
    snapshot, _found = _group(snapshot_id, name)
    judgement = actions.keep_this_one(
        snapshot=snapshot, name=name, document_id=body.document_id, by=actor(request)
    )
    return Status(201, judgement)


@router.post(
    "/{int:snapshot_id}/duplicates/{name}/pairs",
    auth=WRITING,
    response={201: PairOut},
    summary=gettext_noop("Say that two members are no duplicates, or take it back"),
)
def judge_pair(
    request: HttpRequest, snapshot_id: Id, name: GroupName, body: PairIn
) -> Status[PairVerdict]:
    """The next run puts the two into different clusters."""
    by = actor(request)
    require(by, "judge")
    snapshot, _found = _group(snapshot_id, name)
    if body.verdict == "withdrawn":
        return Status(201, actions.withdraw_pair(one=body.one, other=body.other, by=by))
    row = actions.not_duplicates(
        snapshot=snapshot, name=name, one=body.one, other=body.other, by=by, note=body.note
    )
    return Status(201, row)


@pairs.get(
    "",
    auth=READING,
    response=Page[PairOut],
    summary=gettext_noop("Pairs that people said something about, newest first"),
)
def list_pairs(
    request: HttpRequest, corpus: Name | None = None, limit: Limit = 100, before: Id | None = None
) -> dict[str, object]:
    """The newest word on a pair stands; the others are its history."""
    rows = PairVerdict.objects.select_related("first_corpus", "second_corpus", "by")
    if corpus:
        rows = rows.filter(first_corpus__name=corpus) | rows.filter(second_corpus__name=corpus)
    return page(rows, limit=limit, before=before)


def _group(snapshot_id: int, name: str) -> tuple[Snapshot, cluster.Group]:
    snapshot = get_object_or_404(Snapshot, pk=snapshot_id)
    found = cluster.group(snapshot, name)
    if found is None:
        raise Http404
    return snapshot, found
