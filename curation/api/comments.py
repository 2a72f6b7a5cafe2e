"""Comments: what people wrote about a document without judging it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from ninja import Field, Router, Schema, Status
from pydantic import StringConstraints

from curation.actions import comments as actions
from curation.api.auth import READING, WRITING, actor
from curation.api.schemas import NO_NUL, DocumentId, Id, Limit, Name, Page, page
from curation.models import Comment, Corpus
from curation.queries.places import locate

router = Router(tags=["comments"])

Text = Annotated[str, StringConstraints(min_length=1, max_length=Comment.LONGEST, pattern=NO_NUL)]


class CommentIn(Schema):
    corpus: Name
    document_id: DocumentId
    text: Text


class CommentOut(Schema):
    id: int
    corpus: str = Field(alias="corpus.name")
    document_id: str
    text: str
    by: str = Field(alias="by.username")
    at: datetime


@router.get(
    "",
    auth=READING,
    response=Page[CommentOut],
    summary=gettext_noop("Comments, newest first"),
)
def list_comments(
    request: HttpRequest,
    corpus: Name | None = None,
    document_id: DocumentId | None = None,
    limit: Limit = 100,
    before: Id | None = None,
) -> dict[str, object]:
    """Of a corpus, of a document, or all."""
    wanted = {"corpus__name": corpus, "document_id": document_id}
    rows = Comment.objects.select_related("corpus", "by").filter(
        **{name: value for name, value in wanted.items() if value}
    )
    return page(rows, limit=limit, before=before)


@router.post(
    "",
    auth=WRITING,
    response={201: CommentOut},
    summary=gettext_noop("Comment on a document"),
)
def comment_on_document(request: HttpRequest, body: CommentIn) -> Status[Comment]:
    """It decides nothing. 404 for a document the corpus does not hold."""
    corpus = get_object_or_404(Corpus, name=body.corpus)
    if corpus.head is None or locate(corpus.head, body.document_id) is None:
        raise Http404
    made = actions.comment(
        corpus=corpus, document_id=body.document_id, text=body.text, by=actor(request)
    )
    return Status(201, made)
