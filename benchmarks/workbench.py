"""The whole product as people run it: the workbench's services, and commands beside them.

``python -m benchmarks.workbench workers | stages`` asks the database in ``KOTOGURA_DATA_DIR``.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.environments import ROOT, warm_kernels

_START_SECONDS = 180
_STOP_SECONDS = 60
#: A URL of the caller's would lead the services away from the folder.
_NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "STORE_URL", "DJANGO_SETTINGS_MODULE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    folder: Path
    process: subprocess.Popen[bytes]

    def verb(self, *arguments: str) -> dict[str, Any]:
        """A verb of manage.py to its end, with what it printed. Raises CalledProcessError."""
        return _json([sys.executable, "manage.py", *arguments, "--json"], self.folder)

    def seconds(self) -> Mapping[str, float]:
        """Work by stage, over all workers."""
        command = [sys.executable, "-m", "benchmarks.workbench", "stages"]
        return _json(command, self.folder)


@contextmanager
def workbench(folder: Path, workers: int) -> Iterator[Workbench]:
    """Redis, workers and the web server over a new data folder; ends all of them."""
    command = [sys.executable, "manage.py", "workbench", "--port", str(_free_port())]
    command += ["--workers", str(workers)]
    with (folder.parent / "workbench.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=_environment(folder), stdout=log, stderr=log
        )
    try:
        bench = Workbench(folder=folder, process=process)
        _await_workers(bench, folder.parent / "workbench.log")
        yield bench
    finally:
        process.terminate()
        process.wait(_STOP_SECONDS)


def _await_workers(bench: Workbench, log: Path) -> None:
    """Without workers the commands would do the work themselves."""
    limit = time.monotonic() + _START_SECONDS
    command = [sys.executable, "-m", "benchmarks.workbench", "workers"]
    database = bench.folder / "kotogura.sqlite3"
    while not (database.is_file() and "login:" in log.read_text()) or not _json(
        command, bench.folder
    ):
        if bench.process.poll() is not None or time.monotonic() > limit:
            raise RuntimeError(f"the workbench did not start:\n{log.read_text()[-2_000:]}")
        time.sleep(1)


def _json(command: list[str], folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        command, cwd=ROOT, env=_environment(folder), stdout=subprocess.PIPE, check=True
    )
    value: dict[str, Any] = json.loads(done.stdout)
    return value


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return {**kept, "KOTOGURA_DATA_DIR": str(folder), "NUMBA_CACHE_DIR": warm_kernels()}


def _free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        port: int = made.getsockname()[1]
        return port


def _stages() -> dict[str, float]:
    from curation.models import Unit

    found: dict[str, float] = {}
    for unit in Unit.objects.exclude(ended_at=None).exclude(started_at=None):
        assert unit.ended_at is not None
        assert unit.started_at is not None
        spent = (unit.ended_at - unit.started_at).total_seconds()
        found[unit.stage] = found.get(unit.stage, 0.0) + spent
    return found


def _answer(question: str) -> object:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "curation.settings")
    import django

    django.setup()
    if question == "stages":
        return _stages()
    from curation.management.waiting import workers_are_there

    return workers_are_there()


if __name__ == "__main__":
    print(json.dumps(_answer(sys.argv[1])))
