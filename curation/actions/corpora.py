"""Creating corpora."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from corpora.errors import KotoguraError
from curation.actions import audit
from curation.models import Corpus, User
from curation.permissions import require


class CorpusRefused(KotoguraError):
    """A corpus cannot be created as asked."""


@transaction.atomic
def create_corpus(
    *,
    name: str,
    by: User,
    title: str = "",
    description: str = "",
    licence: str = "",
    domain: str = "",
) -> Corpus:
    """Raises CorpusRefused when the name is taken or not allowed."""
    require(by, "corpus.create")
    corpus = Corpus(
        name=name,
        title=title,
        description=description,
        licence=licence,
        domain=domain,
        created_by=by,
    )
    try:
        corpus.full_clean()
    except ValidationError as error:
        raise CorpusRefused("; ".join(error.messages)) from error
    corpus.save()
    audit.record(by=by, action="corpus.create", target=f"corpus:{name}")
    return corpus
