"""The workbench command: serves, restarts what dies, leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.services.process import free_port

ROOT = Path(settings.BASE_DIR)


def children_of(folder: Path) -> dict[int, str]:
    """Living processes that name the data folder: pid -> command line.

    By their environment, or (Redis writes its title over it) by their command line.
    """
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            environment = (entry / "environ").read_bytes()
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue
        named = f"KOTOGURA_DATA_DIR={folder}".encode() in environment or str(folder) in command
        if named and command:
            found[int(entry.name)] = command
    return found


def wait(condition: Callable[[], object], seconds: float, what: str) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, f"{what} within {seconds} s"
        time.sleep(0.1)


class Bench:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder.parent / f"workbench-{self.port}.log"
        command = [sys.executable, "manage.py", "workbench", "--port", str(self.port)]
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "REDIS_URL", "STORE_URL", "DJANGO_SETTINGS_MODULE")
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "--workers", "1"],
                cwd=ROOT,
                env={**inherited, "KOTOGURA_DATA_DIR": str(folder)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def serves(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/login/", timeout=5) as page:
                return page.status == 200 and "login:" in self.log.read_text()
        except OSError:
            return False

    def pid_of(self, word: str) -> int:
        return min(pid for pid, command in children_of(self.folder).items() if word in command)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for all tests here: from the second start on it is there already."""
    return tmp_path_factory.mktemp("workbench") / "data"


@pytest.fixture
def bench(folder: Path) -> Iterator[Bench]:
    made = Bench(folder)
    try:
        wait(made.serves, 200, "the login page")
        yield made
    finally:
        if made.process.poll() is None:
            made.process.terminate()
            made.process.wait(120)


def test_it_is_alone_restarts_what_is_killed_and_stops_clean(bench: Bench) -> None:
    second = Bench(bench.folder)
    assert second.process.wait(120) != 0
    assert "already runs" in second.log.read_text()
    for word in ("redis", "gunicorn", "what_if", "celery"):
        before = bench.pid_of(word)
        os.kill(before, signal.SIGKILL)
        wait(
            lambda word=word, before=before: any(
                word in command and pid != before
                for pid, command in children_of(bench.folder).items()
            ),
            120,
            f"another {word}",
        )
    wait(bench.serves, 120, "the login page again")
    bench.process.send_signal(signal.SIGTERM)
    assert bench.process.wait(120) == 0
    assert children_of(bench.folder) == {}


def test_it_leaves_nothing_behind_when_it_is_killed(bench: Bench) -> None:
    assert len(children_of(bench.folder)) > 4
    bench.process.kill()
    bench.process.wait()
    wait(lambda: not children_of(bench.folder), 120, f"no children: {children_of(bench.folder)}")
