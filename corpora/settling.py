"""Blobs on their way to the disk, while whoever wrote them goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

#: Files that may wait at once: each holds a descriptor.
_MOST = 32


class Settling:
    """What one unit wrote, brought to its place by one thread, in order."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "settles blobs")
        self._room = threading.Semaphore(_MOST)
        self._blobs: dict[str, Future[None]] = {}

    def add(self, sha256: str, settle: Callable[[], None]) -> None:
        self._room.acquire()

        def settled() -> None:
            try:
                settle()
            finally:
                self._room.release()

        self._blobs[sha256] = self._thread.submit(settled)

    def wait_for(self, sha256: str) -> None:
        """Until the blob is in its place, if it is one of these. Raises what settling it raised."""
        if future := self._blobs.get(sha256):
            future.result()

    def settled(self) -> None:
        """Wait for all. Raises what the first that could not be settled raised."""
        for sha256 in self._blobs:
            self.wait_for(sha256)

    @contextmanager
    def open(self) -> Iterator[None]:
        """All is settled when the block has ended well; when it has not, nothing is at work."""
        with self._thread:
            yield
            self.settled()
