"""A child process that ends with its block, and with this process however that ends."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class ServiceError(RuntimeError):
    """A service did not come up; the message ends with what it wrote."""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@contextmanager
def running(
    command: Sequence[str],
    *,
    log: Path,
    ready: Callable[[], bool],
    stop: signal.Signals = signal.SIGTERM,
    seconds: float = 60,
    **popen: Any,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``command`` until the block ends; enter the block once ``ready()`` is true."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, preexec_fn=_begin, **popen
        )
    try:
        _await(process, ready, log=log, seconds=seconds)
        yield process
    finally:
        _end(process, stop)


def _await(
    process: subprocess.Popen[bytes], ready: Callable[[], bool], *, log: Path, seconds: float
) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        ended = process.poll() is not None
        if ended or time.monotonic() > deadline:
            how = f"ended with {process.returncode}" if ended else f"not ready in {seconds} s"
            said = log.read_text(errors="replace")[-2000:]
            raise ServiceError(f"{process.args!r}: {how}.\n{said}")
        time.sleep(0.05)


def _end(process: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    process.send_signal(stop)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    # A worker that had to be killed leaves its pool, which holds connections to the database.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _begin() -> None:
    # Between fork and exec only these two calls: a killed pytest leaves no service behind, and
    # what the service starts can be ended with it.
    os.setpgid(0, 0)
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
