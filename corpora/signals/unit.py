"""The unit: one part's texts -> one blob a group of signals, row by row.

Every group is also recorded under a key of its own (its text, its version, its
definition), so that a recipe that asks for one more group computes only that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from corpora.documents import ROW_GROUP_ROWS
from corpora.kernels.text import Utf8
from corpora.matching.users import user_finder
from corpora.signals.batch import Batch
from corpora.signals.catalogue import GROUPS, groups_of, members
from corpora.signals.columns import Measured, by_text, measured
from corpora.signals.reading import Reading
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store, TableWriter

#: Raised when the way in which groups are written changes, not what they measure.
_LAYOUT_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTask:
    """One group to be measured for one part."""

    name: str
    #: Which text: "text" (normalised) or "raw" (as read).
    of: str
    #: The signals, in the order of their columns.
    columns: tuple[str, ...]
    measure: Measured
    #: Everything that its blob depends on.
    key: str

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([pa.field(name, pa.float32()) for name in self.columns])


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs {"signals": {group: blob of float32 columns}}; counts documents.

    Params: ``signals`` (names), and ``lists`` when the recipe defines words or
    patterns of its own.
    """
    tasks = [
        _task(name, unit.inputs, unit.params.get("lists", {}))
        for name in groups_of(unit.params["signals"])
    ]
    blobs = {task.name: _known(task, store) for task in tasks}
    missing = [task for task in tasks if blobs[task.name] is None]
    documents, computed = _measure(missing, unit.inputs, store, progress)
    for task in missing:
        blobs[task.name] = computed[task.name]
        store.record(task.key, _result(task, computed[task.name]))
    return UnitResult(outputs={"signals": blobs}, counts={"documents": documents})


def _task(name: str, inputs: dict[str, Any], lists: dict[str, dict[str, Any]]) -> GroupTask:
    group = GROUPS.get(name)
    of = group.of if group else "text"
    definition: Any = None
    if group:
        functions = {signal.name: signal.measure for signal in members(name)}
        measure = measured(name) or by_text(functions)
    else:
        kind, _, own = name.partition(".")
        definition = lists[kind][own]
        functions = {name: _count_hits(user_finder(kind, definition))}
        measure = by_text(functions)
    stated = {
        "stage": "signals",
        "layout": _LAYOUT_VERSION,
        "group": name,
        "version": group.version if group else 1,
        "definition": definition,
        "input": inputs["text"] if of == "text" else inputs["documents"],
    }
    key = hashlib.sha256(orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return GroupTask(name=name, of=of, columns=tuple(functions), measure=measure, key=key)


def _count_hits(find: Callable[[str], list[tuple[int, int]]]) -> Callable[[Reading], float]:
    return lambda reading: len(find(reading.text))


def _known(task: GroupTask, store: Store) -> str | None:
    value = store.lookup(task.key)
    blob: str | None = value["outputs"]["signals"][task.name] if value else None
    return blob if blob and store.has(blob) else None


def _result(task: GroupTask, blob: str) -> dict[str, Any]:
    return UnitResult(outputs={"signals": {task.name: blob}}).to_json()


def _measure(
    tasks: list[GroupTask], inputs: dict[str, Any], store: Store, progress: Progress
) -> tuple[int, dict[str, str]]:
    """Measure all missing groups in one pass; documents and blob by group."""
    if not tasks:
        with store.parquet(inputs["text"]) as file:
            return file.metadata.num_rows, {}
    with ExitStack() as stack:
        writers = {
            task.name: stack.enter_context(store.table_writer(task.schema)) for task in tasks
        }
        passes = [("text", inputs["text"]), ("raw", inputs["documents"])]
        wanted = [(of, blob) for of, blob in passes if any(task.of == of for task in tasks)]
        for number, (of, blob) in enumerate(wanted):
            chosen = [task for task in tasks if task.of == of]
            with store.parquet(blob) as file:
                documents = file.metadata.num_rows
                for batch in _batches(file):
                    _write(chosen, writers, batch)
                    # A document is told once, though it is read twice.
                    told = 0 if number else len(batch)
                    progress(documents=told, bytes=batch.texts.size)
    return documents, {name: writer.sha256 for name, writer in writers.items()}


def _batches(file: pq.ParquetFile) -> Iterator[Batch]:
    for rows in file.iter_batches(batch_size=ROW_GROUP_ROWS, columns=["text"]):
        for _, texts in Utf8.of(rows["text"]).slices():
            yield Batch(texts)


def _write(tasks: Sequence[GroupTask], writers: Mapping[str, TableWriter], batch: Batch) -> None:
    for task in tasks:
        found = task.measure(batch)
        columns = [pa.array(found[name], pa.float32()) for name in task.columns]
        writers[task.name].write(pa.table(columns, schema=task.schema))
