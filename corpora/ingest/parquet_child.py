"""The process that opens Parquet files: its memory and CPU are limited, its end costs nothing.

Runs as a script of its own (it imports nothing of the project). One request a line
on stdin, ``{"path": …, "limit": …}``; the answer on stdout is a JSON line
(``{"rows": n, "strings": […]}`` or ``{"error": …}``), an Arrow IPC stream of the
rows, and a JSON line that says how it ended (``{}`` or ``{"error": …}``).
String columns are sent as binary, so that bad UTF-8 is the parent's to judge.
A batch's metadata lists the rows ("oversized") whose cells were beyond ``limit``.
"""

from __future__ import annotations

import json
import resource
import sys
from io import IOBase
from typing import IO, Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

#: Private memory: a 2 GiB row group is more than any honest writer makes.
MEMORY = 3 << 30
#: Seconds of CPU for a file, and for each MiB of it.
CPU_BASE, CPU_PER_MIB = 30, 2
_BATCH_BYTES = 4 << 20
_BATCH_ROWS = 1_000
_TEXT = (pa.types.is_string, pa.types.is_large_string)
_SIZED = (*_TEXT, pa.types.is_binary, pa.types.is_large_binary)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        answer(json.loads(line), out)
        out.flush()


def answer(request: dict[str, Any], out: IO[bytes]) -> None:
    try:
        grant_cpu(request["bytes"])
        file = pq.ParquetFile(request["path"], page_checksum_verification=True)
        schema = plain_schema(file.schema_arrow)
        strings = [field.name for field in file.schema_arrow if is_text(field.type)]
    except (pa.ArrowException, OSError, MemoryError, ValueError) as error:
        say(out, {"error": describe(error)})
        return
    say(out, {"rows": file.metadata.num_rows, "strings": strings})
    say(out, stream(file, schema, request["limit"], out))


def stream(file: pq.ParquetFile, schema: pa.Schema, limit: int, out: IO[bytes]) -> dict[str, Any]:
    """Send the rows; always ends the IPC stream, so that the parent can read on."""
    sent, stated = 0, file.metadata.num_rows
    with pa.ipc.new_stream(pa.PythonFile(cast(IOBase, out), mode="w"), schema) as writer:
        try:
            for batch in file.iter_batches(batch_size=batch_rows(file), use_threads=False):
                piece, oversized = bounded(plain_batch(batch, schema), limit)
                notes = {b"oversized": json.dumps(oversized).encode()} if oversized else None
                writer.write_batch(piece, custom_metadata=notes)
                sent += piece.num_rows
        except (pa.ArrowException, OSError, MemoryError, ValueError) as error:
            return {"error": describe(error)}
    # Arrow stops without a word where the pages end before the rows that the footer states.
    return {} if sent == stated else {"error": f"{sent:,} rows are there, {stated:,} are stated"}


def bounded(batch: pa.RecordBatch, limit: int) -> tuple[pa.RecordBatch, list[int]]:
    """The batch with cells beyond ``limit`` made null, and which rows those were in."""
    oversized: set[int] = set()
    columns: list[Any] = list(batch.columns)
    for at, column in enumerate(columns):
        if not any(test(column.type) for test in _SIZED):
            continue
        lengths: Any = pc.binary_length(column)
        large: Any = pc.fill_null(pc.greater(lengths, pa.scalar(limit)), False)
        if pc.any(large).as_py():
            oversized.update(pc.indices_nonzero(large).to_pylist())
            columns[at] = pc.if_else(large, pa.scalar(None, column.type), column)
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema), sorted(oversized)


def plain_batch(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    # Not safe: nanoseconds are cut off.
    arrays = [
        array.cast(type_, safe=False)
        for array, type_ in zip(batch.columns, schema.types, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """Dictionaries resolved, strings as binary, times in microseconds, no metadata."""
    return pa.schema([(field.name, plain_type(field.type)) for field in schema])


def plain_type(type_: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(type_):
        type_ = type_.value_type
    if pa.types.is_timestamp(type_) and type_.unit == "ns":
        return pa.timestamp("us", type_.tz)
    if type_ == pa.time64("ns"):
        return pa.time64("us")
    if type_ == pa.duration("ns"):
        return pa.duration("us")
    return pa.large_binary() if is_text(type_) else type_


def is_text(type_: pa.DataType) -> bool:
    if pa.types.is_dictionary(type_):
        type_ = type_.value_type
    return any(test(type_) for test in _TEXT)


def batch_rows(file: pq.ParquetFile) -> int:
    """Rows that make about four mebibytes, by what the footer says."""
    groups = [file.metadata.row_group(at) for at in range(file.metadata.num_row_groups)]
    size = sum(group.total_byte_size for group in groups) or 1
    return max(1, min(_BATCH_ROWS, _BATCH_BYTES * max(file.metadata.num_rows, 1) // size))


def grant_cpu(size: int) -> None:
    """Let this file use so many more seconds of CPU than were used up to now."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    allowed = used + CPU_BASE + CPU_PER_MIB * (size >> 20)
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))


def describe(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return f"it needs more than {MEMORY >> 30} GiB of memory to be read"
    return str(error).splitlines()[0][:300] if str(error) else type(error).__name__


def say(out: IO[bytes], value: dict[str, Any]) -> None:
    out.write(json.dumps(value).encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    main()
