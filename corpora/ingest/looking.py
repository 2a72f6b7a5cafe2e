"""Looking at the first records of files before anything is read, in a process that is limited.

What has a page or a command wait for it may be hostile, like all input: whoever looks asks a
child for it, which ends when it takes too long or too much.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from corpora.errors import SourceError
from corpora.ingest.columns import Columns
from corpora.ingest.parquet_child import MEMORY
from corpora.ingest.parquet_process import ParquetProcess
from corpora.ingest.reading import Opened
from corpora.stages import Progress

#: Records that are looked at.
LOOKED_AT = 200
#: Columns that are told, those within objects among them.
MOST_COLUMNS = 1_000
#: Bytes that are read for it.
MOST_BYTES = 64 << 20
#: Seconds of processor and of the clock.
_SECONDS = 20


def ask(module: str, request: Any) -> tuple[bytes, bool]:
    """What the module's process said when it was given the request as JSON, and whether that is
    all: it may have been ended by its limits."""
    try:
        done = subprocess.run(
            (sys.executable, "-m", module),
            input=orjson.dumps(request),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        return error.stdout or b"", False
    return done.stdout, done.returncode == 0


def asked() -> Any:
    """In that process: limit it, and take the request."""
    # The soft limit only: the process that opens Parquet sets its own.
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return orjson.loads(sys.stdin.buffer.read())


def too_dear(source: str) -> SourceError:
    return SourceError(
        source,
        None,
        "looking at its first records took too much time or memory.",
        remedy="Read it without a look.",
    )


@contextmanager
def opened(
    path: Path, source: str, format: str, progress: Progress, columns: Columns
) -> Iterator[Opened]:
    """The file, as ingest opens it."""
    with tempfile.TemporaryDirectory() as scratch, ParquetProcess() as parquet:
        yield Opened(
            path=path,
            source=source,
            format=format,
            scratch=Path(scratch),
            parquet=parquet,
            progress=progress,
            columns=columns,
        )
