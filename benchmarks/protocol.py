"""How a piece of work is asked for and what it answers: the same for ours and for every peer.

::

    PYTHON -m benchmarks.peers.rensa minhash [name=value…] --input FILE [--out FOLDER]
                                             [--most-bytes N] [--cores 1]

A module names what it can do in ``WORKS``. A work reads its input, gets ready, does what is
measured inside ``task.measured()``, and keeps what is to be compared. On standard output comes one
JSON object: seconds, cpu_seconds, bytes, documents, peak_rss (bytes), versions, counts, results
(name -> file). Only the standard library is used here, for it runs in every peer's environment.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter, process_time


@dataclass(slots=True, kw_only=True)
class Task:
    #: JSON Lines with ``text``, or whatever the piece of work says.
    input: Path
    #: Where results are kept; None when nobody will look at them.
    out: Path | None = None
    #: UTF-8 bytes of text after which no further document is read; 0 reads all.
    most_bytes: int = 0
    options: Mapping[str, str] = field(default_factory=dict)
    documents: int = 0
    bytes: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    #: Bytes held at most until the work was done; what is kept afterwards does not count.
    peak_rss: int = 0
    #: What was counted on the way, e.g. {"clusters": 12}.
    counts: dict[str, float] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)

    def texts(self) -> list[str]:
        """The input's texts; from here on the task knows its documents and bytes."""
        found = []
        with self.input.open(encoding="utf-8") as lines:
            for line in lines:
                text = json.loads(line)["text"]
                found.append(text)
                self.bytes += len(text.encode())
                if self.most_bytes and self.bytes >= self.most_bytes:
                    break
        self.documents = len(found)
        return found

    @contextmanager
    def measured(self) -> Iterator[None]:
        """What happens inside is the work; it may be entered several times."""
        began, processor = perf_counter(), _processor_time()
        yield
        self.seconds += perf_counter() - began
        self.cpu_seconds += _processor_time() - processor
        self.peak_rss = memory()

    def keep(self, name: str, typecode: str, values: Iterable[float]) -> None:
        """Write numbers as one flat native array (module array's type codes)."""
        if self.out is None:
            return
        path = self.out / f"{name}.{typecode}"
        with path.open("wb") as file:
            (values if isinstance(values, array) else array(typecode, values)).tofile(file)
        self.results[name] = str(path)


Work = Callable[[Task], None]


def main(works: Mapping[str, Work], *, packages: Iterable[str] = ()) -> None:
    """Do the work that the command line names; ``packages`` are those whose versions are told."""
    parser = argparse.ArgumentParser()
    parser.add_argument("work", choices=sorted(works))
    parser.add_argument("options", nargs="*", metavar="name=value")
    parser.add_argument("--input", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--most-bytes", type=int, default=0)
    parser.add_argument("--cores", type=int, default=1)
    given = parser.parse_args()
    _confine(given.cores)
    task = Task(
        input=given.input,
        out=given.out,
        most_bytes=given.most_bytes,
        options=dict(option.split("=", 1) for option in given.options),
    )
    works[given.work](task)
    answer = {
        "seconds": task.seconds,
        "cpu_seconds": task.cpu_seconds,
        "bytes": task.bytes,
        "documents": task.documents,
        "peak_rss": task.peak_rss,
        "versions": {name: version(name) for name in packages},
        "counts": task.counts,
        "results": task.results,
    }
    sys.stdout.write(json.dumps(answer) + "\n")


def _processor_time() -> float:
    """Seconds of this process and of the children that it waited for."""
    children = getrusage(RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def _confine(cores: int) -> None:
    """Stay on so many processors, whatever thread pools a library makes of its own accord."""
    allowed = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, allowed[-cores:])


def memory(pid: int | str = "self", what: str = "VmHWM") -> int:
    """A line of a process's status in bytes, by default the most that it has held; 0 when it is
    gone.

    Not getrusage: what it tells of a child begins with what its parent held.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    lines = (line.split() for line in status.splitlines() if line.startswith(f"{what}:"))
    return next((int(line[1]) * 1024 for line in lines), 0)
