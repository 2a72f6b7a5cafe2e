"""Exports: what they hold and who took it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, QuerySet

from curation.models import AuditEvent, Export, Run, Snapshot
from curation.store import store

#: The file that every export is closed with.
MANIFEST = "manifest.json"


def listed() -> QuerySet[Export]:
    """Newest first, with what a list shows."""
    return Export.objects.select_related(
        "snapshot__recipe", "tokenizer", "created_by"
    ).prefetch_related("runs", "snapshot__corpora")


def recent_snapshots() -> QuerySet[Snapshot]:
    """What an export can be made from, newest first."""
    return Snapshot.objects.select_related("recipe", "tokenizer").prefetch_related("corpora")


def run_of(export: Export) -> Run | None:
    """The run that writes it, the newest if there are several."""
    return max(export.runs.all(), key=lambda run: run.pk, default=None)


def sha256_of(export: Export, name: str) -> str | None:
    """The content address of a file of the export; None for a name it does not hold."""
    if name == MANIFEST:
        return export.manifest or None
    entry = export.files.get(name)
    return str(entry["sha256"]) if entry else None


def manifest(export: Export) -> dict[str, Any]:
    """The manifest, read from the store; empty while the export is being written."""
    value: dict[str, Any] = store().read_json(export.manifest) if export.manifest else {}
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A file as the page lists it. Counts are None where the format has none."""

    name: str
    sha256: str
    bytes: int
    documents: int | None
    tokens: int | None


def files(export: Export) -> list[FileRow]:
    """The export's files in manifest order, the manifest itself first."""
    if not export.manifest:
        return []
    size = store().path(export.manifest).stat().st_size
    first = FileRow(name=MANIFEST, sha256=export.manifest, bytes=size, documents=None, tokens=None)
    return [first, *(_row(entry) for entry in manifest(export)["files"])]


def _row(entry: dict[str, Any]) -> FileRow:
    return FileRow(
        name=entry["name"],
        sha256=entry["sha256"],
        bytes=entry["bytes"],
        documents=entry.get("documents"),
        tokens=entry.get("tokens"),
    )


def pulls(export: Export) -> list[dict[str, Any]]:
    """Who pulled from it and through which door: files, times and the last time, newest first."""
    events = AuditEvent.objects.filter(action="export.pull", target=f"export:{export.pk}")
    grouped = (
        events.order_by()
        .values("actor__username", "detail__via")
        .annotate(last=Max("at"), files=Count("detail__file", distinct=True), times=Count("pk"))
    )
    return [dict(row) for row in grouped.order_by("-last")[:50]]
