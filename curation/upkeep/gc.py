"""Collecting what nothing speaks of any more: blobs, keys, damaged and unfinished files.

Safe while runs go on. A unit writes blobs long before a row refers to them, so nothing young is
taken; and whoever finds an old blob useful makes it young (Store.keep), which is looked at once
more after the blob is out of sight. Keys go first: a key never speaks of a blob that was taken.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.conf import settings

from corpora.errors import StoreError
from corpora.stages import blobs_in
from corpora.storage import Entry
from curation.models import Run
from curation.store import store
from curation.upkeep.references import digest_of, referred
from curation.upkeep.watching import Watch, unwatched

#: Beside the longest that a unit may take: how long its last rows may need.
_MARGIN_SECONDS = 3_600


@dataclass(slots=True)
class Freed:
    """What was removed (or would be), and what is left, of one kind."""

    removed: int = 0
    bytes: int = 0
    kept: int = 0


@dataclass(slots=True)
class Collection:
    keys: Freed = field(default_factory=Freed)
    blobs: Freed = field(default_factory=Freed)
    #: Set aside because their bytes were not their own.
    damaged: Freed = field(default_factory=Freed)
    #: Left in the scratch folder by processes that died.
    unfinished: Freed = field(default_factory=Freed)


def collect(*, keep_days: float, dry_run: bool = False, watch: Watch = unwatched) -> Collection:
    """Remove what nothing refers to and nobody needed for ``keep_days``, never less than the
    longest time that a unit may take.

    Raises StoreError while runs go on over a store that cannot say what is needed.
    """
    if not (store().renews or dry_run) and Run.objects.exclude(state__in=Run.ENDED).exists():
        raise StoreError(
            f"runs go on, and the store {store()} cannot tell what they need just now.",
            remedy="Collect when every run has ended.",
        )
    now = time.time()
    shortest = settings.UNIT_HARD_LIMIT_SECONDS + _MARGIN_SECONDS
    before = now - max(keep_days * 86_400, shortest)
    live = referred(watch)
    found = Collection()

    def spoken_of(entry: Entry) -> bool:
        return entry.at >= before or digest_of(entry.name) in live

    def needed_key(entry: Entry) -> bool:
        return spoken_of(entry) or _all_live(entry.name, live)

    def remove_key(entry: Entry) -> bool:
        return store().remove_key(entry.name, before=before)

    def remove_blob(entry: Entry) -> bool:
        return store().remove_blob(entry.name, before=before)

    def young(entry: Entry) -> bool:
        return entry.at >= before

    def discard_damaged(entry: Entry) -> bool:
        store().discard_damaged(entry.name)
        return True

    def discard_left_over(entry: Entry) -> bool:
        store().discard_left_over(entry.name)
        return True

    def sort(entries: Iterable[Entry], needed: _Says, remove: _Says, freed: Freed) -> None:
        for entry in entries:
            if needed(entry) or not (dry_run or remove(entry)):
                freed.kept += 1
            else:
                freed.removed += 1
                freed.bytes += entry.bytes

    sort(watch(store().keys(), "keys"), needed_key, remove_key, found.keys)
    sort(watch(store().blobs(), "blobs"), spoken_of, remove_blob, found.blobs)
    sort(store().damaged(), young, discard_damaged, found.damaged)
    sort(store().left_over(), young, discard_left_over, found.unfinished)
    return found


_Says = Callable[[Entry], bool]


def _all_live(key: str, live: set[bytes]) -> bool:
    """Whether a key that no row names gave what is needed anyway: a group of signals, say."""
    value = store().lookup(key) or {}
    digests = {digest_of(blob) for blob in blobs_in(value.get("outputs", {}))}
    return bool(digests) and digests <= live
