"""Kill -9 PostgreSQL's postmaster under people who review."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import orjson
from django.conf import settings

from curation.supervisor import answers, web_program
from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome, spread
from tests.services.postgresql import Cluster
from tests.services.process import free_port, running

PROMISE = "PostgreSQL may die: each acknowledged decision is present exactly once"
DECISIONS = 10_000


def postgresql(
    ground: Ground, *, times: int = 20, people: int = 20, decisions: int = DECISIONS
) -> Outcome:
    """A server of this trial's own that syncs what it commits, and its own web server."""
    port = free_port()
    with Cluster() as cluster:
        environment = _environment(ground, cluster)
        command = [sys.executable, "-m", "tests.chaos.reviewing", "--port", str(port)]
        command += ["--people", str(people), "--decisions", str(decisions)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=environment, cwd=settings.BASE_DIR
        ) as reviewers:
            assert reviewers.stdout is not None
            assert reviewers.stdout.readline() == "ready\n"
            away: list[float] = []
            last = ""
            with _served(ground, environment, port):
                for last in reviewers.stdout:
                    due = (len(away) + 1) * decisions // (times + 1)
                    if len(away) < times and _acknowledged(last) >= due:
                        away.append(_kill(cluster))
                        ground.say(f"kill at {last.strip()}: away for {away[-1]:.1f} s")
    held = orjson.loads(last)
    figures = {"kills": len(away), **held, "server away for": spread(away)}
    fine = held["acknowledged"] == held["present exactly once"] == decisions
    return Outcome(
        promise=PROMISE,
        held=fine and held["judgements in all"] == decisions and len(away) == times,
        figures=figures,
    )


def _acknowledged(line: str) -> int:
    return int(line.split()[1]) if line.startswith("acknowledged") else 0


def _kill(cluster: Cluster) -> float:
    """Seconds until it answers again."""
    began = time.monotonic()
    cluster.kill()
    cluster.restart()
    return time.monotonic() - began


def _environment(ground: Ground, cluster: Cluster) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "curation.settings",
        "DATABASE_URL": cluster.url,
        "STORE_URL": settings.STORE_URL,
        "KOTOGURA_DATA_DIR": str(ground.folder),
        "REDIS_URL": settings.REDIS_URL,
    }


@contextmanager
def _served(ground: Ground, environment: dict[str, str], port: int) -> Iterator[None]:
    """The product's web server."""
    with running(
        web_program("127.0.0.1", port).command,
        log=ground.folder / "web.log",
        ready=lambda: answers("127.0.0.1", port),
        env=environment,
        cwd=settings.BASE_DIR,
    ):
        yield
