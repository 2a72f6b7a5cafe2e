"""How much memory the processes under one have held at most, and their processor time.

Two figures: what is a process's own, looked at several times a second, and the kernel's peak, which
counts files of the store that are mapped as well. Those are the system's, which gives them up when
memory is short."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.protocol import memory

_SECONDS = 0.2
#: Both multiprocessing's and billiard's children are started by a function of this name.
_WORKER = b"spawn_main"


class MemoryWatch:
    """Looks at a process and its descendants until told to stop."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        #: Pid -> (is a worker, its own, with mapped files). One that is gone keeps what it had.
        self._peaks: dict[int, tuple[bool, int, int]] = {}

    @property
    def worker(self) -> int:
        """The most that one worker held of its own; of any process where there are no workers."""
        return max((own for _, own, _ in self._workers()), default=0)

    @property
    def worker_with_files(self) -> int:
        """The same with the files that it had mapped."""
        return max((mapped for _, _, mapped in self._workers()), default=0)

    def _workers(self) -> list[tuple[bool, int, int]]:
        every = list(self._peaks.values())
        return [one for one in every if one[0]] or every

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(_SECONDS):
            for pid in descendants(self._pid):
                own = memory(pid, "RssAnon")
                if own:
                    before = self._peaks.get(pid)
                    is_worker = before[0] if before else _WORKER in _command(pid)
                    most = max(own, before[1] if before else 0)
                    self._peaks[pid] = (is_worker, most, memory(pid, "VmHWM"))


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


def processor_seconds(pid: int) -> float:
    """Processor time of a process, of all under it, and of those under it that have ended."""
    return sum(map(_ticks, descendants(pid))) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(map(int, fields[11:15]))


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
