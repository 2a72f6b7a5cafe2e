"""Tokenizers: import a SentencePiece model, or train one."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from ninja import Field, File, Form, Router, Schema, Status, UploadedFile

from curation.actions import tokenizers as actions
from curation.api.auth import READING, WRITING, actor
from curation.api.runs import RunOut
from curation.api.schemas import Id, Limit, Name, Page, page
from curation.models import Run, Snapshot, Tokenizer

router = Router(tags=["tokenizers"])
#: Below a snapshot's address: it is the snapshot that is trained on.
training = Router(tags=["tokenizers"])


class TokenizerOut(Schema):
    id: int
    name: str
    origin: str
    #: Of the .model file.
    sha256: str = Field(alias="blob")
    vocab_size: int
    info: dict[str, Any]
    snapshot: int | None = Field(None, alias="snapshot_id")
    created_at: datetime


class ImportIn(Schema):
    name: Name


class TrainIn(Schema):
    name: Name
    vocab_size: Annotated[int, Field(ge=300, le=1_000_000)] = 8_000


@router.get(
    "", auth=READING, response=Page[TokenizerOut], summary=gettext_noop("Tokenizers, newest first")
)
def list_tokenizers(
    request: HttpRequest, limit: Limit = 100, before: Id | None = None
) -> dict[str, object]:
    return page(Tokenizer.objects.all(), limit=limit, before=before)


@router.get("/{name}", auth=READING, response=TokenizerOut, summary=gettext_noop("One tokenizer"))
def get_tokenizer(request: HttpRequest, name: Name) -> Tokenizer:
    return get_object_or_404(Tokenizer, name=name)


@router.post(
    "",
    auth=WRITING,
    response={201: TokenizerOut},
    summary=gettext_noop("Import a SentencePiece .model file"),
)
def import_tokenizer(
    request: HttpRequest,
    about: Form[ImportIn],
    file: File[UploadedFile],
) -> Status[Tokenizer]:
    """The file is loaded in a limited child process first; 422 when it is no such model."""
    with tempfile.NamedTemporaryFile(suffix=".model") as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        tokenizer = actions.import_tokenizer(
            name=about.name, path=Path(copy.name), by=actor(request)
        )
    return Status(201, tokenizer)


@training.post(
    "/{int:snapshot_id}/tokenizers",
    auth=WRITING,
    response={201: RunOut},
    summary=gettext_noop("Train a tokenizer on what a snapshot keeps"),
)
def train_tokenizer(request: HttpRequest, snapshot_id: Id, body: TrainIn) -> Status[Run]:
    """Returns the run; the tokenizer is there when it is done."""
    snapshot = get_object_or_404(Snapshot, pk=snapshot_id)
    run = actions.train_tokenizer(**body.dict(), snapshot=snapshot, by=actor(request))
    return Status(201, run)
