"""Hosts in network namespaces of this machine, on a bridge that reaches its services."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

from tests.services import celery

#: Of the addresses for documentation (RFC 5737), so that no real network is shadowed.
_NETWORK = "198.51.100"
HERE = f"{_NETWORK}.1"
_BRIDGE = "kotogura0"


def allowed() -> bool:
    """Whether this machine lets us make network namespaces."""
    try:
        _ip("netns", "add", "kotogura-probe")
    except (OSError, subprocess.CalledProcessError):
        return False
    _ip("netns", "del", "kotogura-probe")
    return True


@contextmanager
def bridge() -> Iterator[None]:
    _ip("link", "add", _BRIDGE, "type", "bridge")
    try:
        _ip("address", "add", f"{HERE}/24", "dev", _BRIDGE)
        _ip("link", "set", _BRIDGE, "up")
        yield
    finally:
        _ip("link", "del", _BRIDGE)


@contextmanager
def host(number: int) -> Iterator[str]:
    """A namespace with one link to the bridge; its name."""
    name, link = f"kotogura-host{number}", f"kotogura{number}"
    _ip("netns", "add", name)
    try:
        _ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("link", "set", link, "master", _BRIDGE, "up")
        _ip("-n", name, "address", "add", f"{_NETWORK}.{number + 10}/24", "dev", "eth0")
        _ip("-n", name, "link", "set", "eth0", "up")
        _ip("-n", name, "link", "set", "lo", "up")
        yield name
    finally:
        # It would stay for as long as a process of the host does.
        with suppress(subprocess.CalledProcessError):
            _ip("link", "del", link)
        _ip("netns", "del", name)


def cut_off(number: int) -> None:
    """Take the host's link away; its processes go on, and reach nothing."""
    _ip("link", "set", f"kotogura{number}", "down")


def inside(name: str, command: Sequence[str]) -> list[str]:
    """The command line that runs ``command`` on the host, under the host's own name."""
    shell = 'hostname "$0" && exec "$@"'
    return ["ip", "netns", "exec", name, "unshare", "--uts", "sh", "-c", shell, name, *command]


@contextmanager
def services() -> Iterator[Mapping[str, str]]:
    """PostgreSQL and Redis on the bridge: the variables by which hosts find them."""
    database = urlsplit(celery.database_url())
    user = database.netloc.rpartition("@")[0]
    with (
        _relay(lambda: socket.create_connection(("127.0.0.1", database.port or 5432))) as first,
        _relay(_redis) as second,
    ):
        there = database._replace(netloc=f"{user}@{HERE}:{first}")
        yield {"DATABASE_URL": urlunsplit(there), "REDIS_URL": f"redis://{HERE}:{second}/0"}


def _redis() -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(os.fspath(settings.REDIS_SOCKET))
    return connection


@contextmanager
def _relay(connect: Callable[[], socket.socket]) -> Iterator[int]:
    """A port on the bridge whose connections are passed on."""
    with socket.create_server((HERE, 0)) as listener:

        def accept() -> None:
            while True:
                try:
                    near, _ = listener.accept()
                except OSError:
                    return
                far = connect()
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=pair, daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        source.close()
        target.close()


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
