"""What was measured of a snapshot's documents: arrays that are mapped into memory.

Rows are those of all parts in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from corpora.arrays import read_array
from corpora.signals import SIGNALS
from curation.queries.places import offsets
from curation.queries.snapshots import contents
from curation.store import store

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

#: Rows that are counted at a time: what is made of them stays in the caches.
AT_ONCE = 1 << 18
#: All rows.
EVERY = slice(None)
#: Signals that count personal data of one kind each, in the order in which they are declared.
PERSONAL_KINDS = tuple(
    name
    for name, signal in SIGNALS.items()
    if signal.group == "personal" and name != "personal_hits"
)


# Mapped files: nothing of them is this process's own memory.
@lru_cache(maxsize=512)
def column(sha256: str, signal: str) -> npt.NDArray[np.float32] | None:
    blob = contents(sha256)["columns"].get(signal)
    # A plain view: an array that says that it is a file's takes longer for each value.
    return np.asarray(read_array(store(), blob)) if blob else None


def row_of_columns(sha256: str, row: int) -> dict[str, float | None]:
    """Every signal of a row, by name; None for what was not measured."""
    values: dict[str, float | None] = {}
    for name in sorted(contents(sha256)["columns"]):
        found = column(sha256, name)
        value = float("nan") if found is None else float(found[row])
        values[name] = None if value != value else value
    return values


def token_counts(sha256: str) -> list[npt.NDArray[np.int32]] | None:
    """Tokens of each document that was encoded, -1 of others, part by part; None where none was.

    What is kept and blank after its edits says -1 as well.
    """
    blobs = [part.get("token_counts", "") for part in contents(sha256)["parts"]]
    return [read_array(store(), blob) for blob in blobs] if all(blobs) else None


# -- personal data ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Findings:
    """Which kinds of personal data each document has."""

    #: "" for none; nothing at all where they were not looked for.
    names: list[str]
    #: A bit for each kind, in the order of the names.
    bits: npt.NDArray[np.uint8]

    def mask(self, kind: str, some: slice = EVERY) -> Mask:
        """Which of some rows have this kind; "": which have none."""
        bits = self.bits[some]
        if kind not in self.names:
            return np.zeros(len(bits), np.bool_)
        found: Mask = (bits & self._bit(kind)) != 0 if kind else bits == 0
        return found

    def counts(self, rows: Rows | None) -> npt.NDArray[np.int64]:
        """How many of some rows (None: of all) have each kind."""
        if not self.names:
            return np.zeros(0, np.int64)
        of_sets = np.zeros(1 << len(PERSONAL_KINDS), np.int64)
        for first in range(0, len(self.bits) if rows is None else len(rows), AT_ONCE):
            some = slice(first, first + AT_ONCE)
            bits = self.bits[some] if rows is None else self.bits[rows[some]]
            of_sets += np.bincount(bits, minlength=len(of_sets))
        sets = np.arange(len(of_sets))
        having = [(sets & self._bit(name)) != 0 if name else sets == 0 for name in self.names]
        return np.array([of_sets[some].sum() for some in having], np.int64)

    def _bit(self, kind: str) -> int:
        return 1 << self.names.index(kind) - 1


@lru_cache(maxsize=4)
def findings(sha256: str) -> Findings:
    """A byte a document; read once from the signals' columns."""
    columns = {kind: column(sha256, kind) for kind in PERSONAL_KINDS}
    bits = np.zeros(int(offsets(sha256)[-1]), np.uint8)
    # A snapshot that was made before there was a kind has the others.
    there = {kind: values for kind, values in columns.items() if values is not None}
    for number, values in enumerate(there.values()):
        for first in range(0, len(bits), AT_ONCE):
            some = slice(first, first + AT_ONCE)
            bits[some] |= (values[some] > 0).astype(np.uint8) << np.uint8(number)
    return Findings(names=["", *there] if there else [], bits=bits)
