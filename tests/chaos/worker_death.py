"""Kill -9 a random worker process, again and again, under runs of many parts."""

from __future__ import annotations

import random
import signal
import time

from curation.models import Run, Unit
from tests.chaos.ground import Ground, ended, finish, redone, wait
from tests.chaos.outcome import Outcome, spread
from tests.chaos.processes import live_workers, main_workers, pool_of, processor_seconds, send

PROMISE = "a run survives any worker's death"
WORKING_AGAIN_SECONDS = 45.0


def worker_death(ground: Ground, *, times: int = 50, part_bytes: int = 50_000) -> Outcome:
    """Two workers of one process each, so that a death takes one unit at most with it; four
    parts for each kill.

    A run that ends before the last kill is done anew, with nothing of it known.
    """
    ground.fill(4 * times, part_bytes=part_bytes)
    expected = ground.undisturbed()
    with ground.workers("one", "two"):
        return killed(ground, expected, times)


def killed(ground: Ground, expected: str, times: int) -> Outcome:
    """The workers that are there are killed; ``expected`` is the undisturbed run's manifest."""
    rng, again, losses, runs, kills = random.Random(0), [], Losses(), [], 0
    used: list[float] = []
    while kills < times:
        run = ground.bench.begin()
        runs.append(run)
        while kills < times and _at_work(run):
            seconds, new = _kill_one(run, rng, losses, pool=kills % 2 == 0)
            kills += 1
            if not ended(run):
                again.append(seconds)
                used.append(processor_seconds(new))
            ground.say(f"kill {kills}: a new process at work after {seconds:.1f} s")
        wait(lambda run=run: losses.look() or ended(run), 900, "the run's end")
        finish(run)
        ground.forget_keys()
    same = [run.snapshot.manifest == expected for run in runs]
    figures = {
        "kills": kills,
        "runs": len(runs),
        "units": sum(run.units.count() for run in runs),
        "manifests as undisturbed": f"{sum(same)} of {len(runs)}",
        "units done once more": sum(map(redone, runs)),
        "a new process at work after": spread(again),
        "of it processor time of what was started": spread(used),
        "a lost unit taken again after": spread(losses.seconds),
    }
    held = (
        all(same)
        and sum(map(redone, runs)) <= times
        and max([*again, *losses.seconds], default=0) <= WORKING_AGAIN_SECONDS
    )
    return Outcome(promise=PROMISE, held=held, figures=figures)


class Losses:
    """Units whose process was killed, until somebody takes them again."""

    def __init__(self) -> None:
        #: Seconds that those which were taken again waited.
        self.seconds: list[float] = []
        self._waiting: dict[int, tuple[int, float]] = {}

    def note(self, run: Run, dead: set[str]) -> None:
        for unit in run.units.filter(state=Unit.State.LEASED):
            if process_of(unit) in dead:
                self._waiting[unit.pk] = (unit.token, time.monotonic())

    def look(self) -> None:
        for unit in Unit.objects.filter(pk__in=self._waiting):
            token, at = self._waiting[unit.pk]
            if unit.token > token:
                self.seconds.append(time.monotonic() - at)
                del self._waiting[unit.pk]


def process_of(unit: Unit) -> str:
    """The process that took the unit last."""
    return unit.worker.rpartition(":")[2]


def _at_work(run: Run) -> bool:
    """Wait until another unit was taken; False when the run ended instead."""
    began = run.units.filter(token__gt=0).count()
    wait(lambda: run.units.filter(token__gt=0).count() > began or ended(run), 180, "work")
    return not run.ended


def _kill_one(
    run: Run, rng: random.Random, losses: Losses, *, pool: bool
) -> tuple[float, set[int]]:
    """Seconds until a process that was not there before has taken a unit, or the run's end; and
    the processes that were not there before."""
    before = live_workers()
    chosen = rng.choice([p for main in main_workers() for p in pool_of(main)] if pool else before)
    dead = {str(pid) for pid in (chosen, *pool_of(chosen))}
    send(chosen, signal.SIGKILL)
    losses.note(run, dead)

    def somebody_new() -> bool:
        losses.look()
        taken = run.units.exclude(worker="").values_list("worker", flat=True).distinct()
        new = {str(pid) for pid in set(live_workers()) - set(before)}
        return bool(new & {name.rpartition(":")[2] for name in taken}) or ended(run)

    seconds = wait(somebody_new, 180, "a new process at work")
    return seconds, set(live_workers()) - set(before)
