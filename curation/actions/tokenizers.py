"""Importing, training and choosing tokenizers."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from corpora.errors import ModelError
from corpora.recipe import Tokenization
from corpora.tokenization.models import check_model
from curation.actions import audit
from curation.actions.advance import create
from curation.models import Corpus, Run, Snapshot, Tokenizer, User
from curation.models.corpus import name_validator
from curation.permissions import require
from curation.store import store


def import_tokenizer(*, name: str, path: Path, by: User) -> Tokenizer:
    """Keep a SentencePiece model. Raises ModelError when it is no such thing.

    The file is hostile until a limited child process has loaded it.
    """
    require(by, "tokenizer.create")
    _check_name(name)
    if path.stat().st_size > settings.MODEL_MAX_BYTES:
        raise ModelError(
            _("The model is larger than %(size)s MB.") % {"size": settings.MODEL_MAX_BYTES >> 20},
            remedy=_("MODEL_MAX_BYTES sets the limit."),
        )
    info = check_model(path)
    blob = store().put_file(path)
    with transaction.atomic():
        tokenizer = Tokenizer.objects.create(
            name=name,
            origin=Tokenizer.Origin.IMPORTED,
            blob=blob,
            vocab_size=info.vocab_size,
            info=asdict(info),
            created_by=by,
        )
        audit.record(by=by, action="tokenizer.import", target=f"tokenizer:{name}", sha256=blob)
    return tokenizer


@transaction.atomic
def train_tokenizer(*, name: str, snapshot: Snapshot, vocab_size: int, by: User) -> Run:
    """Start training a unigram with byte fallback on what the snapshot keeps."""
    require(by, "tokenizer.create")
    _check_name(name)
    arguments = {
        "manifest": snapshot.manifest,
        "snapshot": snapshot.pk,
        "name": name,
        "vocab_size": vocab_size,
        "sample_bytes": Tokenization().sample_bytes,
    }
    audit.record(by=by, action="tokenizer.train", target=f"tokenizer:{name}")
    return create(
        kind=Run.Kind.TRAIN, arguments=arguments, by=by, corpora=list(snapshot.corpora.all())
    )


@transaction.atomic
def set_corpus_tokenizer(*, corpus: Corpus, tokenizer: Tokenizer | None, by: User) -> None:
    """The tokenizer that the next runs over this corpus use."""
    require(by, "tokenizer.create")
    Corpus.objects.filter(pk=corpus.pk).update(tokenizer=tokenizer)
    name = tokenizer.name if tokenizer else ""
    audit.record(by=by, action="corpus.tokenizer", target=f"corpus:{corpus.name}", name=name)


def _check_name(name: str) -> None:
    try:
        name_validator(name)
    except ValidationError as error:
        raise ModelError("; ".join(error.messages)) from error
    if Tokenizer.objects.filter(name=name).exists():
        raise ModelError(
            _("There is a tokenizer %(name)s already.") % {"name": name},
            remedy=_("Choose another name."),
        )
