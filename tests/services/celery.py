"""A real Celery worker on the test's database, Redis and store."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from tests.services.process import running


def environment() -> dict[str, str]:
    """What a process of the product needs to work on what this test works on."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "curation.settings",
        "KOTOGURA_DATA_DIR": str(settings.DATA_DIR),
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "STORE_URL": settings.STORE_URL,
        "ALLOWED_ROOTS": ":".join(map(str, settings.ALLOWED_ROOTS)),
    }


def database_url() -> str:
    """The URL of the database that this test is connected to (not of the one it was made from)."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    return (
        f"postgresql://{quote(values['USER'])}@{values['HOST']}:{values['PORT']}/{values['NAME']}"
    )


@contextmanager
def worker(
    folder: Path, *, name: str = "test", processes: int = 1
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of all queues; its log is ``folder/NAME.log``."""
    log = folder / f"{name}.log"
    command = [sys.executable, "-m", "celery", "-A", "curation", "worker"]
    command += ["--queues", "interactive,cpu,io", "--concurrency", str(processes)]
    command += ["--hostname", f"{name}@%h", "--loglevel", "INFO"]
    command += ["--without-gossip", "--without-mingle"]
    root = Path(settings.BASE_DIR)
    with running(
        command, log=log, ready=lambda: b" ready." in log.read_bytes(), env=environment(), cwd=root
    ) as process:
        yield process
