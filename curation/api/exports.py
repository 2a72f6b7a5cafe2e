"""Exports: make one, see what it holds, lend a file."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_noop
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict

from curation.actions import exports as actions
from curation.actions import pulls
from curation.api.auth import LENDING, LISTING, WRITING, actor
from curation.api.schemas import Id, Limit, Line, Name, Page, PathText, Short, page
from curation.models import Export, Snapshot, Tokenizer
from curation.queries import exports as queries

router = Router(tags=["exports"])


class SettingsIn(Schema):
    """What the bytes depend on, beside the snapshot, the format and the tokenizer."""

    model_config = ConfigDict(extra="forbid")

    #: Decides the documents' order.
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    #: Where a shard is closed; the format's own default when left out.
    shard_bytes: Annotated[int, Field(ge=1 << 20, le=1 << 40)] | None = None
    #: Megatron: whether an end-of-document id follows each document, and which one.
    append_eod: bool | None = None
    eod_id: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    #: Text formats: metadata columns beside id and text.
    columns: Annotated[list[Short], Field(max_length=100)] | None = None
    #: A statement for the README.
    licence: Line | None = None


class ExportIn(Schema):
    snapshot: Id
    format: Literal["jsonl", "parquet", "megatron"]
    #: For formats that hold token ids; the snapshot's own when left out.
    tokenizer: Name | None = None
    settings: SettingsIn = Field(default_factory=SettingsIn)


class ExportOut(Schema):
    id: int
    snapshot: int = Field(alias="snapshot_id")
    format: str
    tokenizer: str | None
    settings: dict[str, Any]
    #: sha256 of manifest.json; "" until its run is done.
    manifest: str
    documents: int
    #: Null without a tokenizer.
    tokens: int | None = Field(alias="counted_tokens")
    bytes: int
    run: int | None
    #: The state of its run.
    state: str
    created_at: datetime

    @staticmethod
    def resolve_tokenizer(export: Export) -> str | None:
        return export.tokenizer.name if export.tokenizer else None

    @staticmethod
    def resolve_run(export: Export) -> int | None:
        run = queries.run_of(export)
        return run.pk if run else None

    @staticmethod
    def resolve_state(export: Export) -> str:
        run = queries.run_of(export)
        return run.state if run else ""


class FileOut(Schema):
    name: str
    sha256: str
    bytes: int
    documents: int | None
    tokens: int | None


class ExportDetail(ExportOut):
    files: list[FileOut]

    @staticmethod
    def resolve_files(export: Export) -> list[queries.FileRow]:
        return queries.files(export)


class LinkIn(Schema):
    name: PathText
    method: Literal["GET", "HEAD"] = "GET"
    seconds: Annotated[int, Field(ge=1, le=pulls.MAX_LINK_SECONDS)] = pulls.MAX_LINK_SECONDS


class LinkOut(Schema):
    url: str
    expires_at: datetime


@router.get(
    "", auth=LISTING, response=Page[ExportOut], summary=gettext_noop("Exports, newest first")
)
def list_exports(
    request: HttpRequest, snapshot: Id | None = None, limit: Limit = 100, before: Id | None = None
) -> dict[str, object]:
    rows = queries.listed()
    return page(rows.filter(snapshot=snapshot) if snapshot else rows, limit=limit, before=before)


@router.post(
    "",
    auth=WRITING,
    response={201: ExportOut},
    summary=gettext_noop("Write training shards from a snapshot"),
)
def create_export(request: HttpRequest, body: ExportIn) -> Status[Export]:
    """Returns at once; the manifest is there when the run is done."""
    tokenizer = get_object_or_404(Tokenizer, name=body.tokenizer) if body.tokenizer else None
    export = actions.create_export(
        snapshot=get_object_or_404(Snapshot, pk=body.snapshot),
        format=body.format,
        tokenizer=tokenizer,
        settings=body.settings.dict(exclude_none=True),
        by=actor(request),
    )
    return Status(201, export)


@router.get(
    "/{int:export_id}",
    auth=LISTING,
    response=ExportDetail,
    summary=gettext_noop("One export with its files"),
)
def get_export(request: HttpRequest, export_id: Id) -> Export:
    return get_object_or_404(queries.listed(), pk=export_id)


@router.post(
    "/{int:export_id}/links",
    auth=LENDING,
    response={201: LinkOut},
    summary=gettext_noop("A signed address of one file for five minutes at most"),
)
def lend_file(request: HttpRequest, export_id: Id, body: LinkIn) -> Status[dict[str, object]]:
    """Bound to the file, its hash and the method: anything else is refused with 403."""
    export = get_object_or_404(Export, pk=export_id)
    if queries.sha256_of(export, body.name) is None:
        raise Http404
    signature, until = pulls.lend(
        export=export,
        name=body.name,
        method=body.method,
        seconds=body.seconds,
        by=actor(request),
    )
    address = request.build_absolute_uri(_address(export, body.name))
    query = urlencode({"signature": signature})
    return Status(201, {"url": f"{address}?{query}", "expires_at": until})


def _address(export: Export, name: str) -> str:
    if name == queries.MANIFEST:
        return reverse("api:export-manifest", args=(export.pk,))
    return reverse("api:export-shard", args=(export.pk, name))
