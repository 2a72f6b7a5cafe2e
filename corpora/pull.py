"""Mirror an export to a folder: in parallel, resumable, verified, the manifest last.

Any reader of training shards then opens the folder. What is unfinished lies
under ``.partial`` by content address, so that a pull that was cut off goes on
where it stopped, and a file is never seen half.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from urllib.parse import quote

import orjson

from corpora.durable import sync
from corpora.errors import Cancelled, ExportError
from corpora.store_files import digest_of
from corpora.transfer import Transfer

_PARTIAL = ".partial"
_MANIFEST = "manifest.json"
#: How often a file is fetched from its beginning when its bytes do not have its hash.
_ATTEMPTS = 2


class PullProgress(Protocol):
    """Called from several threads with the bytes that are there and all that there will be."""

    def __call__(self, done: int, total: int) -> None: ...


def silent(done: int, total: int) -> None:
    """For callers that do not watch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What a pull did."""

    files: int
    bytes: int
    #: Files that were there already, whole.
    kept: int
    #: sha256 of the manifest.
    manifest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    name: str
    sha256: str
    bytes: int

    @property
    def key(self) -> str:
        """Name of its partial file: two files of equal content do not share one."""
        return hashlib.sha256(f"{self.sha256}/{self.name}".encode()).hexdigest()


def pull(
    url: str,
    out: Path | str,
    *,
    token: str,
    workers: int = 4,
    verify: bool = True,
    progress: PullProgress = silent,
) -> Pulled:
    """Mirror the export at ``url`` (``…/api/v1/exports/ID``) into the folder ``out``.

    Every byte that is fetched is hashed. With ``verify`` so are files that are
    there already; without it their length decides. Raises ExportError with what to do next; what
    was fetched stays and is not fetched again.
    """
    transfer = Transfer(token=token)
    base = url.rstrip("/").removesuffix("/manifest")
    raw = transfer.read(f"{base}/manifest")
    folder = Path(out)
    try:
        files = _files(raw, base)
        _begin(folder, raw)
        kept = _Mirror(transfer, base, folder, verify=verify, progress=progress).run(files, workers)
        _finish(folder, raw)
    except OSError as error:
        raise ExportError(
            f"cannot write to {folder}: {error.strerror}.",
            remedy="Free some space or choose another folder, then pull again: it goes on.",
        ) from error
    total = sum(file.bytes for file in files)
    digest = hashlib.sha256(raw).hexdigest()
    return Pulled(files=len(files), bytes=total, kept=kept, manifest=digest)


class _Mirror:
    """One pull at work: shared by its threads."""

    def __init__(
        self,
        transfer: Transfer,
        base: str,
        folder: Path,
        *,
        verify: bool,
        progress: PullProgress,
    ) -> None:
        self._transfer = transfer
        self._base = base
        self._folder = folder
        self._verify = verify
        self._progress = progress
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._done = 0
        self._total = 0

    def run(self, files: list[_File], workers: int) -> int:
        """Fetch what is missing; returns how many files were there already."""
        self._total = sum(file.bytes for file in files)
        with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
            futures = [pool.submit(self._fetch, file) for file in files]
            try:
                wait(futures, return_when=FIRST_EXCEPTION)
            finally:
                # The first failure, or Ctrl-C: the others stop at their next megabyte.
                self._stopped.set()
                pool.shutdown(cancel_futures=True)
        ended = [future.exception() for future in futures if not future.cancelled()]
        # The cause first; the others only say that they were stopped because of it.
        causes = sorted(filter(None, ended), key=lambda error: isinstance(error, Cancelled))
        if causes:
            raise causes[0]
        return sum(future.result() for future in futures)

    def _fetch(self, file: _File) -> bool:
        """Bring one file; True when it was there already."""
        target = self._folder / file.name
        if target.is_file() and self._whole(target, file):
            self._add(file.bytes)
            return True
        partial = self._folder / _PARTIAL / file.key
        for _ in range(_ATTEMPTS):
            self._download(file, partial)
            if digest_of(partial) == file.sha256:
                _settle(partial, target)
                return False
            partial.unlink()
            self._add(-file.bytes)
        raise ExportError(
            f"{file.name}: its bytes do not have the hash that the manifest states.",
            remedy="The server's copy is damaged: have the export made again.",
        )

    def _whole(self, path: Path, file: _File) -> bool:
        if path.stat().st_size != file.bytes:
            return False
        return not self._verify or digest_of(path) == file.sha256

    def _download(self, file: _File, partial: Path) -> None:
        have = partial.stat().st_size if partial.exists() else 0
        if have > file.bytes:
            partial.unlink()
            have = 0
        self._add(have)
        address = f"{self._base}/shards/{quote(file.name)}"
        with partial.open("ab") as output:
            pieces = self._transfer.pieces(address, start=have, size=file.bytes, etag=file.sha256)
            for piece in pieces:
                if self._stopped.is_set():
                    raise Cancelled("The pull was stopped.", remedy="Pull again: it goes on.")
                output.write(piece)
                self._add(len(piece))

    def _add(self, count: int) -> None:
        with self._lock:
            self._done += count
            self._progress(self._done, self._total)


def _files(raw: bytes, base: str) -> list[_File]:
    """The manifest's files, checked: a hostile server must not choose where we write."""
    try:
        entries = orjson.loads(raw)["files"]
        files = [_entry(entry) for entry in entries]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise ExportError(
            f"{base} does not answer with the manifest of an export.",
            remedy="Copy the address from the export's page: it ends in /api/v1/exports/NUMBER.",
        ) from error
    return files


def _entry(entry: Mapping[str, Any]) -> _File:
    name, sha256, size = entry["name"], entry["sha256"], entry["bytes"]
    path = PurePosixPath(name)
    if not name or path.is_absolute() or "\\" in name or "\0" in name:
        raise ValueError(name)
    if any(part in ("", ".", "..", _PARTIAL) for part in name.split("/")) or name == _MANIFEST:
        raise ValueError(name)
    if len(bytes.fromhex(sha256)) != 32 or not isinstance(size, int) or size < 0:
        raise ValueError(name)
    return _File(name=name, sha256=sha256, bytes=size)


def _begin(folder: Path, raw: bytes) -> None:
    """Make the folder; refuse one that holds another export."""
    manifest = folder / _MANIFEST
    if manifest.is_file() and manifest.read_bytes() != raw:
        raise ExportError(
            f"{folder} holds another export.", remedy="Choose an empty folder for this one."
        )
    (folder / _PARTIAL).mkdir(parents=True, exist_ok=True)


def _finish(folder: Path, raw: bytes) -> None:
    """The manifest says that all is there, so it comes last."""
    temporary = folder / _PARTIAL / _MANIFEST
    with temporary.open("wb") as file:
        file.write(raw)
    _settle(temporary, folder / _MANIFEST)
    shutil.rmtree(folder / _PARTIAL)


def _settle(partial: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    sync(partial)
    partial.replace(target)
    sync(target.parent)
