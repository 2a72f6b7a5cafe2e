"""Which process holds a lease, so that its own machine can tell at once when it is gone.

Machines share names and give numbers of processes out again. A process is therefore named by the
boot of its machine, the namespace in which its number is one (a container has its own), the number
and the moment at which it began.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path


@cache
def here() -> str:
    """Where numbers of processes mean the same; "" on a system that does not say."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip().replace("-", "")
        return f"{boot}/{Path('/proc/self/ns/pid').stat().st_ino}/"
    except OSError:
        return ""


def name_of(pid: int) -> str:
    """The process's name over all machines and times; "" where it cannot be told, or is gone."""
    began = _began(pid)
    return f"{here()}{pid}/{began}" if here() and began else ""


def is_gone(name: str) -> bool:
    """Whether a process that was named ``here`` has ended; a stopped one has not."""
    pid, _, began = name.removeprefix(here()).partition("/")
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # somebody else's: /proc may hide it
        return bool(now := _began(int(pid))) and now != began
    return _began(int(pid)) != began


def _began(pid: int) -> str:
    """In ticks since the boot; "" when it has ended, also when nobody has asked of what."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    # The name of the program, in brackets, may hold blanks.
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]
