"""JSON Lines: ``part-00000.jsonl.zst``, one object a line, UTF-8, LF, Japanese unescaped."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import zstandard

from corpora.export.shards import ExportFile, Job, Whole

#: Level 3 takes half as long again for a shard smaller by a twelfth; at level 1, in half of the
#: time, it grows by a sixth, wherever it is kept and each time it is fetched.
_LEVEL = 2


def write(job: Job, rows: Iterator[pa.Table]) -> list[ExportFile]:
    """The shard. Offsets in the sidecar are bytes of the decompressed shard."""
    columns = ["id", "text", *job.settings.columns]
    documents = tokens = offset = 0
    with job.store.writer() as blob:
        compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        with compressor.stream_writer(blob.file, closefd=False) as out:
            for table in rows:
                values = [_values(table, name) for name in columns]
                lines = [
                    _line(dict(zip(columns, row, strict=True))) for row in zip(*values, strict=True)
                ]
                starts = list(accumulate(map(len, lines), initial=offset))
                out.write(b"".join(lines))
                job.sidecar.add(table, offsets=starts[:-1])
                documents += len(lines)
                tokens += sum(filter(None, table.column("token_count").to_pylist()))
                offset = starts[-1]
    shard = ExportFile.stored(
        job.store,
        f"part-{job.number:05d}.jsonl.zst",
        blob.sha256,
        documents=documents,
        sequences=documents,
        tokens=tokens if job.vocabulary else None,
        shard=job.number,
    )
    return [shard]


def finish(whole: Whole, files: list[ExportFile]) -> list[ExportFile]:
    """Nothing lies beside the shards."""
    return files


def _values(table: pa.Table, name: str) -> list[Any]:
    if name != "text":
        return table.column(name).to_pylist()
    # Here: plans are made in the web process, which must not load the compiler.
    from corpora.kernels.quoting import quoted
    from corpora.kernels.text import Utf8

    # Not as Python's strings: to make them, and bytes of them again, takes longer than the rest.
    texts = quoted(Utf8.of(table.column(name).combine_chunks()))
    data, ends = texts.data.tobytes(), texts.offsets.tolist()
    return [orjson.Fragment(data[start:end]) for start, end in pairwise(ends)]


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
