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

    A thread follows the writer, so that what has to be waited for in the end is the last few
    megabytes.
    """

    def __init__(self, handle: int, *, durable: bool = True) -> None:
        """``handle``: a descriptor for reading and writing, at the file's beginning; it is closed
        with the file. Not ``durable``: hashed only."""
        self._followed = _Followed(handle, durable=durable)
        super().__init__(self._followed)

    def digest(self) -> str:
        """The sha256 of all bytes in hexadecimal digits, once they are on the disk.

        Nothing may be written any more. Raises OSError, also for what went wrong on the way.
        """
        self.flush()
        return self._followed.digest()


class _Followed(FileIO):
    def __init__(self, handle: int, *, durable: bool) -> None:
        super().__init__(handle, "w+b")
        self._durable = durable
        self._sha256 = hashlib.sha256()
        self._hashed = 0
        self._written = 0
        self._thread: ThreadPoolExecutor | None = None
        self._following: Future[None] | None = None

    def seekable(self) -> bool:
        return False  # what was hashed stays as it is

    def write(self, data: Any) -> int:
        written = super().write(data)
        self._written += written
        ahead = self._written - self._hashed
        if ahead >= _STRIDE_BYTES and (self._following is None or self._following.done()):
            self._follow_beside()
        return written

    def _follow_beside(self) -> None:
        self._caught_up()
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "follows a file")
        self._following = self._thread.submit(self._follow, self._written)

    def _caught_up(self) -> None:
        """Raises what the thread met: a disk says only once that it lost bytes."""
        if self._following is not None:
            self._following.result()

    def _follow(self, until: int) -> None:
        while self._hashed < until:
            wanted = min(_CHUNK_BYTES, until - self._hashed)
            chunk = os.pread(self.fileno(), wanted, self._hashed)
            if not chunk:
                raise OSError(f"{until - self._hashed} bytes of a file are gone")
            self._sha256.update(chunk)
            self._hashed += len(chunk)
        if self._durable:
            os.fsync(self.fileno())

    def digest(self) -> str:
        self._caught_up()
        self._follow(self._written)
        return self._sha256.hexdigest()

    def close(self) -> None:
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None
        super().close()
