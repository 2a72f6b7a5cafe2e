"""Runs and units: each done once, with all that it gave; none forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Max, Q
from django.db.models.functions import Now

from corpora.stages import blobs_in
from curation.models import Run, Unit
from curation.queries.workers import queues_with_workers
from curation.upkeep.blobs import Blobs
from curation.upkeep.watching import Finding, Watch


def units(blobs: Blobs, watch: Watch) -> Iterator[Finding]:
    """One done unit for each stage and part, with its result and every blob of it."""
    twice = (
        Unit.objects.filter(state=Unit.State.DONE)
        .values("run", "stage", "part")
        .annotate(times=Count("id"))
        .filter(times__gt=1)
        .order_by("run", "stage", "part")
    )
    for row in twice.iterator():
        yield Finding(
            what=f"it is done {row['times']} times.",
            where=f"run {row['run']}, {row['stage']} {row['part']}".rstrip(),
            remedy="The database has lost its constraint one_unit: restore it from a backup.",
        )
    done = Unit.objects.filter(state=Unit.State.DONE).order_by("id")
    rows = done.values_list("run", "stage", "part", "result")
    for run, stage, part, result in watch(rows.iterator(chunk_size=200), "units", done.count()):
        where = f"run {run}, {stage} {part}".rstrip()
        if result is None:
            yield Finding(
                what="it is done without a result.",
                where=where,
                remedy="Restore the database from a backup.",
            )
            continue
        for sha256 in blobs_in(result["outputs"]):
            yield from blobs.missing(sha256, where)


def runs(blobs: Blobs, watch: Watch) -> Iterator[Finding]:
    """Nothing open in a run that has ended, nothing forgotten in one that has not."""
    still = Unit.objects.exclude(state__in=Unit.TERMINAL)
    for run, count in _by_run(still.filter(run__state__in=Run.ENDED)):
        yield Finding(
            what=f"it has ended, but {count} of its units have not.",
            where=f"run {run}",
            remedy="Restore the database from a backup, or start the run again.",
        )
    yield from _forgotten()
    yield from _waiting()


def _by_run(found: object) -> Iterator[tuple[int, int]]:
    rows = found.values_list("run").annotate(Count("id")).order_by("run")  # type: ignore[attr-defined]
    yield from rows


def _forgotten() -> Iterator[Finding]:
    """What a sweep should long have seen to, where one runs."""
    if not queues_with_workers():
        return
    long_ago = Now() - timedelta(seconds=6 * settings.SWEEP_SECONDS)
    for run, count in _by_run(
        Unit.objects.filter(state=Unit.State.LEASED, lease_until__lt=long_ago)
    ):
        yield Finding(
            what=f"{count} units have lost their worker, and no sweep has returned them.",
            where=f"run {run}",
            remedy="Look into the workers' logs: the sweep runs in each worker's main process.",
        )
    open_units = Q(units__state__in=(Unit.State.READY, Unit.State.LEASED))
    stuck = (
        Run.objects.filter(state=Run.State.RUNNING, created_at__lt=long_ago)
        .annotate(open=Count("units", filter=open_units), last=Max("units__ended_at"))
        .filter(Q(last=None) | Q(last__lt=long_ago), open=0)
    )
    for number in stuck.order_by("id").values_list("pk", flat=True):
        yield Finding(
            what="nothing of it is left to do, yet it has not ended.",
            where=f"run {number}",
            remedy="Look into the workers' logs: the sweep moves runs on.",
        )


def _waiting() -> Iterator[Finding]:
    """Units that no worker would take; nothing is wrong, and nothing goes on."""
    listening = queues_with_workers()
    waiting = Unit.objects.exclude(state__in=Unit.TERMINAL).filter(run__state=Run.State.RUNNING)
    queues = Counter(dict(waiting.values_list("queue").annotate(Count("id")).order_by("queue")))
    for queue, count in queues.items():
        if queue not in listening:
            yield Finding(
                what=f"{count} units wait, and no worker listens to their queue.",
                where=f"queue {queue}",
                remedy=f"Start a worker with -Q {queue}.",
                wrong=False,
            )
