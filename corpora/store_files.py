"""The files of a store's folder: listed, renewed, removed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A blob, a key or an unfinished file, as a listing gives it."""

    #: The sha256 that names it; of an unfinished file its path.
    name: str
    bytes: int
    #: When it was written or last found useful, in seconds since 1970.
    at: float


def digest_of(path: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal digits. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def renewed(path: Path) -> bool:
    """Whether the file is there; if so it is as old as now."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    except OSError:  # another user's on a shared folder, or a folder that may only be read
        return path.is_file()
    return True


def named(folder: Path) -> Iterator[Entry]:
    """Files named by their folder and themselves, in order."""
    for inner in sorted(os.scandir(folder), key=lambda entry: entry.name):
        files = sorted(os.scandir(inner.path), key=lambda entry: entry.name)
        for file in files:
            with suppress(FileNotFoundError):
                seen = file.stat()
                name = inner.name + file.name
                yield Entry(name=name, bytes=seen.st_size, at=seen.st_mtime)


def files_of(folder: Path) -> Iterator[Entry]:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            if path.is_file():
                seen = path.stat()
                yield Entry(name=str(path), bytes=seen.st_size, at=seen.st_mtime)


def remove_old(path: Path, before: float) -> bool:
    with suppress(FileNotFoundError):
        if path.stat().st_mtime < before:
            path.unlink()
            return True
    return False
