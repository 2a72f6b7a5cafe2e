"""From a backup to a workbench: into an empty database and an empty store, checked to the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from corpora.storage import Store
from corpora.store_files import digest_of
from curation.models import Lease, Unit, WorkerBeat
from curation.store import store
from curation.upkeep.backup import NAME, VERSION, Copied, copy_missing
from curation.upkeep.dump import APP, BackupError, load, models_of
from curation.upkeep.fsck import fsck
from curation.upkeep.watching import Finding, Watch, unwatched


def restore(folder: Path, *, watch: Watch = unwatched) -> tuple[dict[str, Any], Copied]:
    """Fill the database and the store that the settings name; gives the backup's manifest.

    Blobs first, the rows last and in one transaction: an attempt that was cut off is begun
    again with the same command. Raises BackupError, and changes nothing, when the target holds
    anything of its own or the backup is not whole.
    """
    manifest = _read(folder)
    dumped = folder / manifest["database"]["file"]
    _require_whole(dumped, manifest["database"]["sha256"])
    source = Store(folder / "store")
    _require_known(manifest["migration"])
    _require_empty(source)
    copied = copy_missing(source, store(), watch)
    if copied.damaged:
        raise BackupError(
            f"{len(copied.damaged)} blobs of the backup are damaged, the first is"
            f" {copied.damaged[0]}; no row was restored.",
            remedy="Restore from another backup.",
        )
    _load(dumped, manifest, watch)
    return manifest, copied


def checked(watch: Watch = unwatched) -> Iterator[Finding]:
    """What is wrong with what was restored: everything is hashed and counted again."""
    return fsck(deep=True, watch=watch)


def _read(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = orjson.loads((folder / NAME).read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise BackupError(
            f"{folder} is no finished backup: {NAME} is missing or damaged.",
            remedy="Name the folder that manage.py backup wrote.",
        ) from error
    if manifest.get("kind") != "backup" or manifest.get("version") != VERSION:
        raise BackupError(
            f"{folder}: {NAME} is of another version.", remedy="Use the version that wrote it."
        )
    return manifest


def _require_whole(dumped: Path, sha256: str) -> None:
    try:
        whole = digest_of(dumped) == sha256
    except OSError:
        whole = False
    if not whole:
        raise BackupError(f"{dumped} is missing or damaged.", remedy="Restore from another backup.")


def _require_known(migration: str) -> None:
    if (APP, migration) not in MigrationLoader(connection).graph.nodes:
        raise BackupError(
            f"the backup is of a newer version (migration {migration}).",
            remedy="Restore with that version or a newer one.",
        )


def _require_empty(source: Store) -> None:
    there = set(connection.introspection.table_names())
    for model in models_of(apps):
        if model._meta.db_table in there and model._base_manager.exists():
            raise BackupError(
                f"the database is not empty: {model._meta.db_table} has rows.",
                remedy="Set DATABASE_URL or KOTOGURA_DATA_DIR to an empty place.",
            )
    if any(not source.has(entry.name) for entry in store().blobs()):
        raise BackupError(
            f"the store {store()} holds blobs that are not in the backup.",
            remedy="Set STORE_URL or KOTOGURA_DATA_DIR to an empty place.",
        )


def _load(dumped: Path, manifest: dict[str, Any], watch: Watch) -> None:
    """Into the tables of the version that wrote it; then they become this version's."""
    call_command("migrate", APP, manifest["migration"], interactive=False, verbosity=0)
    state = MigrationLoader(connection).project_state((APP, manifest["migration"]))
    stated = manifest["database"]["rows"]
    total = sum(stated.values()) + len(stated)
    with dumped.open("rb") as file:
        loaded = load(state.apps, file, watch, total)
    if loaded != stated:
        raise BackupError("the dump does not hold the rows that its manifest states.")
    call_command("migrate", interactive=False, verbosity=0)
    # Whoever worked on these works elsewhere.
    Unit.objects.filter(state=Unit.State.LEASED).update(state=Unit.State.READY, lease_until=None)
    WorkerBeat.objects.all().delete()
    Lease.objects.all().delete()
