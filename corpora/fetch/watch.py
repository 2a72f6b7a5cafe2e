"""A watch over one fetch: it keeps the lease, and ends what was stopped or takes too long."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

from corpora.errors import KotoguraError, SourceError
from corpora.stages import Progress

#: Seconds between two signs of life: waiting for another server is no hanging.
_PULSE_SECONDS = 1.0


class Watch:
    """A context manager. ``received`` bytes are reported from here alone, by one thread."""

    def __init__(self, url: str, progress: Progress, seconds: float) -> None:
        self._url = url
        self._progress = progress
        self._deadline = time.monotonic() + seconds
        self._seconds = seconds
        self._reported = 0
        self._socket: socket.socket | None = None
        self._why: KotoguraError | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        #: Bytes so far, those of an earlier try included.
        self.received = 0

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        if kind is None:
            self._report()

    def over(self, connected: socket.socket | None) -> None:
        """The socket to shut down when it must end; None when there is none now."""
        self._socket = connected

    def check(self) -> None:
        """Raise the reason to stop, if there is one."""
        if self._why is not None:
            raise self._why

    def sleep(self, seconds: float) -> None:
        """Wait, but not past the end of it all. Raises like ``check``."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.check()
            time.sleep(min(0.2, max(0.0, until - time.monotonic())))

    def _look(self) -> None:
        while self._why is None and not self._ended.wait(_PULSE_SECONDS):
            try:
                self._report()
            except KotoguraError as error:
                self._why = error
            if time.monotonic() > self._deadline:
                self._why = SourceError(
                    self._url,
                    self.received,
                    f"it took more than {self._seconds:,.0f} seconds.",
                    remedy="FETCH_SECONDS allows more; what has arrived is kept.",
                )
        connected = self._socket
        if self._why is not None and connected is not None:
            with contextlib.suppress(OSError):
                # Not the method of a TLS socket, which first forgets that it is one.
                socket.socket.shutdown(connected, socket.SHUT_RDWR)

    def _report(self) -> None:
        received = self.received
        self._progress(bytes=received - self._reported)
        self._reported = received
