"""Writing about a document without judging it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from corpora.errors import KotoguraError
from curation.actions import audit
from curation.models import Comment, Corpus, User
from curation.permissions import require


class CommentRefused(KotoguraError):
    """There is nothing in it."""


@transaction.atomic
def comment(*, corpus: Corpus, document_id: str, text: str, by: User) -> Comment:
    """Add a comment to a document's history. Runs never read it.

    Raises CommentRefused for one that is empty.
    """
    require(by, "comment")
    text = text.strip()[: Comment.LONGEST]
    if not text:
        raise CommentRefused(_("The comment is empty."), remedy=_("Write something."))
    made = Comment.objects.create(corpus=corpus, document_id=document_id, text=text, by=by)
    audit.record(by=by, action="comment", target=f"document:{document_id}", comment=made.pk)
    return made
