"""A real Celery worker on the test's database, Redis and store."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from curation.celery import QUEUES
from curation.models import WorkerBeat
from curation.supervisor import worker_program
from tests.services.process import running

#: Settings of workers that do not make themselves ready.
COLD = "tests.services.cold"


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


def command(name: str = "test", *, processes: int = 1) -> list[str]:
    """The product's own command line for a worker of all queues."""
    return list(worker_program(name, QUEUES, processes).command)


@contextmanager
def worker(
    folder: Path,
    program: Sequence[str] | None = None,
    *,
    settings_module: str = "curation.settings",
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that takes messages; what it says is in ``folder/worker.log``."""
    WorkerBeat.objects.all().delete()
    with running(
        program or command(),
        log=folder / "worker.log",
        # Its first sign of life is written once it listens.
        ready=WorkerBeat.objects.exists,
        env=environment() | {"DJANGO_SETTINGS_MODULE": settings_module},
        cwd=settings.BASE_DIR,
    ) as process:
        yield process
