"""The store: immutable blobs named by their sha256, and unit keys that point at them.

::

    blobs/ab/cdef…   every output
    keys/ab/cdef…    unit key -> its result (JSON)

A blob is written to a temporary name, hashed and fsynced on the way, renamed to its
content address, and the folder is fsynced: a half-written blob is never visible under
its name. ``corpora.remote_store`` keeps the same in a bucket.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from io import BufferedWriter
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from corpora.documents import ROW_GROUP_ROWS
from corpora.durable import FollowedFile, sync
from corpora.errors import StoreError
from corpora.row_group_writer import TableWriter, layout
from corpora.settling import Settling
from corpora.store_errors import DISK_FULL, as_store_error
from corpora.store_files import Entry, digest_of, files_of, named, remove_old, renewed

_CHUNK = 1 << 20
#: What linking says where only copying does: another disk, or one that has no links.
_UNLINKABLE = frozenset({errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK})


class Store:
    """A content-addressed folder, safe for many processes at once."""

    #: Whether ``keep`` makes a blob count as new.
    renews = True
    #: Whether blobs must outlive a power cut here.
    _durable = True

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        self._blobs = self.root / "blobs"
        self._keys = self.root / "keys"
        self._scratch = self.root / "scratch"
        for folder in (self._blobs, self._keys, self._scratch):
            folder.mkdir(parents=True, exist_ok=True)
        #: What units wrote that may not be in its place yet: of this thread, and of all.
        self._unit = threading.local()
        self._settlings: list[Settling] = []

    def __str__(self) -> str:
        return str(self.root)

    @property
    def address(self) -> dict[str, Any]:
        """What ``open_store`` opens the same store with, in another process of this host."""
        return {"url": str(self.root.absolute())}

    # -- blobs ---------------------------------------------------------------------------

    @contextmanager
    def writer(self) -> Iterator[BlobWriter]:
        """A file to write to; its ``sha256`` is known once the block has ended.

        So is the blob, but for one of a unit (``together``).
        """
        handle, name = tempfile.mkstemp(dir=self._scratch)
        file, temporary = FollowedFile(handle, durable=self._durable), Path(name)
        writer = BlobWriter(file)
        try:
            yield writer
            writer.sha256 = file.digest()
        except BaseException as error:
            with suppress(OSError):  # closing writes what is buffered, to a disk that may be full
                file.close()
            temporary.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise as_store_error(error, self.root) from error
            raise
        settle = partial(self._settle, file, writer.sha256, temporary)
        settling: Settling | None = getattr(self._unit, "settling", None)
        if settling is None:
            settle()
        else:
            settling.add(writer.sha256, settle)

    def _settle(self, file: FollowedFile, sha256: str, temporary: Path) -> None:
        """Bring a finished file to the disk, then to its address."""
        try:
            with file:
                file.sync()
            self._commit(sha256, temporary)
        except OSError as error:
            raise as_store_error(error, self.root) from error
        finally:
            temporary.unlink(missing_ok=True)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What this thread writes in the block is settled when the block ends, not one by one.

        Whoever reads a blob meanwhile waits for it. Raises StoreError.
        """
        settling = self._unit.settling = Settling()
        self._settlings.append(settling)
        try:
            with settling.open():
                yield
        finally:
            self._settlings.remove(settling)
            self._unit.settling = None

    def _arrived(self, sha256: str) -> None:
        for settling in tuple(self._settlings):
            settling.wait_for(sha256)

    def put(self, data: bytes) -> str:
        """Keep ``data``; returns its sha256."""
        with self.writer() as writer:
            writer.file.write(data)
        return writer.sha256

    def put_json(self, value: Any) -> str:
        """Keep a value as canonical JSON (sorted keys), so that equal values are one blob."""
        return self.put(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))

    def put_file(self, path: Path) -> str:
        """Copy a finished file into the store; returns its sha256."""
        with self.writer() as writer, path.open("rb") as source:
            shutil.copyfileobj(source, writer.file, _CHUNK)
        return writer.sha256

    def adopt(self, path: Path, sha256: str = "") -> str:
        """Take in a finished file whose hash the caller may know; returns its sha256.

        It is not copied where the disk is the same: it then is the blob, and whoever calls
        takes the other name away and writes to it no more.
        """
        try:
            sha256 = sha256 or digest_of(path)
            target = self._blobs / sha256[:2] / sha256[2:]
            if renewed(target):
                return sha256
            sync(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, target)
            except FileExistsError:
                return sha256
            except OSError as error:
                if error.errno not in _UNLINKABLE:
                    raise
                return self.put_file(path)
            target.chmod(0o444)
            sync(target.parent)
        except OSError as error:
            raise as_store_error(error, self.root) from error
        return sha256

    def put_table(self, table: pa.Table, *, row_group_rows: int = ROW_GROUP_ROWS) -> str:
        """Keep an Arrow table as Parquet in small row groups; returns its sha256."""
        with self.table_writer(table.schema, row_group_rows=row_group_rows) as writer:
            writer.write(table)
        return writer.sha256

    @contextmanager
    def table_writer(
        self, schema: pa.Schema, *, row_group_rows: int = ROW_GROUP_ROWS, leaves: bool = False
    ) -> Iterator[TableWriter]:
        """A Parquet blob written batch by batch: memory does not grow with its rows.

        One that ``leaves`` is made to be fetched: smaller, though it takes longer to be read.
        """
        with (
            self.writer() as blob,
            pq.ParquetWriter(blob.file, schema, **layout(schema, leaves=leaves)) as parquet,
        ):
            table_writer = TableWriter(parquet, row_group_rows)
            yield table_writer
            table_writer.flush()
        table_writer.sha256 = blob.sha256

    def path(self, sha256: str) -> Path:
        """The file of a blob. Raises StoreError when it is not there."""
        self._arrived(sha256)
        path = self._blobs / sha256[:2] / sha256[2:]
        if not path.is_file():
            raise StoreError(
                f"blob {sha256} is missing from {self.root}.",
                remedy="Run the work again; if this repeats, check the disk.",
            )
        return path

    def has(self, sha256: str) -> bool:
        self._arrived(sha256)
        return (self._blobs / sha256[:2] / sha256[2:]).is_file()

    def keep(self, sha256: str) -> bool:
        """Whether the blob is there; if so it counts as new, so that no collection takes it
        before a row can refer to it."""
        self._arrived(sha256)
        return renewed(self._blobs / sha256[:2] / sha256[2:])

    def size(self, sha256: str) -> int:
        """Bytes of a blob. Raises StoreError when it is not there."""
        return self.path(sha256).stat().st_size

    def read(self, sha256: str) -> bytes:
        return self.path(sha256).read_bytes()

    def read_json(self, sha256: str) -> Any:
        return orjson.loads(self.read(sha256))

    def read_table(self, sha256: str, columns: list[str] | None = None) -> pa.Table:
        return pq.read_table(self.path(sha256), columns=columns, memory_map=True)

    def parquet(self, sha256: str, footer: pq.FileMetaData | None = None) -> pq.ParquetFile:
        """An open Parquet blob, to be read by row group; use it as a context manager.

        ``footer``: its own, of who has it already. To read it takes as long as a row group does.
        """
        return pq.ParquetFile(self.path(sha256), memory_map=True, metadata=footer)

    def verify(self, sha256: str) -> bool:
        """Whether the blob's bytes still have the hash that names them."""
        return digest_of(self.path(sha256)) == sha256

    def set_aside(self, sha256: str) -> bool:
        """Take a blob out of the way if its bytes are no longer its own; says whether it did.

        A key whose blob is not there is no longer known, so that the work, done again, writes
        the blob again. The damaged bytes stay in ``damaged/`` for whoever looks for the cause.
        """
        if not self.has(sha256) or self.verify(sha256):
            return False
        folder = self.root / "damaged"
        try:
            folder.mkdir(exist_ok=True)
            self.path(sha256).replace(folder / sha256)
        except OSError as error:
            raise as_store_error(error, self.root) from error
        return True

    # -- keys ----------------------------------------------------------------------------

    def lookup(self, key: str) -> dict[str, Any] | None:
        """The recorded result of a unit, or None when it was never finished here."""
        try:
            value: dict[str, Any] = orjson.loads((self._keys / key[:2] / key[2:]).read_bytes())
        except (FileNotFoundError, orjson.JSONDecodeError):
            return None
        return value

    def record(self, key: str, result: dict[str, Any], *, waits: bool = True) -> None:
        """Remember that the unit ``key`` gave ``result``: atomically, and after its blobs.

        ``waits`` for the disk. A key that a machine loses with its power is none, and its unit is
        worked on again.
        """
        folder = self._keys / key[:2]
        handle, name = tempfile.mkstemp(dir=self._scratch)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(orjson.dumps(result, option=orjson.OPT_SORT_KEYS))
            if waits:
                sync(Path(name))
            folder.mkdir(parents=True, exist_ok=True)
            Path(name).replace(folder / key[2:])
            if waits:
                sync(folder)
        except OSError as error:
            Path(name).unlink(missing_ok=True)
            raise as_store_error(error, self.root) from error

    # -- upkeep --------------------------------------------------------------------------

    def blobs(self) -> Iterator[Entry]:
        """Every blob, by name."""
        return named(self._blobs)

    def keys(self) -> Iterator[Entry]:
        """Every key, by name."""
        return named(self._keys)

    def left_over(self) -> Iterator[Entry]:
        """What is in the scratch folder: files being written, or left by a process that died."""
        return files_of(self._scratch)

    def damaged(self) -> Iterator[Entry]:
        """The blobs that ``set_aside`` put aside."""
        return files_of(self.root / "damaged")

    def remove_damaged(self, name: str, *, before: float) -> bool:
        return remove_old(Path(name), before)

    def remove_left_over(self, name: str, *, before: float) -> bool:
        return remove_old(Path(name), before)

    def remove_blob(self, sha256: str, *, before: float) -> bool:
        """Remove a blob that was not needed since ``before``; says whether it did."""
        return self._remove(self._blobs / sha256[:2] / sha256[2:], before)

    def remove_key(self, key: str, *, before: float) -> bool:
        return self._remove(self._keys / key[:2] / key[2:], before)

    def _remove(self, path: Path, before: float) -> bool:
        """Out of sight first, then looked at again: whoever needed it meanwhile has renewed it
        (it is put back) or does not find it any more (and writes it again)."""
        aside = self._scratch / f"removed-{path.parent.name}{path.name}"
        try:
            path.replace(aside)
        except FileNotFoundError:
            return False
        if aside.stat().st_mtime >= before:
            aside.replace(path)
            return False
        aside.unlink()
        return True

    # -- scratch -------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Raises StoreError when the disk is full, whoever wrote: a stage's scratch file, Arrow."""
        try:
            yield
        except OSError as error:
            if error.errno not in DISK_FULL:
                raise
            raise as_store_error(error, self.root) from error

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder on the store's own disk that is gone when the block ends."""
        with tempfile.TemporaryDirectory(dir=self._scratch) as name:
            yield Path(name)

    def _commit(self, sha256: str, temporary: Path) -> None:
        """Give a finished file its address; it is on the disk already."""
        folder = self._blobs / sha256[:2]
        target = folder / sha256[2:]
        if not renewed(target):
            folder.mkdir(parents=True, exist_ok=True)
            temporary.chmod(0o444)
            temporary.replace(target)
            sync(folder)


def open_store(url: str, *, cache: Path | str = "", cache_bytes: int = 0) -> Store:
    """The store at ``file:///path``, a plain path or ``s3://bucket/prefix?…``.

    ``cache`` is the folder that a bucket needs on this host, ``cache_bytes`` how large it may get.
    """
    parts = urlsplit(url)
    if parts.scheme in ("", "file"):
        return Store(unquote(parts.path) if parts.scheme else url)
    if parts.scheme == "s3":
        from corpora.remote_store import RemoteStore

        return RemoteStore(url, cache=Path(cache), cache_bytes=cache_bytes)
    raise StoreError(
        f"the store {url} has the scheme {parts.scheme!r}, which is not spoken.",
        remedy="Set STORE_URL to file:///srv/kotogura/store or s3://bucket/prefix.",
        retryable=False,
    )


class BlobWriter:
    """What ``Store.writer`` yields: write to ``file``; read ``sha256`` after the block."""

    def __init__(self, file: BufferedWriter) -> None:
        self.file = file
        self.sha256 = ""
