"""The unit: one part's texts -> one blob a group of signals, row by row.

Every group is also recorded under a key of its own (its text, its version, its
definition), so that a recipe that asks for one more group computes only that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from corpora.documents import ROW_GROUP_ROWS
from corpora.kernels.text import Utf8
from corpora.matching.users import user_finder
from corpora.row_group_writer import TableWriter
from corpora.signals.batch import Batch
from corpora.signals.catalogue import GROUPS, groups_of, members
from corpora.signals.columns import Measured, by_text, measured, own_list
from corpora.signals.content import WORDS
from corpora.signals.lists import WordLists, Words, shipped_lists, word_lists
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

#: Raised when the way in which groups are written changes, not what they measure.
_LAYOUT_VERSION = 1
#: Raised when the hits of a recipe's own words or patterns would be others.
_OWN_VERSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTask:
    """One group to be measured for one part."""

    name: str
    #: What of a document: see Group.of.
    of: str
    #: The signals, in the order of their columns.
    columns: tuple[str, ...]
    measure: Measured
    #: The word lists that it counts.
    lists: Mapping[str, Words]
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
        task_of(name, unit.inputs, unit.params.get("lists", {}))
        for name in groups_of(unit.params["signals"])
    ]
    blobs = {task.name: known(task, store) for task in tasks}
    missing = [task for task in tasks if blobs[task.name] is None]
    documents, computed = _measure(missing, unit.inputs, store, progress)
    for task in missing:
        blobs[task.name] = computed[task.name]
        store.record(task.key, result_of(task, computed[task.name]))
    return UnitResult(outputs={"signals": blobs}, counts={"documents": documents})


def task_of(
    name: str, inputs: dict[str, Any], lists: dict[str, dict[str, Any]], *, survivors: str = ""
) -> GroupTask:
    """The group over the texts of ``inputs``. ``lists`` are the recipe's own; ``survivors`` is
    a digest of who is measured, "" for all."""
    group = GROUPS.get(name)
    if group is None:
        return _own_task(name, inputs, lists)
    functions = {signal.name: signal.measure for signal in members(name)}
    return GroupTask(
        name=name,
        of=group.of,
        columns=tuple(functions),
        measure=measured(name) or by_text(functions),
        lists=shipped_lists() if name == WORDS.group.name else {},
        key=_key(
            name,
            group.version,
            survivors or None,
            inputs["text" if group.of == "text" else "documents"],
        ),
    )


def _own_task(name: str, inputs: dict[str, Any], lists: dict[str, dict[str, Any]]) -> GroupTask:
    """A list or a pattern that the recipe brings, each a group by itself."""
    kind, _, own = name.partition(".")
    definition = lists[kind][own]
    measure = own_list(name) if kind == "words" else _own_pattern(name, definition)
    return GroupTask(
        name=name,
        of="text",
        columns=(name,),
        measure=measure,
        lists={name: tuple(definition)} if kind == "words" else {},
        key=_key(name, _OWN_VERSION, definition, inputs["text"]),
    )


def _own_pattern(name: str, source: str) -> Measured:
    find = user_finder("patterns", source)
    return by_text({name: lambda reading: len(find(reading.text))})


def _key(name: str, version: int, definition: Any, text: str) -> str:
    stated = {
        "stage": "signals",
        "layout": _LAYOUT_VERSION,
        "group": name,
        "version": version,
        "definition": definition,
        "input": text,
    }
    return hashlib.sha256(orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)).hexdigest()


def known(task: GroupTask, store: Store) -> str | None:
    """The group's blob, if it was measured before and is still there."""
    value = store.lookup(task.key)
    blob: str | None = value["outputs"]["signals"][task.name] if value else None
    return blob if blob and store.keep(blob) else None


def result_of(task: GroupTask, blob: str) -> dict[str, Any]:
    """What is recorded under the group's own key."""
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
        documents_blob = inputs["documents"]
        passes = [
            ("text", inputs["text"], "text"),
            ("raw", documents_blob, "text"),
            ("metadata", documents_blob, "metadata"),
        ]
        lists = word_lists({key: words for task in tasks for key, words in task.lists.items()})
        wanted = [one for one in passes if any(task.of == one[0] for task in tasks)]
        for number, (of, blob, column) in enumerate(wanted):
            chosen = [task for task in tasks if task.of == of]
            with store.parquet(blob) as file:
                documents = file.metadata.num_rows
                for batch in _batches(file, column, lists):
                    _write(chosen, writers, batch)
                    # A document is told once, though it is read twice.
                    told = 0 if number else len(batch)
                    progress(documents=told, bytes=batch.texts.size)
    return documents, {name: writer.sha256 for name, writer in writers.items()}


def _batches(file: pq.ParquetFile, column: str, lists: WordLists) -> Iterator[Batch]:
    for rows in file.iter_batches(batch_size=ROW_GROUP_ROWS, columns=[column]):
        for _, texts in Utf8.of(rows[column]).slices():
            yield Batch(texts, lists)


def _write(tasks: Sequence[GroupTask], writers: Mapping[str, TableWriter], batch: Batch) -> None:
    for task in tasks:
        found = task.measure(batch)
        columns = [pa.array(found[name], pa.float32()) for name in task.columns]
        writers[task.name].write(pa.table(columns, schema=task.schema))
