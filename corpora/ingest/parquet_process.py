"""The parent's side of ``parquet_child``: one child serves every file of a unit."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from io import IOBase
from pathlib import Path
from typing import IO, Any, cast

import orjson
import pyarrow as pa

from corpora.documents import MAX_RECORD_BYTES
from corpora.errors import SourceError

_CHILD = Path(__file__).with_name("parquet_child.py")
#: Seconds for a child whose answer broke off to end by itself.
_GRACE = 5
_REMEDY = "Write the file again, or fetch it again if it was downloaded."


class ParquetProcess:
    """Starts when the first file is asked for; starts anew when it died over one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> ParquetProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def batches(self, path: Path, source: str) -> Iterator[Batch]:
        """The rows of a file. Raises SourceError after what could be read.

        The child is killed unless its answer was read to the end: the pipe would
        hold the rest of it.
        """
        finished = False
        try:
            stdout = self._ask(path)
            header = self._told(stdout, source)
            strings = frozenset(header["strings"])
            for batch, notes in _stream(stdout):
                oversized = orjson.loads(notes[b"oversized"]) if notes else []
                yield Batch(batch, strings, frozenset(oversized), header["rows"])
            self._told(stdout, source)
            finished = True
        except (pa.ArrowInvalid, OSError) as error:
            raise SourceError(source, None, self._death(), remedy=_REMEDY) from error
        except _RefusedError as refused:
            finished = True
            raise SourceError(
                source, None, f"not readable as Parquet: {refused}.", remedy=_REMEDY
            ) from refused
        finally:
            if not finished:
                self.close()

    def _ask(self, path: Path) -> IO[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(_CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        size = path.stat().st_size
        request = {"path": str(path), "bytes": size, "limit": MAX_RECORD_BYTES}
        stdin.write(orjson.dumps(request) + b"\n")
        stdin.flush()
        return stdout

    def _told(self, stdout: IO[bytes], source: str) -> dict[str, Any]:
        line = stdout.readline()
        if not line.endswith(b"\n"):
            raise SourceError(source, None, self._death(), remedy=_REMEDY)
        told: dict[str, Any] = orjson.loads(line)
        if "error" in told:
            raise _RefusedError(told["error"])
        return told

    def _death(self) -> str:
        assert self._process is not None
        try:
            code = self._process.wait(timeout=_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        return (
            "the process that read this Parquet file was stopped "
            f"(memory or CPU limit, status {code})."
        )


class _RefusedError(Exception):
    """The child said what is wrong and is ready for the next file."""


class Batch:
    """Rows as the child sent them."""

    def __init__(
        self, batch: pa.RecordBatch, strings: frozenset[str], oversized: frozenset[int], total: int
    ) -> None:
        self.rows: int = batch.num_rows
        #: Row numbers (in the batch) with a cell beyond the record limit.
        self.oversized = oversized
        #: Rows of the whole file.
        self.total = total
        #: Columns that are strings although they arrive as bytes.
        self.strings = strings
        self._batch = batch
        self._columns: dict[str, list[Any]] = {}

    @property
    def names(self) -> list[str]:
        return list(self._batch.schema.names)

    def row(self, number: int) -> dict[str, Any]:
        """One row."""
        return {name: self.column(name)[number] for name in self.names}

    def column(self, name: str) -> list[Any]:
        """A column's values, which become Python's when they are first asked for; of several
        with one name the last."""
        if name not in self._columns:
            self._columns[name] = _values(self._batch.column(self._place(name)))
        return self._columns[name]

    def is_binary(self, name: str) -> bool:
        """Whether it can be had as text; all strings arrive so."""
        type_ = self._batch.column(self._place(name)).type
        return bool(pa.types.is_large_binary(type_) or pa.types.is_binary(type_))

    def as_text(self, name: str) -> Any:
        """A column that arrived as bytes as strings; None where one of them is no UTF-8."""
        try:
            return self._batch.column(self._place(name)).cast(pa.large_string())
        except pa.ArrowInvalid:
            return None

    def _place(self, name: str) -> int:
        return self._batch.num_columns - 1 - self.names[::-1].index(name)


def _values(column: pa.Array[Any]) -> list[Any]:
    """As Python has them; a time that Python has none of as the number that it is."""
    try:
        return column.to_pylist()
    except (ValueError, OverflowError):
        return [_value(cell) for cell in column]


def _value(cell: Any) -> Any:
    try:
        return cell.as_py()
    except (ValueError, OverflowError):
        return getattr(cell, "value", None)


def _stream(stdout: IO[bytes]) -> Iterator[tuple[pa.RecordBatch, dict[bytes, bytes] | None]]:
    reader = pa.ipc.open_stream(pa.PythonFile(cast(IOBase, stdout), mode="r"))
    while True:
        try:
            batch, notes = reader.read_next_batch_with_custom_metadata()
        except StopIteration:
            return
        yield batch, dict(notes) if notes else None
