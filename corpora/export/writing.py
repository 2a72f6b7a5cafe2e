"""The unit that writes one shard, with the places of its documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import pyarrow as pa

from corpora.export import sidecar
from corpora.export.buckets import in_order
from corpora.export.formats import format_named
from corpora.export.licences import Licences
from corpora.export.settings import ExportSettings
from corpora.export.shards import Job
from corpora.export.vocabulary import Vocabulary
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Inputs: cut, tokenizer. Outputs: files ({name: blob}), sidecar (positions from 0 on),
    shard ({"files": [ExportFile], "licences": …}). Counts: documents.

    Raises ExportError when tokens and tokenizer do not go together.
    """
    format = format_named(unit.params["format"])
    settings = ExportSettings.of(unit.params["settings"], shard_bytes=format.shard_bytes)
    tokenizer = unit.inputs["tokenizer"]
    stated = store.read_json(unit.inputs["cut"])
    shard = stated["shards"][unit.params["shard"]]
    rows = in_order(store, stated["rows"], tuple(shard["first"]), tuple(shard["end"]))
    licences = Licences()
    with store.table_writer(sidecar.SCHEMA) as ids:
        job = Job(
            store=store,
            settings=settings,
            vocabulary=Vocabulary.of(store, tokenizer) if tokenizer else None,
            number=unit.params["shard"],
            sidecar=sidecar.Sidecar(ids, shard=unit.params["shard"]),
        )
        files = format.write(job, _watched(rows, licences, progress))
    told = {"files": [asdict(file) for file in files], "licences": licences.to_json()}
    return UnitResult(
        outputs={
            "files": {file.name: file.sha256 for file in files},
            "sidecar": ids.sha256,
            "shard": store.put_json(told),
        },
        counts={"documents": shard["documents"]},
    )


def _watched(
    rows: Iterator[pa.Table], licences: Licences, progress: Progress
) -> Iterator[pa.Table]:
    """The same rows, counted by licence on their way; a cancelled export stops here."""
    for table in rows:
        licences.add(table)
        progress(documents=table.num_rows, bytes=table.nbytes)
        yield table
