"""The same work by one process and by four, in any order, under any hash seed: the same bytes."""

from __future__ import annotations

import random

from curation.actions import units
from curation.models import Run
from curation.tasks.sweep import sweep
from curation.tasks.work import work_on
from tests.chaos.ground import Ground, finish
from tests.chaos.outcome import Outcome

PROMISE = "the same work gives the same bytes, whoever does it and in whatever order"


def determinism(
    ground: Ground, *, times: int = 3, parts: int = 24, workers: bool = True
) -> Outcome:
    """In this process in order and in ``times`` orders of chance; by workers of 1 and 4
    processes under three hash seeds."""
    ground.fill(parts)
    manifests = {"in order": ground.undisturbed()}
    for seed in range(times):
        with ground.copied_store():
            manifests[f"shuffled {seed}"] = _shuffled(ground.bench.begin(), random.Random(seed))
    for processes, seed in ((1, "0"), (4, "1"), (4, "4242")) if workers else ():
        with ground.copied_store(), ground.workers("one", processes=processes, PYTHONHASHSEED=seed):
            run = ground.bench.begin()
            finish(run)
            manifests[f"{processes} processes, hash seed {seed}"] = run.snapshot.manifest
    same = len(set(manifests.values())) == 1
    return Outcome(promise=PROMISE, held=same, figures={"parts": parts, **manifests})


def _shuffled(run: Run, rng: random.Random) -> str:
    """Do the run's units in an order of chance, as far as one does not rest on another."""
    run.refresh_from_db()
    while not run.ended:
        ready = list(units.ready_units().filter(run=run))
        if ready:
            work_on(rng.choice(ready).pk, worker="shuffled")
        else:
            sweep()
        run.refresh_from_db()
    return str(run.snapshot.manifest)
