"""The unit: one part's texts -> one blob a group of signals, row by row.

Every group is also recorded under a key of its own (its text, its version, its
definition), so that a recipe that asks for one more group computes only that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
import pyarrow as pa

from corpora.documents import ROW_GROUP_ROWS
from corpora.matching.users import user_finder
from corpora.signals.catalogue import GROUPS, groups_of, members
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
    columns: dict[str, Callable[[Reading], float]]
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
        columns = {signal.name: signal.measure for signal in members(name)}
    else:
        kind, _, own = name.partition(".")
        definition = lists[kind][own]
        columns = {name: _count_hits(user_finder(kind, definition))}
    stated = {
        "stage": "signals",
        "layout": _LAYOUT_VERSION,
        "group": name,
        "version": group.version if group else 1,
        "definition": definition,
        "input": inputs["text"] if of == "text" else inputs["documents"],
    }
    key = hashlib.sha256(orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return GroupTask(name=name, of=of, columns=columns, key=key)


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
        texts = _texts(store, stack, inputs["text"])
        raws = _texts(store, stack, inputs["documents"])
        needs_raw = any(task.of == "raw" for task in tasks)
        writers = {
            task.name: stack.enter_context(store.table_writer(task.schema)) for task in tasks
        }
        documents = 0
        while batch := list(islice(texts, ROW_GROUP_ROWS)):
            raw = list(islice(raws, len(batch))) if needs_raw else []
            _write(tasks, writers, batch, raw)
            documents += len(batch)
            progress(documents=len(batch), bytes=sum(len(text.encode()) for text in batch))
    return documents, {name: writer.sha256 for name, writer in writers.items()}


def _texts(store: Store, stack: ExitStack, blob: str) -> Iterator[str]:
    file = stack.enter_context(store.parquet(blob))
    for batch in file.iter_batches(batch_size=ROW_GROUP_ROWS, columns=["text"]):
        for text in batch["text"].to_pylist():
            yield text or ""


def _write(
    tasks: list[GroupTask], writers: dict[str, TableWriter], texts: list[str], raws: list[str]
) -> None:
    values: dict[str, list[list[float]]] = {task.name: [] for task in tasks}
    on_text = [task for task in tasks if task.of == "text"]
    on_raw = [task for task in tasks if task.of == "raw"]
    for chosen, source in ((on_text, texts), (on_raw, raws)):
        for text in source:
            # One reading serves all groups: its lines and code points are made once.
            reading = Reading(text)
            for task in chosen:
                values[task.name].append([float(m(reading)) for m in task.columns.values()])
    for task in tasks:
        columns = [
            pa.array(column, pa.float32()) for column in zip(*values[task.name], strict=True)
        ]
        writers[task.name].write(pa.table(columns, schema=task.schema))
