"""Units of work: a pure function with a key, and the registry of stages.

A unit is one stage on one part (or on a whole snapshot). Its key is the hash of
its input blobs, its parameters and the stage's declared version; a key that is
known is not computed again. Everything else follows from that: resume, cheap
re-runs, the same bytes whatever the number of workers.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol

import orjson

from corpora.storage import Store


class Progress(Protocol):
    """Called by a unit now and then with what it did since the last call.

    Raises Cancelled when the unit should stop (asked to, or its lease is lost).
    """

    def __call__(self, *, documents: int = 0, bytes: int = 0) -> None: ...


def no_progress(*, documents: int = 0, bytes: int = 0) -> None:
    """For callers that do not watch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSpec:
    """What is to be done. JSON-serialisable throughout."""

    #: A name in STAGES.
    stage: str
    #: The part's label ("00003"), or "" when the unit speaks of the whole snapshot.
    part: str = ""
    #: Role -> blob, list of blobs or {name: blob}; only content addresses.
    inputs: dict[str, Any] = field(default_factory=dict)
    #: Everything else that the output depends on.
    params: dict[str, Any] = field(default_factory=dict)
    #: What the output does not depend on (where a file lies); not part of the key.
    hints: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """sha256 over stage, declared version, inputs and parameters (not the label).

        >>> a = UnitSpec(stage="normalize", inputs={"documents": "ab"})
        >>> b = UnitSpec(stage="normalize", inputs={"documents": "ab"}, part="7", hints={"x": 1})
        >>> a.key == b.key
        True
        """
        stated = {
            "stage": self.stage,
            "version": STAGES[self.stage].version,
            "inputs": self.inputs,
            "params": self.params,
        }
        return hashlib.sha256(orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitResult:
    """What a unit gave: blobs by role, and counts that later stages and people read."""

    outputs: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, Any] = field(default_factory=dict)
    #: False when it rests on more than the key says (a file that was gone just then): it is
    #: used, but never remembered under the key.
    lasting: bool = True

    def to_json(self) -> dict[str, Any]:
        return {"outputs": self.outputs, "counts": self.counts}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> UnitResult:
        return cls(outputs=value["outputs"], counts=value["counts"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage as the registry knows it."""

    #: "module:function"; imported only in the process that runs it.
    function: str
    #: Raised by hand whenever the same inputs would give other bytes.
    version: int
    #: The Celery queue whose workers run it.
    queue: str = "cpu"
    #: False when the stage looks at the outside world, so that a known key says nothing.
    pure: bool = True


STAGES: dict[str, Stage] = {
    "fetch": Stage(function="corpora.fetch.unit:run", version=1, queue="io", pure=False),
    "scan": Stage(function="corpora.ingest.scan:run", version=1, queue="io", pure=False),
    "ingest": Stage(function="corpora.ingest.unit:run", version=11, queue="io"),
    "normalize": Stage(function="corpora.normalize.unit:run", version=3),
    "signals": Stage(function="corpora.signals.unit:run", version=1),
    "signals.dear": Stage(function="corpora.signals.survivors:run", version=1),
    "dedup.signatures": Stage(function="corpora.dedup.signatures:run", version=2),
    "dedup.bands": Stage(function="corpora.dedup.bands:run", version=1),
    "dedup": Stage(function="corpora.dedup.clusters:run", version=2),
    "dedup.samples": Stage(function="corpora.dedup.samples:run", version=1),
    "dedup.overlaps": Stage(function="corpora.dedup.overlaps:run", version=1),
    "dedup.contained": Stage(function="corpora.dedup.containment:run", version=1),
    "columns": Stage(function="corpora.decisions.columns:run", version=2),
    "columns.shapes": Stage(function="corpora.decisions.shapes:run", version=1),
    "decisions.keepers": Stage(function="corpora.decisions.keepers:run", version=2),
    "decisions.groups": Stage(function="corpora.decisions.groups:run", version=1),
    "decisions": Stage(function="corpora.decisions.unit:run", version=3),
    "edits.endings": Stage(function="corpora.edits.endings:run", version=2),
    "edits.footers": Stage(function="corpora.edits.footers:run", version=1),
    "edits.passages": Stage(function="corpora.edits.hashes:run", version=1),
    "edits.copies": Stage(function="corpora.edits.copies:run", version=1),
    "edits": Stage(function="corpora.edits.unit:run", version=2),
    "edits.account": Stage(function="corpora.edits.account:run", version=1),
    "tokenization.train": Stage(function="corpora.tokenization.train:run", version=2),
    "tokenization": Stage(function="corpora.tokenization.unit:run", version=4),
    "search": Stage(function="corpora.search.unit:run", version=2),
    "search.fields": Stage(function="corpora.search.facets:run", version=1),
    "search.verdicts": Stage(function="corpora.search.facets:run", version=1),
    "snapshot": Stage(function="corpora.snapshots:run", version=2),
    "export.rows": Stage(function="corpora.export.rows:run", version=3),
    "export.cut": Stage(function="corpora.export.cutting:run", version=2, queue="io"),
    "export.shards": Stage(function="corpora.export.writing:run", version=1, queue="io"),
    "export": Stage(function="corpora.export.unit:run", version=2, queue="io"),
}


class UnitFunction(Protocol):
    def __call__(self, unit: UnitSpec, store: Store, progress: Progress) -> UnitResult: ...


def known(unit: UnitSpec, store: Store) -> UnitResult | None:
    """The unit's result when the store has it already, with every blob it names."""
    if not STAGES[unit.stage].pure:
        return None
    value = store.lookup(unit.key)
    if value is None or not all(store.keep(blob) for blob in blobs_in(value["outputs"])):
        return None
    return UnitResult.from_json(value)


def execute(unit: UnitSpec, store: Store, progress: Progress = no_progress) -> UnitResult:
    """Run one unit and record it under its key. Only tasks, commands and __main__ call this.

    Raises StoreError when the store's disk is full, whatever the unit was writing to it.
    """
    module, _, name = STAGES[unit.stage].function.partition(":")
    function: UnitFunction = getattr(import_module(module), name)
    with store.writing(), store.together():
        result = function(unit, store, progress)
    if result.lasting:
        # The database has the result, too; without one, the unit is worked on again.
        store.record(unit.key, result.to_json(), waits=False)
    return result


def blobs_in(value: Any) -> list[str]:
    """Every content address in a JSON value."""
    if isinstance(value, str):
        return [value] if len(value) == 64 else []
    if isinstance(value, dict):
        return [blob for item in value.values() for blob in blobs_in(item)]
    if isinstance(value, list):
        return [blob for item in value for blob in blobs_in(item)]
    return []
