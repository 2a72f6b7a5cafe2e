"""Whether all that the workbench promises is so: rows, blobs, counts, heads and exports.

Nothing is changed, except that ``repair`` sets damaged blobs aside: the units whose outputs
they were are then no longer known, and are done again by the next run that needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from curation.models import Export, Run, Snapshot, Source, Unit
from curation.upkeep.blobs import Blobs
from curation.upkeep.results import corpora, exports, snapshots, sources, tokenizers
from curation.upkeep.runs import runs, units
from curation.upkeep.watching import Finding, Watch, unwatched

Check = Callable[[Blobs, Watch], Iterator[Finding]]

#: What is gone through, in this order. The store first: it finds damage before a row is
#: asked what it rests on.
_CHECKS: tuple[Check, ...] = (
    units,
    runs,
    sources,
    snapshots,
    corpora,
    tokenizers,
    exports,
)


def fsck(
    *, deep: bool = False, repair: bool = False, watch: Watch = unwatched
) -> Iterator[Finding]:
    """Everything that is wrong, as it is found. ``deep`` hashes every blob and counts the rows
    of every table again."""
    blobs = Blobs(deep=deep, repair=repair)
    yield from blobs.damage(watch)
    for check in _CHECKS:
        yield from check(blobs, watch)


def extent() -> dict[str, int]:
    """What there is to be checked."""
    return {
        "runs": Run.objects.count(),
        "units": Unit.objects.count(),
        "sources": Source.objects.count(),
        "snapshots": Snapshot.objects.count(),
        "exports": Export.objects.count(),
    }
