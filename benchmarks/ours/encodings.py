"""The encoding of each piece, as the readers decode it."""

from __future__ import annotations

from benchmarks.encoding_names import name_all
from benchmarks.protocol import Task, main
from corpora.ingest.encodings import UndecodableError, decode


def _detect(data: bytes) -> str | None:
    try:
        return decode(data).encoding
    except UndecodableError:
        return None


def encodings(task: Task) -> None:
    name_all(task, _detect)


WORKS = {"encodings": encodings}

if __name__ == "__main__":
    main(WORKS)
