"""The unit that makes an export of its shards: what lies beside them, and the manifest."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from corpora.export import sidecar
from corpora.export.formats import format_named
from corpora.export.licences import Licences
from corpora.export.manifest import manifest, to_bytes
from corpora.export.settings import ExportSettings
from corpora.export.shards import ExportFile, Whole
from corpora.export.vocabulary import Vocabulary
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Inputs: snapshot, tokenizer, cut, and a blob of each shard: shards, sidecars.

    Outputs: manifest (blob of manifest.json), files ({name: blob}, the manifest aside).
    Counts: documents, sequences, tokens (None without a tokenizer), bytes, files.
    """
    format = format_named(unit.params["format"])
    settings = ExportSettings.of(unit.params["settings"], shard_bytes=format.shard_bytes)
    tokenizer = unit.inputs["tokenizer"]
    vocabulary = Vocabulary.of(store, tokenizer) if tokenizer else None
    told = [store.read_json(blob) for blob in unit.inputs["shards"]]
    licences = Licences()
    for one in told:
        licences.add_all(one["licences"])
    cut = store.read_json(unit.inputs["cut"])
    whole = Whole(
        store=store,
        settings=settings,
        vocabulary=vocabulary,
        bytes=sum(shard["bytes"] for shard in cut["shards"]),
    )
    files = format.finish(whole, [ExportFile(**file) for one in told for file in one["files"]])
    ids = _joined(unit.inputs["sidecars"], store, progress)
    files.append(ExportFile.stored(store, sidecar.NAME, ids))
    stated = manifest(
        format=format,
        settings=settings,
        vocabulary=vocabulary,
        snapshot=unit.inputs["snapshot"],
        of=store.read_json(unit.inputs["snapshot"]),
        files=files,
        licences=licences,
    )
    return UnitResult(
        outputs={
            "manifest": store.put(to_bytes(stated)),
            "files": {file.name: file.sha256 for file in files},
        },
        counts={**stated["totals"], "files": len(files)},
    )


def _joined(sidecars: Sequence[str], store: Store, progress: Progress) -> str:
    """One sidecar of the shards' own, whose positions begin at 0 in each."""
    documents = 0
    with store.table_writer(sidecar.SCHEMA) as writer:
        for blob in sidecars:
            before = documents
            with store.parquet(blob) as file:
                for batch in file.iter_batches():
                    table = pa.Table.from_batches([batch])
                    writer.write(sidecar.moved(table, before))
                    documents += table.num_rows
                    progress(documents=table.num_rows)
    return writer.sha256
