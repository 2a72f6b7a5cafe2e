"""A throw-away PostgreSQL cluster, also for root (whom the server refuses to serve)."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.services.process import ServiceError, free_port, running

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


def binaries() -> Path:
    """The folder of initdb and postgres, the newest. Raises ServiceError when there is none."""
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(installed, key=lambda path: float(path.parts[-3]), reverse=True)
    found = shutil.which("initdb")
    if found:
        newest.append(Path(found).resolve())
    if not newest:
        raise ServiceError("no PostgreSQL server on this machine: apt-get install postgresql")
    return newest[0].parent


class Cluster:
    """A server of its own on 127.0.0.1 that may be killed and started again; gone with its block.

    It syncs to the disk what it commits, as a team's does, unless ``lasting`` is false.
    """

    def __init__(self, *, lasting: bool = True) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="kotogura-pg-"))
        self._port = free_port()
        self._programs = binaries()
        self._lasting = lasting
        self._running = ExitStack()

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def kill(self) -> None:
        """With -9 its first process, the postmaster; the others end when they notice."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Cluster:
        self._options = _as_unprivileged(self._folder)
        _initdb(self._programs, self._folder, self._options)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        folder = self._folder
        command = [str(self._programs / "postgres"), "-D", str(folder / "data")]
        command += ["-p", str(self._port), "-h", "127.0.0.1", "-k", str(folder)]
        if not self._lasting:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                command += ["-c", f"{setting}=off"]
        self._process = self._running.enter_context(
            running(
                command,
                log=folder / "log",
                ready=lambda: _answers(self._programs, self._port),
                # "Fast shutdown": SIGTERM would wait for every open connection.
                stop=signal.SIGINT,
                **self._options,
            )
        )

    def restart(self, *, seconds: float = 60) -> None:
        """After its death, as an init system does it: again and again until it is up.

        A new one is refused while processes of the old one still hold its memory.
        """
        limit = time.monotonic() + seconds
        while True:
            try:
                return self.start()
            except ServiceError:
                if time.monotonic() > limit:
                    raise
                time.sleep(0.2)


@contextmanager
def postgresql() -> Iterator[str]:
    """Yields the URL of a server on 127.0.0.1 whose files are gone when the block ends."""
    # Its data never outlives the tests, so nothing waits for the disk.
    with Cluster(lasting=False) as cluster:
        yield cluster.url


def be_alone(connection: BaseDatabaseWrapper, *, seconds: float = 10) -> None:
    """Return once nobody else is connected to this database, which can then be dropped.

    A server process lives a moment longer than the client that was killed. Who stays longer is
    named on the standard error and sent away.
    """
    limit = time.monotonic() + seconds
    while others := _other_sessions(connection):
        if time.monotonic() > limit:
            sys.stderr.write(f"sent away from the tests' database: {others}\n")
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_terminate_backend(pid) {_OTHERS}")
        time.sleep(0.1)


_OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def _other_sessions(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%%s since %%s, last: %%s', state, backend_start, left(query, 200)) "
            + _OTHERS,
            [],
        )
        return [row[0] for row in cursor.fetchall()]


def _as_unprivileged(folder: Path) -> dict[str, Any]:
    """How to start the server's programs, as user postgres when we are root."""
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    options: dict[str, Any] = {"cwd": folder, "env": environment}
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return options


def _initdb(programs: Path, folder: Path, options: dict[str, Any]) -> None:
    command = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "postgres"]
    command += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if made.returncode:
        raise ServiceError(f"initdb: {made.stderr}")


def _answers(programs: Path, port: int) -> bool:
    command = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(command, check=False).returncode == 0
