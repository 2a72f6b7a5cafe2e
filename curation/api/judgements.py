"""Judgements: a person's word on a document, from a program."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from ninja import Field, Router, Schema, Status

from curation.actions import review as actions
from curation.api.auth import READING, WRITING, actor
from curation.api.schemas import DocumentId, Id, Limit, Name, Note, Page, page
from curation.models import Corpus, Judgement
from curation.queries.places import locate

router = Router(tags=["judgements"])


class JudgementIn(Schema):
    corpus: Name
    document_id: DocumentId
    #: "withdrawn" takes back what stands.
    verdict: Literal["keep", "drop", "skip", "withdrawn"]
    note: Note = ""


class JudgementOut(Schema):
    id: int
    corpus: str = Field(alias="corpus.name")
    document_id: str
    verdict: str
    note: str
    by: str = Field(alias="by.username")
    at: datetime


@router.get(
    "",
    auth=READING,
    response=Page[JudgementOut],
    summary=gettext_noop("Judgements, newest first"),
)
def list_judgements(
    request: HttpRequest,
    corpus: Name | None = None,
    document_id: DocumentId | None = None,
    limit: Limit = 100,
    before: Id | None = None,
) -> dict[str, object]:
    """The newest one of a document stands; the others are its history."""
    wanted = {"corpus__name": corpus, "document_id": document_id}
    rows = Judgement.objects.select_related("corpus", "by").filter(
        **{name: value for name, value in wanted.items() if value}
    )
    return page(rows, limit=limit, before=before)


@router.post(
    "",
    auth=WRITING,
    response={201: JudgementOut},
    summary=gettext_noop("Judge a document"),
)
def judge_document(request: HttpRequest, body: JudgementIn) -> Status[Judgement]:
    """It wins over every rule in the next run. 404 for a document the corpus does not hold."""
    corpus = get_object_or_404(Corpus, name=body.corpus)
    if corpus.head is None or locate(corpus.head, body.document_id) is None:
        raise Http404
    judgement = actions.judge_document(
        corpus=corpus,
        document_id=body.document_id,
        verdict=body.verdict,
        note=body.note,
        by=actor(request),
    )
    return Status(201, judgement)
