"""Whether a process gets on: what tells a long unit from one that hangs."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
#: Processor time that counts as work: what merely waits and looks around uses far less.
_STEP_SECONDS = 0.5


class Vitals:
    """Looks at one process through /proc; ``pid`` defaults to this one."""

    def __init__(self, pid: int | None = None) -> None:
        self._folder = Path("/proc") / str(pid or os.getpid())
        self._steps = self._processor_steps()

    def moved(self) -> bool:
        """True when it used the processor since the last time, or waits for a disk.

        A thread in the kernel's state D writes out or reads: an fsync of many gigabytes
        takes minutes and no processor time.
        """
        before, self._steps = self._steps, self._processor_steps()
        return self._steps != before or self._waits_for_disk()

    def memory(self) -> int:
        """Bytes of memory that are the process's own: mapped files of the store are the system's,
        and are given up by it when memory is short. 0 when it has ended."""
        with contextlib.suppress(OSError):
            for line in (self._folder / "status").read_bytes().splitlines():
                if line.startswith(b"RssAnon:"):
                    return int(line.split()[1]) << 10
        return 0

    def _processor_steps(self) -> int:
        fields = _stat(self._folder / "stat")
        return int((int(fields[11]) + int(fields[12])) / _TICKS / _STEP_SECONDS) if fields else 0

    def _waits_for_disk(self) -> bool:
        with contextlib.suppress(OSError):
            return any(
                _stat(thread / "stat")[:1] == [b"D"] for thread in (self._folder / "task").iterdir()
            )
        return False


def forget_peak() -> None:
    """Let this process's peak of memory begin anew, where the kernel allows it."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak() -> int:
    """The most bytes of memory that this process held since ``forget_peak``; 0 when unknown."""
    return _status("VmHWM:")


def resident() -> int:
    """Bytes of memory that this process holds, mapped files included; 0 when unknown."""
    return _status("VmRSS:")


def _status(name: str) -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) << 10
    return 0


def _stat(file: Path) -> list[bytes]:
    """The fields after the command's name, which may hold spaces; none when it has ended."""
    try:
        return file.read_bytes().rpartition(b")")[2].split()
    except OSError:
        return []
