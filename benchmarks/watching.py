"""How much memory the processes under one have held at most."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.protocol import peak_rss

_SECONDS = 0.5
#: Both multiprocessing's and billiard's children are started by a function of this name.
_WORKER = b"spawn_main"


class MemoryWatch:
    """Looks at a process and its descendants until told to stop."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        #: Pid -> (is a worker, bytes). A process that is gone keeps what it had.
        self._peaks: dict[int, tuple[bool, int]] = {}

    @property
    def worker(self) -> int:
        """The most that one worker held; of the process itself where there are no workers."""
        peaks = [peak for is_worker, peak in self._peaks.values() if is_worker]
        return max(peaks) if peaks else self.most

    @property
    def most(self) -> int:
        return max((peak for _, peak in self._peaks.values()), default=0)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(_SECONDS):
            for pid in descendants(self._pid):
                peak = peak_rss(pid)
                if peak:
                    self._peaks[pid] = (_WORKER in _command(pid), peak)


@contextmanager
def memory_of(pid: int) -> Iterator[MemoryWatch]:
    watch = MemoryWatch(pid)
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()


def descendants(pid: int) -> list[int]:
    """The process and all under it.

    >>> import os
    >>> os.getpid() in descendants(os.getppid())
    True
    """
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            children.setdefault(_parent(entry), []).append(int(entry.name))
    found, place = [pid], 0
    while place < len(found):
        found += children.get(found[place], [])
        place += 1
    return found


def _parent(entry: Path) -> int:
    try:
        # The name of the program stands in brackets and may hold anything, brackets included.
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
