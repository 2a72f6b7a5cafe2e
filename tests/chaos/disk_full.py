"""The store's disk is full, or a file of it may not grow: nothing half-written is ever seen."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.test import override_settings

from corpora import stages
from curation.actions import runs, units
from curation.models import Run
from curation.store import store
from curation.tasks import work
from tests.chaos.ground import Ground, damaged
from tests.chaos.outcome import Outcome

PROMISE = "on a full disk the run pauses, nothing partial is visible, and it goes on once resumed"
FILE_SYSTEM_BYTES = 64 << 20


def disk_full(ground: Ground, *, times: int = 50, parts: int = 12) -> Outcome:
    """At ``times`` limits of a file's size; and at a fifth as many fills of a small file system,
    where mounting one is allowed."""
    ground.fill(parts)
    expected = ground.undisturbed()
    limits = [256 + number * 1_237 for number in range(times)]
    by_size = [_with_limited_files(ground, limit) for limit in limits]
    fills = max(1, times // 5)
    by_disk = _on_small_disk(ground, fills) if _may_mount(ground.folder) else None
    trials = [*by_size, *(by_disk or [])]
    figures: dict[str, object] = {
        "file size limits tried": len(by_size),
        "of them paused": sum(trial["paused"] for trial in by_size),
        "full file systems tried": "none, mounting is not allowed here"
        if by_disk is None
        else len(by_disk),
        "of them paused ": sum(trial["paused"] for trial in by_disk or []),
        "partial files seen": sum(trial["partial"] for trial in trials),
        "units that counted as failed": sum(trial["failures"] for trial in trials),
        "ended with another manifest": sum(trial["manifest"] != expected for trial in trials),
    }
    held = (
        all(t["manifest"] == expected and not t["partial"] and not t["failures"] for t in trials)
        and any(t["paused"] for t in by_size)
        and (by_disk is None or any(t["paused"] for t in by_disk))
    )
    return Outcome(promise=PROMISE, held=held, figures=figures)


def _with_limited_files(ground: Ground, limit: int) -> dict[str, Any]:
    """A run whose units cannot write a file of more than ``limit`` bytes, until it pauses."""
    with ground.copied_store():

        def limited(*arguments: Any) -> stages.UnitResult:
            soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
            try:
                return execute(*arguments)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

        execute, run = work.execute, ground.bench.begin()
        work.execute = limited
        try:
            trial = _until_it_stops(run)
        finally:
            work.execute = execute
        return _resumed(ground, run, trial)


def _on_small_disk(ground: Ground, fills: int) -> list[dict[str, Any]]:
    """The store on a file system of 64 MB with ever less room, until the run pauses."""
    trials = []
    for number in range(fills):
        with _small_disk(ground.folder / "small") as disk:
            subprocess.run(["cp", "-r", str(store().root), str(disk / "store")], check=True)
            with override_settings(STORE_URL=f"file://{disk / 'store'}"):
                run = ground.bench.begin()
                ballast = disk / "ballast"
                _fill(ballast, leave=number * 40_000)
                trial = _until_it_stops(run)
                ballast.unlink()
                trials.append(_resumed(ground, run, trial))
    return trials


def _until_it_stops(run: Run) -> dict[str, Any]:
    run.refresh_from_db()
    while run.state == Run.State.RUNNING and (unit := units.ready_units().filter(run=run).first()):
        work.work_on(unit.pk, worker="full")
        run.refresh_from_db()
    reason = run.state == Run.State.PAUSED and "cannot write to the store" in run.reason
    return {"paused": reason, "partial": len(damaged())}


def _resumed(ground: Ground, run: Run, trial: dict[str, Any]) -> dict[str, Any]:
    """With room again: the trial, and how the run ended."""
    if run.state == Run.State.PAUSED:
        runs.resume(run=run, by=ground.bench.by)
    ground.bench.work(run)
    assert run.state == Run.State.DONE, run.reason
    failures = run.units.exclude(failures=0).count()
    return {**trial, "manifest": run.snapshot.manifest, "failures": failures}


def _fill(ballast: Path, *, leave: int) -> None:
    free = os.statvfs(ballast.parent)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, free.f_bavail * free.f_frsize - leave))


def _may_mount(folder: Path) -> bool:
    probe = folder / "probe"
    try:
        with _small_disk(probe):
            return True
    except subprocess.CalledProcessError:
        return False


@contextmanager
def _small_disk(at: Path) -> Iterator[Path]:
    at.mkdir(exist_ok=True)
    size = ["-t", "tmpfs", "-o", f"size={FILE_SYSTEM_BYTES}", "chaos", str(at)]
    subprocess.run(["mount", *size], check=True, capture_output=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", str(at)], check=True)
