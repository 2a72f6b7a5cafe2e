"""The processes of workers, as the kernel knows them."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path


def children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid and fields[0] != "Z":
                found.append(int(stat.parent.name))
    return found


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def main_workers(parent: int | None = None) -> list[int]:
    """The Celery processes that hand a batch's messages out: children of this process."""
    commands = {pid: command(pid) for pid in children(parent or os.getpid())}
    celery = {pid: line for pid, line in commands.items() if " celery " in line}
    return [pid for pid, line in celery.items() if " -Q interactive " not in line]


def pool_of(worker: int) -> list[int]:
    """The processes in which a worker's units run."""
    return [pid for pid in children(worker) if "spawn_main" in command(pid)]


def live_workers() -> list[int]:
    """Every worker process: those that hand out, and their pools."""
    mains = main_workers()
    return [*mains, *(pid for main in mains for pid in pool_of(main))]


def processor_seconds(pids: set[int]) -> float:
    """What these have used so far, of user and system together."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def send(pid: int, number: signal.Signals) -> bool:
    """False when it has ended already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True
