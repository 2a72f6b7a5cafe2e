"""What a reader may take: processor time, memory, open files."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Hang(BaseException):
    """The time is over. No Exception, so that no reader takes it for damage."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises Hang in the block after so much processor time."""

    def over(*_: object) -> None:
        raise Hang(f"over {seconds:g} s of processor time")

    before = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def left_open(before: int) -> bool:
    """Whether more files are open, once those are closed that only garbage holds."""
    if open_files() <= before:
        return False
    gc.collect()
    return open_files() > before


def peak_from_now() -> int:
    """Let the peak begin anew at what is held now; returns that, in bytes."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def peak() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:"))
