"""Recipes and their versions."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet

from curation.models import Recipe, Snapshot


def latest() -> QuerySet[Recipe]:
    """The newest version of every name, shipped ones first."""
    newest = Recipe.objects.order_by().values("name").annotate(pk_=Max("pk")).values("pk_")
    rows = Recipe.objects.filter(pk__in=newest).select_related("created_by")
    return rows.order_by("-shipped", "name")


def versions(name: str) -> QuerySet[Recipe]:
    """Every version of a name, the newest first, with the snapshots that each made."""
    rows = Recipe.objects.filter(name=name).select_related("created_by")
    return rows.annotate(snapshots=Count("snapshot")).order_by("-version")


def snapshots_of(recipe: Recipe) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(recipe=recipe).prefetch_related("corpora").order_by("-id")[:20]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    #: "+", "-", "@" or " ".
    kind: str
    text: str


def difference(before: Recipe, after: Recipe) -> list[DiffLine]:
    """What changed from one version to another, with two lines around each change."""
    lines = difflib.unified_diff(
        before.toml.splitlines(), after.toml.splitlines(), n=2, lineterm=""
    )
    return [DiffLine(kind=line[0], text=line[1:]) for line in list(lines)[2:]]
