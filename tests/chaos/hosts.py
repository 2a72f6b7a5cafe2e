"""Three worker hosts: one is cut off from everything in mid-run, one joins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from django.conf import settings
from django.db import connection

from curation.actions import runs
from curation.celery import QUEUES
from curation.models import Run, WorkerBeat
from curation.supervisor import worker_program
from tests.chaos import network
from tests.chaos.ground import Ground, finish, wait
from tests.chaos.outcome import Outcome
from tests.services import celery
from tests.services.process import running

PROMISE = "worker hosts come and go in mid-run, and the result is the same bytes"
HURRY = {"LEASE_SECONDS": "10", "SWEEP_SECONDS": "2"}


def hosts(ground: Ground, *, times: int = 60) -> Outcome:
    """Over ``times`` parts. Nothing passes between hosts but what PostgreSQL, Redis (over a
    bridge) and the store (a folder that all share) pass on."""
    if connection.vendor != "postgresql" or not network.allowed():
        why = "network namespaces are not allowed here"
        if connection.vendor != "postgresql":
            why = "SQLite serves one host"
        return Outcome(promise=PROMISE, held=True, tried=False, figures={"why": why})
    ground.fill(times, part_bytes=50_000)
    expected = ground.undisturbed()
    with network.bridge(), network.services() as variables, ExitStack() as there:
        for number in (1, 2):
            there.enter_context(_host(ground, number, variables))
        run = ground.bench.begin()
        cut_off = _after(run, 0.25, lambda: network.cut_off(1), ground)
        joined = _after(run, 0.35, lambda: runs.pause(run=run, by=ground.bench.by), ground)
        # So that there is work left when it is up.
        there.enter_context(_host(ground, 3, variables))
        runs.resume(run=run, by=ground.bench.by)
        finish(run, 900)
    by_host = {name: _units_by(run, name) for name in ("host1", "host2", "host3")}
    figures = {
        "units": run.units.count(),
        **{f"units by {name}": number for name, number in by_host.items()},
        "host1 cut off after units": cut_off,
        "host3 joined after units": joined,
        "units lost and done by another": run.units.exclude(losses=0).count(),
        "manifest as undisturbed": run.snapshot.manifest == expected,
    }
    held = run.snapshot.manifest == expected and all(by_host.values())
    return Outcome(promise=PROMISE, held=held, figures=figures)


def _units_by(run: Run, name: str) -> int:
    return run.units.filter(known=False, worker__startswith=f"kotogura-{name}:").count()


def _after(run: Run, share: float, act: Callable[[], object], ground: Ground) -> int:
    """Act once this share of the plan's stages has begun; the units done by then."""
    wait(lambda: _share(run) >= share, 600, "the run's progress")
    act()
    done = run.units.filter(state="done").count()
    ground.say(f"{done} units done: {run.stage}")
    return done


def _share(run: Run) -> float:
    run.refresh_from_db()
    return run.stages_done / len(run.stages)


@contextmanager
def _host(ground: Ground, number: int, variables: Mapping[str, str]) -> Iterator[None]:
    """A worker host that has the code, the three URLs and nothing else."""
    before = WorkerBeat.objects.count()
    with network.host(number) as name:
        command = network.inside(name, worker_program(name, QUEUES, 1).command)
        scratch = ground.folder / name
        scratch.mkdir()
        with running(
            command,
            log=ground.folder / f"{name}.log",
            ready=lambda: WorkerBeat.objects.count() > before,
            seconds=180,
            env={
                **celery.environment(),
                **variables,
                **HURRY,
                "KOTOGURA_DATA_DIR": str(scratch),
            },
            cwd=settings.BASE_DIR,
        ):
            yield
