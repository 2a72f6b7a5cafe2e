"""A backup: a folder with a dump of the database, and a store with what the dump speaks of.

::

    backup.json              what it is, written last
    database-….jsonl.zst     every row at one moment (curation/upkeep/dump.py)
    store/blobs, store/keys  a store like any other

The database first: every blob that its rows name was there before them. The next backup into the
same folder copies only the blobs that are not there yet, and replaces the dump.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from corpora import __version__
from corpora.durable import sync
from corpora.errors import StoreError
from corpora.storage import Store
from corpora.store_files import Entry
from curation.store import store
from curation.upkeep.dump import APP, BackupError, dump
from curation.upkeep.watching import Watch, unwatched

NAME = "backup.json"
VERSION = 1


@dataclass(slots=True)
class Copied:
    """What went from one store into another."""

    blobs: int = 0
    keys: int = 0
    bytes: int = 0
    #: Blobs whose bytes are not their own: they were not copied.
    damaged: list[str] = field(default_factory=list)


def back_up(folder: Path, *, watch: Watch = unwatched) -> tuple[dict[str, Any], Copied]:
    """Write or renew the backup in ``folder``; gives its manifest and what was copied for it.

    Raises BackupError when the folder holds something else or cannot be written.
    """
    _require_ours(folder)
    migration = applied_migration()
    try:
        target = Store(folder / "store")
        database = _dump(folder, watch)
        copied = copy_missing(store(), target, watch)
        manifest = {
            "kind": "backup",
            "version": VERSION,
            "software": __version__,
            "migration": migration,
            "made_at": timezone.now().isoformat(timespec="seconds"),
            "database": database,
            "store": _extent(target),
        }
        _write(folder, manifest)
    except OSError as error:
        raise BackupError(
            f"{folder}: cannot be written: {error.strerror or error}.",
            remedy="Free some space or check its permissions, then back up again.",
        ) from error
    return manifest, copied


def _require_ours(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / NAME).is_file():
        begun = {"store"} | {path.name for path in folder.glob("database-*.jsonl.zst*")}
        if {path.name for path in folder.iterdir()} - begun:
            raise BackupError(
                f"{folder} is not empty, and no backup.", remedy="Name another folder."
            )


def applied_migration() -> str:
    """The last migration of the app; refuses a database that is not at the code's own."""
    loader = MigrationLoader(connection)
    ((_, name),) = loader.graph.leaf_nodes(APP)
    if (APP, name) not in loader.applied_migrations:
        raise BackupError(
            "the database is not at this version's tables.", remedy="Run manage.py migrate first."
        )
    return str(name)


def _dump(folder: Path, watch: Watch) -> dict[str, Any]:
    """Written beside the dump of the backup before, which counts until the manifest changes."""
    handle, name = tempfile.mkstemp(dir=folder, prefix="database-", suffix=".jsonl.zst")
    with os.fdopen(handle, "w+b") as file:
        rows = dump(apps, file, watch)
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return {"file": Path(name).name, "sha256": sha256, "bytes": file.tell(), "rows": rows}


def _write(folder: Path, manifest: dict[str, Any]) -> None:
    temporary = folder / f"{NAME}.new"
    temporary.write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    sync(temporary)
    temporary.replace(folder / NAME)
    sync(folder)
    for older in folder.glob("database-*.jsonl.zst"):
        if older.name != manifest["database"]["file"]:
            older.unlink()


def _extent(target: Store) -> dict[str, int]:
    sizes = [entry.bytes for entry in target.blobs()]
    return {"blobs": len(sizes), "bytes": sum(sizes), "keys": len(list(target.keys()))}


def copy_missing(source: Store, target: Store, watch: Watch) -> Copied:
    """Keys and blobs that ``target`` has not; every blob is hashed on the way.

    Keys are listed first, so that the blobs of each are in the listing after.
    """
    copied = Copied()
    keys = _missing(source.keys(), target.keys())
    blobs = _missing(source.blobs(), target.blobs())
    total = sum(entry.bytes for entry in blobs)
    for entry in watch(blobs, "copying blobs", total, lambda entry: entry.bytes):
        _copy(entry, source, target, copied)
    for entry in watch(keys, "copying keys", len(keys)):
        value = source.lookup(entry.name)
        if value is not None:
            target.record(entry.name, value)
            copied.keys += 1
    return copied


def _missing(there: Iterable[Entry], here: Iterable[Entry]) -> list[Entry]:
    known = {entry.name for entry in here}
    return [entry for entry in there if entry.name not in known]


def _copy(entry: Entry, source: Store, target: Store, copied: Copied) -> None:
    try:
        sha256 = target.put_file(source.path(entry.name))
    except StoreError:
        if source.has(entry.name):
            raise
        return  # collected meanwhile: nothing spoke of it
    if sha256 != entry.name:
        target.remove_blob(sha256, before=float("inf"))
        copied.damaged.append(entry.name)
        return
    copied.blobs += 1
    copied.bytes += entry.bytes
