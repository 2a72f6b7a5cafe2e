"""A store in a bucket that speaks S3, with a folder of this host in front of it.

The bucket holds what a folder would: ``blobs/ab/cdef…`` and ``keys/ab/cdef…``. A blob is written
and hashed in the host's folder, then put under its address in one piece: an object is there whole
or not at all. Reading fetches it into the folder, hashed on the way, and maps it from there; what
was not used for longest goes when the folder grows beyond its bound. The folder may be lost at any
time. A key is put last, when all that it names is there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import orjson
from pyarrow import fs

from corpora.errors import StoreError
from corpora.storage import Store
from corpora.store_files import Entry, digest_of

_CHUNK = 4 << 20
#: What is younger is never taken away: somebody may be about to open it.
_IN_USE_SECONDS = 300.0
#: Of the bound; so much may be added before somebody looks whether it is kept.
_SLACK = 0.05
_NOT_THERE = fs.FileType.NotFound


class RemoteStore(Store):
    """``s3://bucket/prefix?endpoint_override=…&region=…``; who we are is in the environment."""

    renews = False
    _durable = False  # the folder may be lost

    def __init__(self, url: str, *, cache: Path, cache_bytes: int) -> None:
        """Raises StoreError when the bucket is not there, or not for us."""
        super().__init__(cache)
        self._url = url
        self._bound = cache_bytes
        #: Bytes added to the folder since it was last looked through; at first nobody knows.
        self._added = float("inf")
        parts = urlsplit(url)
        self._base = f"{parts.netloc}{unquote(parts.path)}".rstrip("/")
        with self._asking(retryable=False):
            self._fs = _filesystem(parse_qs(parts.query))
            if self._fs.get_file_info(parts.netloc).type == _NOT_THERE:
                raise StoreError(
                    f"there is no bucket {parts.netloc!r} for the store {self}.",
                    remedy="Make it, or correct STORE_URL.",
                    retryable=False,
                )

    def __str__(self) -> str:
        return f"s3://{self._base}"

    @property
    def address(self) -> dict[str, Any]:
        return {"url": self._url, "cache": str(self.root), "cache_bytes": self._bound}

    # -- blobs ---------------------------------------------------------------------------

    def path(self, sha256: str) -> Path:
        """The blob's file in the host's folder, fetched when it is not there.

        Raises StoreError when the bucket has no such blob, or its bytes are not its own.
        """
        self._arrived(sha256)
        local = self._blobs / sha256[:2] / sha256[2:]
        try:
            os.utime(local)
        except FileNotFoundError:
            self._fetch(sha256, local)
        return local

    def _fetch(self, sha256: str, local: Path) -> None:
        self._scratch.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._scratch)
        try:
            with self.writing(), os.fdopen(handle, "wb") as file:
                found = self._stream(sha256, file.write)
            if found != sha256:
                raise StoreError(
                    f"blob {sha256} is damaged in the store {self}.",
                    remedy="Check with manage.py fsck --deep --repair, then do its work again.",
                )
            self._take_in(Path(name), local)
        finally:
            Path(name).unlink(missing_ok=True)

    def _stream(self, sha256: str, take: Any) -> str:
        """Pass the bytes on; gives their hash. Raises StoreError when there is no such blob."""
        digest = hashlib.sha256()
        with self._asking():
            try:
                stream = self._fs.open_input_stream(self._at("blobs", sha256))
            except FileNotFoundError as error:
                raise self._missing(sha256) from error
            with stream:
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
                    take(chunk)
        return digest.hexdigest()

    def _missing(self, sha256: str) -> StoreError:
        return StoreError(
            f"blob {sha256} is missing from {self}.",
            remedy="Run the work again; if this repeats, check the bucket.",
        )

    def has(self, sha256: str) -> bool:
        """In the bucket: what only this host has is of no use to the others."""
        self._arrived(sha256)
        return self._in_bucket(sha256)

    def _in_bucket(self, sha256: str) -> bool:
        return self._info("blobs", sha256).type != _NOT_THERE

    def keep(self, sha256: str) -> bool:
        return self.has(sha256)

    def size(self, sha256: str) -> int:
        self._arrived(sha256)
        info = self._info("blobs", sha256)
        if info.type == _NOT_THERE:
            raise self._missing(sha256)
        return int(info.size)

    def verify(self, sha256: str) -> bool:
        self._arrived(sha256)
        return self._stream(sha256, len) == sha256

    def set_aside(self, sha256: str) -> bool:
        if not self.has(sha256) or self.verify(sha256):
            return False
        with self._asking():
            self._fs.move(self._at("blobs", sha256), f"{self._base}/damaged/{sha256}")
        (self._blobs / sha256[:2] / sha256[2:]).unlink(missing_ok=True)
        return True

    def _commit(self, sha256: str, temporary: Path) -> None:
        if not self._in_bucket(sha256):
            with temporary.open("rb") as file:
                self._put(self._at("blobs", sha256), file)
        local = self._blobs / sha256[:2] / sha256[2:]
        if not local.is_file():
            self._take_in(temporary, local)

    def adopt(self, path: Path, sha256: str = "") -> str:
        sha256 = sha256 or digest_of(path)
        if not self.has(sha256):
            with path.open("rb") as file:
                self._put(self._at("blobs", sha256), file)
        return sha256

    def _put(self, target: str, source: Any) -> None:
        with self._asking():
            try:
                with self._fs.open_output_stream(target) as stream:
                    shutil.copyfileobj(source, stream, _CHUNK)
            except BaseException:
                # Leaving the block ends the object, with what had come so far.
                with self._asking():
                    if self._fs.get_file_info(target).type != _NOT_THERE:
                        self._fs.delete_file(target)
                raise

    # -- keys ----------------------------------------------------------------------------

    def lookup(self, key: str) -> dict[str, Any] | None:
        with self._asking():
            try:
                with self._fs.open_input_stream(self._at("keys", key)) as stream:
                    value: dict[str, Any] = orjson.loads(stream.read())
            except (FileNotFoundError, orjson.JSONDecodeError):
                return None
        return value

    def record(self, key: str, result: dict[str, Any], *, waits: bool = True) -> None:
        with self._asking(), self._fs.open_output_stream(self._at("keys", key)) as stream:
            stream.write(orjson.dumps(result, option=orjson.OPT_SORT_KEYS))

    # -- upkeep --------------------------------------------------------------------------

    def blobs(self) -> Iterator[Entry]:
        return self._listed("blobs")

    def keys(self) -> Iterator[Entry]:
        return self._listed("keys")

    def damaged(self) -> Iterator[Entry]:
        with self._asking():
            infos = self._fs.get_file_info(_selector(f"{self._base}/damaged"))
        return iter([_entry(info, info.base_name) for info in infos])

    def remove_damaged(self, name: str, *, before: float) -> bool:
        return self._delete(f"{self._base}/damaged/{name}", before)

    def remove_blob(self, sha256: str, *, before: float) -> bool:
        (self._blobs / sha256[:2] / sha256[2:]).unlink(missing_ok=True)
        return self._delete(self._at("blobs", sha256), before)

    def remove_key(self, key: str, *, before: float) -> bool:
        return self._delete(self._at("keys", key), before)

    def _delete(self, path: str, before: float) -> bool:
        with self._asking():
            info = self._fs.get_file_info(path)
            if info.type == _NOT_THERE or _seconds(info) >= before:
                return False
            self._fs.delete_file(path)
        return True

    def _listed(self, kind: str) -> Iterator[Entry]:
        """Folder by folder: a listing of all of them might not fit into memory."""
        with self._asking():
            folders = self._fs.get_file_info(_selector(f"{self._base}/{kind}"))
        for folder in sorted(str(info.base_name) for info in folders):
            with self._asking():
                infos = self._fs.get_file_info(_selector(f"{self._base}/{kind}/{folder}"))
            for info in sorted(infos, key=lambda info: str(info.base_name)):
                yield _entry(info, folder + info.base_name)

    # -- the host's folder ---------------------------------------------------------------

    def _take_in(self, temporary: Path, local: Path) -> None:
        with self.writing():
            local.parent.mkdir(parents=True, exist_ok=True)
            temporary.chmod(0o444)
            self._added += temporary.stat().st_size
            temporary.replace(local)
        if self._added > self._bound * _SLACK:
            self._make_room()

    def _make_room(self) -> None:
        """Take away what was not used for longest, until the bound is kept."""
        entries = sorted(super().blobs(), key=lambda entry: entry.at)
        held = sum(entry.bytes for entry in entries)
        before = time.time() - _IN_USE_SECONDS
        for entry in entries:
            if held <= self._bound or entry.at >= before:
                break
            (self._blobs / entry.name[:2] / entry.name[2:]).unlink(missing_ok=True)
            held -= entry.bytes
        self._added = 0.0

    # -- the bucket ----------------------------------------------------------------------

    def _at(self, kind: str, name: str) -> str:
        return f"{self._base}/{kind}/{name[:2]}/{name[2:]}"

    def _info(self, kind: str, name: str) -> fs.FileInfo:
        with self._asking():
            return self._fs.get_file_info(self._at(kind, name))

    @contextmanager
    def _asking(self, *, retryable: bool = True) -> Iterator[None]:
        """Raises StoreError when the bucket does not answer as it should."""
        try:
            yield
        except OSError as error:
            if error.errno is not None and not isinstance(
                error, FileNotFoundError | PermissionError
            ):
                raise  # of this host's disk
            raise StoreError(
                f"the store {self} does not do what it is asked: {_first_line(error)}",
                remedy="Check STORE_URL, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and the"
                " network; then resume the run.",
                retryable=retryable,
            ) from error


def _filesystem(query: dict[str, list[str]]) -> fs.S3FileSystem:
    options: dict[str, Any] = {name: values[-1] for name, values in query.items()}
    strange = set(options) - {"endpoint_override", "region", "scheme"}
    if strange:
        raise StoreError(
            f"STORE_URL has {', '.join(sorted(strange))}, which means nothing here.",
            remedy="It may have endpoint_override, region and scheme.",
            retryable=False,
        )
    return fs.S3FileSystem(
        **options,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=4),
        connect_timeout=5,
        request_timeout=60,
    )


def _selector(folder: str) -> fs.FileSelector:
    return fs.FileSelector(folder, allow_not_found=True)


def _entry(info: fs.FileInfo, name: str) -> Entry:
    return Entry(name=name, bytes=info.size or 0, at=_seconds(info))


def _seconds(info: fs.FileInfo) -> float:
    return (info.mtime_ns or 0) / 1e9


def _first_line(error: OSError) -> str:
    return str(error).splitlines()[0][:300]
