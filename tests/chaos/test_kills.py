"""Workers, Redis and all that waits in it are taken away under a run: its bytes stay the same."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db.models import Sum
from django.test import override_settings

from corpora.storage import Store
from curation.celery import QUEUES
from curation.models import Run, Unit, User
from curation.supervisor import Supervisor, worker_program
from tests.integration.play import Workbench
from tests.services import celery

pytestmark = pytest.mark.django_db(transaction=True)

FILES = 10


@pytest.fixture
def bench(store: Store, engineer: User) -> Workbench:
    """A corpus of many small parts."""
    made = Workbench(engineer)
    for number in range(FILES):
        made.add(number)
    return made


def undisturbed(bench: Workbench, tmp_path: Path) -> str:
    """The manifest of a run in this process, in a copy of the store."""
    shutil.copytree(tmp_path / "store", tmp_path / "copy")
    with override_settings(STORE_URL=f"file://{tmp_path / 'copy'}"):
        return bench.work(bench.begin()).snapshot.manifest


@contextmanager
def workers(folder: Path, said: list[str]) -> Iterator[Supervisor]:
    environment = {**celery.environment(), "LEASE_SECONDS": "5", "SWEEP_SECONDS": "1"}
    watcher = Supervisor(folder / "logs", environment, said.append)
    watcher.start(worker_program("chaos", QUEUES, 2))
    try:
        yield watcher
    finally:
        watcher.stop()


def kill_worker() -> None:
    """The process that hands the messages out; its pool ends with it."""
    unit = Unit.objects.filter(known=False).exclude(worker="play").latest("started_at")
    os.kill(_parent(int(unit.worker.rpartition(":")[2])), signal.SIGKILL)


def kill_pool_process() -> None:
    unit = Unit.objects.filter(known=False).exclude(worker="play").latest("started_at")
    os.kill(int(unit.worker.rpartition(":")[2]), signal.SIGKILL)


def empty_redis() -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushall()


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_a_run_gives_the_same_bytes_whoever_is_killed(
    bench: Workbench, redis_url: str, tmp_path: Path
) -> None:
    expected = undisturbed(bench, tmp_path)
    #: Units done at which something happens.
    blows: dict[int, Callable[[], None]] = {
        FILES // 2: kill_pool_process,
        2 * FILES: empty_redis,
        3 * FILES: kill_worker,
    }
    said: list[str] = []
    with workers(tmp_path, said) as watcher:
        run = bench.begin()
        limit = time.monotonic() + 90

        def over() -> bool:
            assert time.monotonic() < limit, "the run did not come to its end"
            done = run.units.filter(state=Unit.State.DONE).count()
            for at in [at for at in blows if at <= done]:
                blows.pop(at)()
            run.refresh_from_db()
            return run.ended

        watcher.watch(until=over)
    assert (run.state, run.reason, blows) == (Run.State.DONE, "", {})
    assert run.snapshot.manifest == expected
    assert said == ["chaos ended with status -9; starting it again"]
    claims = run.units.aggregate(n=Sum("token"))["n"]
    # Two kills; two processes were at work at the second.
    assert claims - run.units.filter(known=False).count() <= 3
