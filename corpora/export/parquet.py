"""Parquet as Hugging Face lays it out: ``train-00000-of-000NN.parquet`` and a README."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpora.documents import DOCUMENTS
from corpora.export.settings import ExportSettings
from corpora.export.shards import ExportFile, Job, Whole

#: Small groups: the Hub's viewer and streaming readers fetch one at a time.
ROW_GROUP_ROWS = 1_000


def write(job: Job, rows: Iterator[pa.Table]) -> list[ExportFile]:
    """The shard. Its name tells how many there are, so it is given by ``finish``."""
    shape = schema(job.settings)
    documents = tokens = 0
    with job.store.table_writer(shape, row_group_rows=ROW_GROUP_ROWS, leaves=True) as writer:
        for table in rows:
            writer.write(table.select(shape.names).cast(shape))
            job.sidecar.add(table, offsets=[None] * table.num_rows)
            documents += table.num_rows
            tokens += sum(filter(None, table.column("token_count").to_pylist()))
    shard = ExportFile.stored(
        job.store,
        "",
        writer.sha256,
        documents=documents,
        sequences=documents,
        tokens=tokens if job.vocabulary else None,
        shard=job.number,
    )
    return [shard]


def finish(whole: Whole, files: list[ExportFile]) -> list[ExportFile]:
    """The shards by their names, and README.md with the dataset's YAML."""
    named = [
        replace(shard, name=f"train-{number:05d}-of-{len(files):05d}.parquet")
        for number, shard in enumerate(files)
    ]
    readme = whole.store.put(_readme(whole, named).encode())
    return [*named, ExportFile.stored(whole.store, "README.md", readme)]


def schema(settings: ExportSettings) -> pa.Schema:
    """id, text and the columns asked for."""
    names = ["id", "text", *settings.columns]
    return pa.schema([DOCUMENTS.field(name) for name in names])


def _readme(whole: Whole, shards: list[ExportFile]) -> str:
    """A dataset card: the YAML that `datasets` reads, then words for people."""
    features = "".join(
        f"  - name: {field.name}\n    dtype: {field.type}\n" for field in schema(whole.settings)
    )
    return f"""---
language:
- ja
configs:
- config_name: default
  data_files:
  - split: train
    path: train-*.parquet
dataset_info:
  features:
{features}  splits:
  - name: train
    num_bytes: {whole.bytes}
    num_examples: {sum(shard.documents or 0 for shard in shards)}
  download_size: {sum(shard.bytes for shard in shards)}
  dataset_size: {whole.bytes}
---

# Japanese text, curated with Kotogura

`manifest.json` says which snapshot, recipe and seed this was made from and the sha256 of every
file; `document-ids.parquet` leads from each row back to its source.

{whole.settings.licence or "Each document's own licence is stated in the manifest, by share."}
"""


def count(path: Path) -> dict[str, int]:
    """Documents in a shard, from a full read. Raises pyarrow.ArrowInvalid or OSError."""
    with pq.ParquetFile(path) as source:
        documents = sum(batch.num_rows for batch in source.iter_batches(columns=["id"]))
    return {"documents": documents, "sequences": documents}
