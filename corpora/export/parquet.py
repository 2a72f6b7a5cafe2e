"""Parquet as Hugging Face lays it out: ``train-00000-of-000NN.parquet`` and a README."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpora.documents import DOCUMENTS
from corpora.export.jsonl import text_sizes
from corpora.export.shards import ExportFile, Job, cut

#: Small groups: the Hub's viewer and streaming readers fetch one at a time.
ROW_GROUP_ROWS = 1_000


def write(job: Job, rows: Iterator[pa.Table]) -> list[ExportFile]:
    """The shards, in order, and README.md with the dataset's YAML."""
    # UTF-8 bytes of each text: what the card calls the dataset's size.
    sizes: list[int] = []
    shards = [
        _shard(job, number, tables, sizes)
        for number, tables in enumerate(cut(rows, text_sizes, limit=job.settings.shard_bytes))
    ]
    named = [
        replace(shard, name=f"train-{number:05d}-of-{len(shards):05d}.parquet")
        for number, shard in enumerate(shards)
    ]
    readme = job.store.put(_readme(job, named, sum(sizes)).encode())
    return [*named, ExportFile.stored(job.store, "README.md", readme)]


def schema(job: Job) -> pa.Schema:
    """id, text and the columns asked for."""
    names = ["id", "text", *job.settings.columns]
    return pa.schema([DOCUMENTS.field(name) for name in names])


def _shard(job: Job, number: int, tables: Iterator[pa.Table], sizes: list[int]) -> ExportFile:
    shape = schema(job)
    documents = tokens = 0
    with job.store.table_writer(shape, row_group_rows=ROW_GROUP_ROWS) as writer:
        for table in tables:
            writer.write(table.select(shape.names).cast(shape))
            offsets = [None] * table.num_rows
            job.sidecar.add(table, shard=number, first=documents, offsets=offsets)
            documents += table.num_rows
            tokens += sum(filter(None, table.column("token_count").to_pylist()))
            sizes += text_sizes(table)
    return ExportFile.stored(
        job.store,
        "",
        writer.sha256,
        documents=documents,
        sequences=documents,
        tokens=tokens if job.vocabulary else None,
        shard=number,
    )


def _readme(job: Job, shards: list[ExportFile], size: int) -> str:
    """A dataset card: the YAML that `datasets` reads, then words for people."""
    features = "".join(
        f"  - name: {field.name}\n    dtype: {field.type}\n" for field in schema(job)
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
    num_bytes: {size}
    num_examples: {sum(shard.documents or 0 for shard in shards)}
  download_size: {sum(shard.bytes for shard in shards)}
  dataset_size: {size}
---

# Japanese text, curated with Kotogura

`manifest.json` says which snapshot, recipe and seed this was made from and the sha256 of every
file; `document-ids.parquet` leads from each row back to its source.

{job.settings.licence or "Each document's own licence is stated in the manifest, by share."}
"""


def count(path: Path) -> dict[str, int]:
    """Documents in a shard, from a full read. Raises pyarrow.ArrowInvalid or OSError."""
    with pq.ParquetFile(path) as source:
        documents = sum(batch.num_rows for batch in source.iter_batches(columns=["id"]))
    return {"documents": documents, "sequences": documents}
