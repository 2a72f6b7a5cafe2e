"""An export as a folder: written whole or not at all, and checked file by file."""

from __future__ import annotations

import hashlib
import shutil
import struct
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from corpora.durable import sync
from corpora.errors import ExportError, StoreError
from corpora.export.formats import format_named
from corpora.export.manifest import NAME
from corpora.storage import Store


def materialise(manifest: str, store: Store, out_dir: Path) -> None:
    """Write the export whose manifest is the blob ``manifest`` into ``out_dir``.

    The files are written beside it, the manifest last, and the folder appears under its name in
    one rename. Writing the same export again is nothing to do. Raises ExportError when the
    folder holds something else or cannot be written.
    """
    content = store.read(manifest)
    out_dir = out_dir.absolute()
    if out_dir.exists() and any(out_dir.iterdir()):
        if (out_dir / NAME).is_file() and (out_dir / NAME).read_bytes() == content:
            return
        raise ExportError(
            f"{out_dir} is not empty.", remedy="Choose a new folder, or empty this one."
        )
    try:
        out_dir.parent.mkdir(parents=True, exist_ok=True)
        _write(content, store, out_dir)
    except OSError as error:
        raise ExportError(
            f"{out_dir}: cannot be written: {error.strerror}.",
            remedy="Free some space or check the folder's permissions, then export again.",
            retryable=True,
        ) from error


def _write(content: bytes, store: Store, out_dir: Path) -> None:
    with tempfile.TemporaryDirectory(dir=out_dir.parent, prefix=".export-") as name:
        # The rename needs a folder of its own: TemporaryDirectory removes the one it made.
        folder = Path(name) / "export"
        folder.mkdir()
        for file in orjson.loads(content)["files"]:
            target = folder / file["name"]
            shutil.copyfile(store.path(file["sha256"]), target)
            sync(target)
        (folder / NAME).write_bytes(content)
        sync(folder / NAME)
        sync(folder)
        folder.replace(out_dir)
        sync(out_dir.parent)


def verify_folder(folder: Path) -> list[str]:
    """What is wrong with an export in a folder, a sentence each; empty when nothing is."""
    try:
        manifest = orjson.loads((folder / NAME).read_bytes())
        names = {str(file["name"]) for file in manifest["files"]}
        strange = sorted(name for name in names if Path(name).name != name)
        if strange:
            return [f"{NAME} names {name!r}, which is no file of this folder." for name in strange]
        extra = sorted({path.name for path in folder.iterdir()} - {NAME} - names)
        problems = _flat(_problems(manifest, folder))
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        return [f"{folder}: {NAME} is missing or damaged."]
    return [*problems, *(f"{name} is not in the manifest." for name in extra)]


def verify(manifest: str, store: Store) -> list[str]:
    """The same for an export in the store, by the blob of its manifest.

    Raises StoreError when that blob is gone.
    """
    return _flat(verify_files(manifest, store))


def verify_files(manifest: str, store: Store) -> dict[str, list[str]]:
    """The same, file by file: only files with problems; the sums' problems are the manifest's."""
    if not store.verify(manifest):
        return {NAME: [f"{NAME} does not have the sha256 {manifest} any more."]}
    stated = store.read_json(manifest)
    with store.scratch() as folder:
        for file in stated["files"]:
            # Readers of a format look for its files by name, side by side.
            # What is missing, or damaged in a bucket, is then told of the file.
            with suppress(StoreError):
                (folder / file["name"]).symlink_to(store.path(file["sha256"]).absolute())
        return _problems(stated, folder)


def _flat(problems: dict[str, list[str]]) -> list[str]:
    return [problem for file in problems.values() for problem in file]


def _problems(manifest: dict[str, Any], folder: Path) -> dict[str, list[str]]:
    files = manifest["files"]
    found = {file["name"]: list(_hash_problems(file, folder / file["name"])) for file in files}
    # Counting what is damaged already would only say the same in other words.
    if not any(found.values()):
        for file in files:
            found[file["name"]] = _count_problems(manifest, file, folder / file["name"])
        found[NAME] = _sum_problems(manifest)
    return {name: problems for name, problems in found.items() if problems}


def _hash_problems(file: dict[str, Any], path: Path) -> Iterator[str]:
    name = file["name"]
    try:
        size = path.stat().st_size
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        yield f"{name} cannot be read: {error.strerror}."
        return
    if size != file["bytes"]:
        yield f"{name} has {size:,} bytes; the manifest says {file['bytes']:,}."
    elif digest != file["sha256"]:
        yield f"{name} has the sha256 {digest}; the manifest says {file['sha256']}."


def _count_problems(manifest: dict[str, Any], file: dict[str, Any], path: Path) -> list[str]:
    """A shard's counts, and the sidecar's rows, against the manifest."""
    stated = file
    try:
        if file["name"] == manifest["sidecar"]:
            counted = {"documents": pq.read_metadata(path).num_rows}
            stated = manifest["totals"]
        elif file["shard"] is not None:
            counted = format_named(manifest["format"]).count(path)
        else:
            return []
    except (ValueError, OSError, struct.error, pa.ArrowException, zstandard.ZstdError) as error:
        return [f"{file['name']} is damaged: {error}."]
    return [
        f"{file['name']} holds {number:,} {name}; the manifest says {stated[name]:,}."
        for name, number in counted.items()
        if stated[name] != number
    ]


def _sum_problems(manifest: dict[str, Any]) -> list[str]:
    totals = manifest["totals"]
    shards = [file for file in manifest["files"] if file["shard"] is not None]
    return [
        f"the files' {name} do not add up to the total."
        for name in ("documents", "sequences", "tokens")
        if totals[name] is not None and totals[name] != sum(file[name] for file in shards)
    ]
