"""The unit that exports a snapshot: order, shards, sidecar, manifest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from corpora.export import ordering, sidecar
from corpora.export.formats import format_named
from corpora.export.manifest import Licences, manifest, to_bytes
from corpora.export.rows import Reader
from corpora.export.settings import ExportSettings
from corpora.export.shards import ExportFile, Job
from corpora.export.vocabulary import Vocabulary
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs: manifest (blob of manifest.json), files ({name: blob}, the manifest aside).

    Counts: documents, sequences, tokens (None without a tokenizer), bytes, files.
    Raises ExportError when the settings, the format and the snapshot do not go together.
    """
    format = format_named(unit.params["format"])
    settings = ExportSettings.of(unit.params["settings"], shard_bytes=format.shard_bytes)
    snapshot = store.read_json(unit.inputs["snapshot"])
    tokenizer = unit.inputs["tokenizer"]
    vocabulary = Vocabulary.of(store, tokenizer) if tokenizer else None
    reader = Reader(
        store=store,
        parts=snapshot["parts"],
        tokens=unit.inputs["tokens"],
        needs=format.needs,
        columns=settings.columns if format.needs == "text" else (),
        seed=settings.seed,
    )
    licences = Licences(measure="characters" if format.needs == "text" else "tokens")
    with store.scratch() as folder, store.table_writer(sidecar.SCHEMA) as ids:
        rows = ordering.in_order(
            reader.read(progress),
            reader.schema,
            payload_bytes=reader.payload_bytes(),
            folder=folder,
        )
        job = Job(
            store=store, settings=settings, vocabulary=vocabulary, sidecar=sidecar.Sidecar(ids)
        )
        files = format.write(job, _watched(rows, licences, progress))
    files.append(ExportFile.stored(store, sidecar.NAME, ids.sha256))
    stated = manifest(
        format=format.name,
        settings=settings,
        vocabulary=vocabulary,
        snapshot=unit.inputs["snapshot"],
        of=snapshot,
        files=files,
        licences=licences,
    )
    return _result(store, files, stated)


def _watched(
    rows: Iterator[pa.Table], licences: Licences, progress: Progress
) -> Iterator[pa.Table]:
    """The same rows, counted by licence on their way; a cancelled export stops here."""
    for table in rows:
        licences.add(table)
        progress()
        yield table


def _result(store: Store, files: list[ExportFile], stated: dict[str, Any]) -> UnitResult:
    return UnitResult(
        outputs={
            "manifest": store.put(to_bytes(stated)),
            "files": {file.name: file.sha256 for file in files},
        },
        counts={**stated["totals"], "files": len(files)},
    )
