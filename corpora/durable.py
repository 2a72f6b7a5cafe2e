"""What outlives a power cut."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import Future, ThreadPoolExecutor
from io import BufferedWriter, FileIO
from pathlib import Path
from typing import Any

#: Written and not followed yet: so much is worth waking a thread and the disk for.
_STRIDE_BYTES = 4 << 20
_CHUNK_BYTES = 1 << 20


def sync(path: Path) -> None:
    """Wait until a file's bytes, or the names in a folder, are on the disk.

    A rename is only durable once the folder that it happened in is: sync the file before it,
    the folder after it.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class FollowedFile(BufferedWriter):
    """A new file that is appended to, hashed and sent to the disk while it is being written.

    Two threads follow the writer, so that what has to be waited for in the end is the last few
    megabytes.
    """

    def __init__(self, handle: int, *, durable: bool = True) -> None:
        """``handle``: a descriptor for reading and writing, at the file's beginning; it is closed
        with the file. Not ``durable``: hashed only."""
        self._followed = _Followed(handle, durable=durable)
        super().__init__(self._followed)

    def digest(self) -> str:
        """The sha256 of all bytes in hexadecimal digits; nothing may be written any more.

        Raises OSError.
        """
        self.flush()
        return self._followed.digest()

    def sync(self) -> None:
        """Wait until all bytes are on the disk. Raises OSError, also for what went wrong before."""
        self.flush()
        self._followed.sync()


class _Followed(FileIO):
    def __init__(self, handle: int, *, durable: bool) -> None:
        super().__init__(handle, "w+b")
        self._durable = durable
        self._sha256 = hashlib.sha256()
        self._hashed = 0
        self._written = 0
        self._threads: ThreadPoolExecutor | None = None
        self._hashing = self._syncing = _nothing()

    def seekable(self) -> bool:
        return False  # what was hashed stays as it is

    def write(self, data: Any) -> int:
        written = super().write(data)
        self._written += written
        if self._written - self._hashed >= _STRIDE_BYTES and self._hashing.done():
            self._follow()
        return written

    def _follow(self) -> None:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(2, "follows a file")
        self._hashing.result()
        self._hashing = self._threads.submit(self._hash, self._written)
        if self._durable and self._syncing.done():
            self._syncing.result()  # a disk says only once that it lost bytes
            self._syncing = self._threads.submit(os.fsync, self.fileno())

    def _hash(self, until: int) -> None:
        while self._hashed < until:
            wanted = min(_CHUNK_BYTES, until - self._hashed)
            chunk = os.pread(self.fileno(), wanted, self._hashed)
            if not chunk:
                raise OSError(f"{until - self._hashed} bytes of a file are gone")
            self._sha256.update(chunk)
            self._hashed += len(chunk)

    def digest(self) -> str:
        self._hashing.result()
        self._hash(self._written)
        return self._sha256.hexdigest()

    def sync(self) -> None:
        self._syncing.result()
        if self._durable:
            os.fsync(self.fileno())

    def close(self) -> None:
        if self._threads is not None:
            self._threads.shutdown()
            self._threads = None
        super().close()


def _nothing() -> Future[None]:
    done: Future[None] = Future()
    done.set_result(None)
    return done
