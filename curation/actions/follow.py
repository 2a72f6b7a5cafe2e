"""What was asked to follow a run: curation after ingest, exports after curation."""

from __future__ import annotations

import logging

from django.core.exceptions import PermissionDenied
from django.db import transaction

from corpora.errors import KotoguraError
from curation.actions import exports, runs
from curation.models import Recipe, Run

log = logging.getLogger(__name__)


def follow(run_id: int) -> None:
    """Begin what follows the run. What is refused is said on the run, and not asked again.

    Where it may be granted later (another source is still being read), the sweep asks again.
    """
    try:
        _follow(run_id)
    except (KotoguraError, PermissionDenied) as error:
        log.warning("what was to follow run %s was not begun (%s)", run_id, error)
        if not (isinstance(error, KotoguraError) and error.retryable):
            Run.objects.filter(pk=run_id).update(followed=True, reason=str(error))


@transaction.atomic
def _follow(run_id: int) -> None:
    """Begin what follows, once: the flag and the new run stand or fall together."""
    run = Run.objects.select_for_update().get(pk=run_id)
    if run.followed or run.state != Run.State.DONE:
        return
    Run.objects.filter(pk=run.pk).update(followed=True)
    _begin(run)


def _begin(run: Run) -> None:
    if run.kind == Run.Kind.INGEST:
        _curate(run)
    elif run.kind == Run.Kind.CURATE:
        _export(run)


def _curate(run: Run) -> None:
    assert run.created_by is not None
    runs.start_curation(
        corpora=list(run.corpora.all()),
        recipe=Recipe.objects.get(pk=run.arguments["then_curate"]),
        by=run.created_by,
        then_export=run.arguments["then_export"],
    )


def _export(run: Run) -> None:
    assert run.created_by is not None
    for format in run.arguments["then_export"]:
        exports.create_export(
            snapshot=run.snapshot,
            format=format,
            tokenizer=run.snapshot.tokenizer,
            settings={},
            by=run.created_by,
        )
