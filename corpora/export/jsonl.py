"""JSON Lines: ``part-00000.jsonl.zst``, one object a line, UTF-8, LF, Japanese unescaped."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import zstandard

from corpora.export.shards import ExportFile, Job, cut

#: Level 1 takes a third of the time, but a shard grows by a quarter, wherever it is kept and
#: each time it is fetched.
_LEVEL = 3


def text_sizes(table: pa.Table) -> list[int]:
    """UTF-8 bytes of each row's text."""
    text: Any = table.column("text")
    sizes: list[int] = pc.binary_length(text).to_pylist()
    return sizes


def write(job: Job, rows: Iterator[pa.Table]) -> list[ExportFile]:
    """The shards, in order. Offsets in the sidecar are bytes of the decompressed shard."""
    return [
        _shard(job, number, tables)
        for number, tables in enumerate(cut(rows, text_sizes, limit=job.settings.shard_bytes))
    ]


def _shard(job: Job, number: int, tables: Iterator[pa.Table]) -> ExportFile:
    columns = ["id", "text", *job.settings.columns]
    documents = tokens = offset = 0
    with job.store.writer() as blob:
        compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        with compressor.stream_writer(blob.file, closefd=False) as out:
            for table in tables:
                values = [table.column(name).to_pylist() for name in columns]
                rows = zip(*values, strict=True)
                lines = [_line(dict(zip(columns, row, strict=True))) for row in rows]
                starts = list(accumulate(map(len, lines), initial=offset))
                out.write(b"".join(lines))
                job.sidecar.add(table, shard=number, first=documents, offsets=starts[:-1])
                documents += len(lines)
                tokens += sum(filter(None, table.column("token_count").to_pylist()))
                offset = starts[-1]
    return ExportFile.stored(
        job.store,
        f"part-{number:05d}.jsonl.zst",
        blob.sha256,
        documents=documents,
        sequences=documents,
        tokens=tokens if job.vocabulary else None,
        shard=number,
    )


def _line(row: dict[str, Any]) -> bytes:
    """One JSON object; ``metadata`` is one already and is put in as it is.

    >>> _line({"id": "a1", "text": "春は\\nあけぼの", "metadata": '{"頁":3}'}).decode()
    '{"id":"a1","text":"春は\\\\nあけぼの","metadata":{"頁":3}}\\n'
    """
    if row.get("metadata"):
        row["metadata"] = orjson.Fragment(row["metadata"])
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def count(path: Path) -> dict[str, int]:
    """Documents in a shard, by reading it. Raises ValueError or zstandard.ZstdError."""
    documents = 0
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as lines:
        last = b"\n"
        while chunk := lines.read(1 << 20):
            documents += chunk.count(b"\n")
            last = chunk[-1:]
    if last != b"\n":
        raise ValueError("its last line does not end")
    return {"documents": documents, "sequences": documents}
