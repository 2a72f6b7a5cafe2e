"""A server started, asked for a page, and ended: for works that are through when a page is there.

Only the standard library: it runs in every peer's environment.
"""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import OpenerDirector

_SECONDS = 120
_PAUSE = 0.02


@contextmanager
def served(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The server's process for as long as somebody asks it."""
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        port: int = made.getsockname()[1]
        return port


def page(opener: OpenerDirector, address: str) -> str:
    """The page, as soon as the server listens. Raises URLError when it does not in two minutes."""
    limit = time.monotonic() + _SECONDS
    while True:
        try:
            with opener.open(address, timeout=_SECONDS) as answer:
                return str(answer.read().decode())
        except URLError as error:
            if not isinstance(error.reason, ConnectionError) or time.monotonic() > limit:
                raise
            time.sleep(_PAUSE)
