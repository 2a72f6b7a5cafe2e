"""Snapshots: what came out of a run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from ninja import Field, Router, Schema

from curation.api.auth import READING
from curation.api.schemas import Id, Limit, Name, Page, page
from curation.models import Snapshot
from curation.queries import snapshots as queries

router = Router(tags=["snapshots"])


class SnapshotOut(Schema):
    id: int
    corpora: list[str]
    run: int = Field(alias="run_id")
    recipe: str = Field(alias="recipe.name")
    recipe_version: int = Field(alias="recipe.version")
    tokenizer: str | None
    #: sha256 of the manifest: equal for equal work.
    manifest: str
    #: documents_in = kept + everything in dropped + failed.
    counts: dict[str, Any]
    created_at: datetime

    @staticmethod
    def resolve_corpora(snapshot: Snapshot) -> list[str]:
        return [corpus.name for corpus in snapshot.corpora.all()]

    @staticmethod
    def resolve_tokenizer(snapshot: Snapshot) -> str | None:
        return snapshot.tokenizer.name if snapshot.tokenizer else None


def _rows() -> QuerySet[Snapshot]:
    return Snapshot.objects.select_related("recipe", "tokenizer").prefetch_related("corpora")


@router.get(
    "", auth=READING, response=Page[SnapshotOut], summary=gettext_noop("Snapshots, newest first")
)
def list_snapshots(
    request: HttpRequest, corpus: Name | None = None, limit: Limit = 100, before: Id | None = None
) -> dict[str, object]:
    rows = _rows().filter(corpora__name=corpus) if corpus else _rows()
    return page(rows, limit=limit, before=before)


@router.get(
    "/{int:snapshot_id}",
    auth=READING,
    response=SnapshotOut,
    summary=gettext_noop("One snapshot with its counts"),
)
def get_snapshot(request: HttpRequest, snapshot_id: Id) -> Snapshot:
    return get_object_or_404(_rows(), pk=snapshot_id)


@router.get(
    "/{int:snapshot_id}/manifest",
    auth=READING,
    response=dict[str, Any],
    summary=gettext_noop("A snapshot's manifest: every blob it consists of"),
)
def snapshot_manifest(request: HttpRequest, snapshot_id: Id) -> Mapping[str, Any]:
    return queries.manifest(get_object_or_404(Snapshot, pk=snapshot_id))
