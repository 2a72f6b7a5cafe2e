"""The store as a check sees it: which blobs are there, whole, and with how many rows."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pyarrow as pa
from django.conf import settings

from corpora.errors import StoreError
from curation.store import store
from curation.upkeep.watching import Finding, Watch


class Blobs:
    """Each blob is looked at once, however many rows refer to it."""

    def __init__(self, *, deep: bool, repair: bool = False) -> None:
        self.deep = deep
        self._repair = repair
        self._there: dict[str, bool] = {}

    def damage(self, watch: Watch) -> Iterator[Finding]:
        """Unfinished files that nobody writes any more and, when deep, blobs whose bytes are
        not their own."""
        yield from _left_over()
        if not self.deep:
            return
        entries = list(store().blobs())
        total = sum(entry.bytes for entry in entries)
        for entry in watch(entries, "hashing blobs", total, lambda entry: entry.bytes):
            whole = _whole(entry.name)
            if whole:
                continue
            aside = self._repair and store().set_aside(entry.name)
            # Said here; what refers to it is not said to be missing as well.
            self._there[entry.name] = True
            yield Finding(
                what="its bytes are no longer its own" + (" (set aside)." if aside else "."),
                where=f"blob {entry.name}",
                remedy="Start the run or export that made it again: it is written anew."
                if aside
                else "Check the disk, then fsck --deep --repair.",
            )

    def missing(self, sha256: str, where: str) -> Iterator[Finding]:
        """A finding the first time that a blob is asked for that is not there."""
        if not sha256 or sha256 in self._there:
            return
        self._there[sha256] = store().has(sha256)
        if not self._there[sha256]:
            yield Finding(
                what=f"the blob {sha256} is missing.",
                where=where,
                remedy="Start the run or export again, or restore it from a backup.",
            )

    def rows(self, sha256: str) -> int | None:
        """Rows of a table, by its footer; None when it cannot be read, which is said elsewhere."""
        try:
            with store().parquet(sha256) as file:
                return int(file.metadata.num_rows)
        except (StoreError, pa.ArrowException, OSError):
            return None


def _whole(sha256: str) -> bool:
    """True also when it was taken away meanwhile: whoever refers to it says so."""
    try:
        return store().verify(sha256)
    except StoreError:
        return True
    except OSError:  # the disk cannot read it
        return False


def _left_over() -> Iterator[Finding]:
    before = time.time() - settings.UNIT_HARD_LIMIT_SECONDS
    for entry in store().left_over():
        if entry.at < before:
            yield Finding(
                what=f"{entry.bytes:,} bytes of an unfinished file that nobody writes any more.",
                where=entry.name,
                remedy="manage.py gc removes it.",
            )
