"""Forgetting a run that nothing needs any more, so that a collection frees what it alone held."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from curation.actions import audit
from curation.actions.runs import RunRefused
from curation.models import Run, SavedView, Snapshot, User
from curation.permissions import require
from curation.queries.forgetting import needs


@transaction.atomic
def forget(*, run: Run, by: User) -> None:
    """Delete the run with its units and its snapshot, or with the export that it never wrote.

    The store is not touched: what nothing else speaks of is removed by the next collection.
    Raises RunRefused when it has not ended, or something that people made rests on it.
    """
    require(by, "run.forget")
    run = Run.objects.select_for_update().get(pk=run.pk)
    # Nobody can begin to build on the snapshot from here on.
    snapshot = Snapshot.objects.select_for_update().filter(run=run).first()
    if needed := list(needs(run)):
        raise RunRefused(
            _("Run %(number)s is still needed.") % {"number": run.pk} + " " + " ".join(needed)
        )
    number, export = run.pk, run.export
    detail: dict[str, Any] = {"kind": run.kind, "units": run.units.count()}
    if snapshot is not None:
        _move_views(snapshot)
        # Not the whole hash: a collection keeps what any row names.
        detail |= {"snapshot": snapshot.pk, "manifest": snapshot.manifest[:16]}
        snapshot.delete()
    run.delete()
    if export is not None:
        export.delete()
    audit.record(by=by, action="run.forget", target=f"run:{number}", **detail)


def _move_views(snapshot: Snapshot) -> None:
    """A view is its corpora's, wherever it was saved."""
    heads = snapshot.corpora.exclude(head=None).order_by("name").values_list("head", flat=True)
    if heads:
        SavedView.objects.filter(snapshot=snapshot).update(snapshot=heads[0])
