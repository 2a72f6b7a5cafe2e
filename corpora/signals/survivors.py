"""The unit: dear signals, measured only on the documents that the rules over cheap ones keep.

A document that fails one of those is dropped whatever a dear signal would say, so its
value is NaN: not measured. Which documents are measured is part of what a group's blob
depends on, so a threshold that changes nothing costs nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpora.documents import ROW_GROUP_ROWS
from corpora.kernels.text import Utf8
from corpora.rules import Mask, failing_rules, limits
from corpora.signals.batch import Batch
from corpora.signals.catalogue import groups_of
from corpora.signals.unit import GroupTask, known, result_of, task_of
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs {"signals": {group: blob of float32 columns}}; counts documents, measured.

    Inputs: text, documents, and the blobs of the cheap ``signals``. Params: ``signals``
    (names), ``rules`` (over cheap signals: what decides who is measured).
    """
    passing = _passing(unit, store)
    chosen = hashlib.sha256(np.packbits(passing).tobytes()).hexdigest()
    blobs = {}
    for name in groups_of(unit.params["signals"]):
        task = task_of(name, unit.inputs, {}, survivors=chosen)
        blob = known(task, store)
        if blob is None:
            blob = _measure(task, unit.inputs["text"], passing, store, progress)
            store.record(task.key, result_of(task, blob))
        blobs[name] = blob
    counts = {"documents": len(passing), "measured": int(passing.sum())}
    return UnitResult(outputs={"signals": blobs}, counts=counts)


def _passing(unit: UnitSpec, store: Store) -> Mask:
    """bool, one a document: whether no rule over a cheap signal drops it."""
    rules = limits(unit.params["rules"])
    wanted = {rule.signal for rule in rules}
    columns: dict[str, NDArray[np.float32]] = {}
    rows = 0
    for _, blob in sorted(unit.inputs["signals"].items()):
        names = pq.read_schema(store.path(blob)).names
        table = store.read_table(blob, columns=[name for name in names if name in wanted])
        rows = pq.read_metadata(store.path(blob)).num_rows
        columns |= {name: table[name].to_numpy() for name in table.column_names}
    passing = np.ones(rows, np.bool_)
    for mask in failing_rules(columns, rules):
        passing &= ~mask
    return passing


def _measure(task: GroupTask, text: str, passing: Mask, store: Store, progress: Progress) -> str:
    with store.parquet(text) as file, store.table_writer(task.schema) as writer:
        start = 0
        for rows in file.iter_batches(batch_size=ROW_GROUP_ROWS, columns=["text"]):
            here = passing[start : start + rows.num_rows]
            writer.write(_columns(task, rows["text"], here))
            progress(documents=rows.num_rows, bytes=rows.nbytes)
            start += rows.num_rows
    return writer.sha256


def _columns(task: GroupTask, texts: pa.Array[Any], passing: Mask) -> pa.Table:
    """The group's columns of some rows, NaN where a row is not to be measured."""
    found = {name: np.full(len(passing), np.nan, np.float32) for name in task.columns}
    places = np.flatnonzero(passing)
    start = 0
    for batch in _batches(texts.filter(pa.array(passing))):
        here = places[start : start + len(batch)]
        for name, values in task.measure(batch).items():
            found[name][here] = values
        start += len(batch)
    return pa.table({name: pa.array(values) for name, values in found.items()}, schema=task.schema)


def _batches(texts: pa.Array[Any]) -> Iterator[Batch]:
    for _, piece in Utf8.of(texts).slices():
        yield Batch(piece)
