"""What still needs a run that has ended, and what it alone holds in the store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from corpora.errors import StoreError
from corpora.stages import blobs_in
from curation.models import (
    BulkJudgement,
    Corpus,
    Export,
    ReviewQueue,
    Run,
    Snapshot,
    Tokenizer,
    Unit,
)
from curation.store import store

#: Names of one kind that a refusal lists.
_NAMED = 5
#: Units whose blobs are counted while somebody waits for a page.
PAGE_UNITS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgettable:
    """What goes with a run, as counted before it goes."""

    #: Why it cannot; empty when it can.
    needed: list[str]
    snapshot: Snapshot | None
    units: int
    #: Of units whose key no other run's unit has: at most so much is freed, for what others
    #: computed to the same bytes stays. None where nobody counted.
    blobs: int | None
    bytes: int | None


def forgettable(run: Run, *, most_units: int | None = None) -> Forgettable:
    """Blobs are not counted when the run has more than ``most_units``."""
    units = run.units.count()
    counted = most_units is None or units <= most_units
    blobs = _only_its_own(run) if counted else set()
    return Forgettable(
        needed=list(needs(run)),
        snapshot=Snapshot.objects.filter(run=run).first(),
        units=units,
        blobs=len(blobs) if counted else None,
        bytes=sum(map(_size, blobs)) if counted else None,
    )


def needs(run: Run) -> Iterator[str]:
    """A sentence for each thing that would be lost with the run."""
    if not run.ended:
        yield _("The run is %(state)s.") % {"state": run.get_state_display()}
    elif run.kind == Run.Kind.INGEST:
        yield _("Documents of a source are traced through the run that read them.")
    elif run.kind != Run.Kind.CURATE and run.state == Run.State.DONE:
        yield _("What it made is traced through it.")
    snapshot = Snapshot.objects.filter(run=run).first()
    if snapshot is not None:
        yield from _needs_of(snapshot)


def _needs_of(snapshot: Snapshot) -> Iterator[str]:
    """Numbers and names are those of things that people made from it."""
    for sentence, names in (
        (
            _("It is what is published of %(names)s."),
            Corpus.objects.filter(head=snapshot).values_list("name", flat=True),
        ),
        (
            _("Exports were made from its snapshot: %(names)s."),
            Export.objects.filter(snapshot=snapshot).order_by("pk").values_list("pk", flat=True),
        ),
        (
            _("Review queues draw from its snapshot: %(names)s."),
            ReviewQueue.objects.filter(snapshot=snapshot).values_list("name", flat=True),
        ),
        (
            _("Tokenizers were trained from its snapshot: %(names)s."),
            Tokenizer.objects.filter(snapshot=snapshot).values_list("name", flat=True),
        ),
        (
            _("Many of its documents were judged at once, by %(names)s."),
            BulkJudgement.objects.filter(snapshot=snapshot)
            .order_by("by__username")
            .values_list("by__username", flat=True)
            .distinct(),
        ),
        (
            _("Runs work on its snapshot: %(names)s."),
            Run.objects.filter(kind=Run.Kind.TRAIN, arguments__snapshot=snapshot.pk)
            .exclude(state__in=Run.ENDED)
            .values_list("pk", flat=True),
        ),
    ):
        found = [str(name) for name in names[: _NAMED + 1]]
        if found:
            more = ", …" if len(found) > _NAMED else ""
            yield sentence % {"names": ", ".join(found[:_NAMED]) + more}


def _only_its_own(run: Run) -> set[str]:
    """Blobs of units whose key no other run's unit has."""
    others = Unit.objects.exclude(run=run).values("key")
    own = run.units.filter(state=Unit.State.DONE).exclude(key__in=others).order_by()
    results = own.values_list("result", flat=True).iterator(chunk_size=200)
    return {blob for result in results if result for blob in blobs_in(result["outputs"])}


def _size(sha256: str) -> int:
    try:
        return store().size(sha256)
    except StoreError:  # collected, or lost
        return 0
