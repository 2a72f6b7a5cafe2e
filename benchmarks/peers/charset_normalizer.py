"""charset-normalizer: the best of its matches."""

from __future__ import annotations

from charset_normalizer import from_bytes

from benchmarks.encoding_names import name_all
from benchmarks.protocol import Task, main


def _detect(data: bytes) -> str | None:
    best = from_bytes(data).best()
    return best.encoding if best is not None else None


def encodings(task: Task) -> None:
    name_all(task, _detect)


WORKS = {"encodings": encodings}

if __name__ == "__main__":
    main(WORKS, packages=("charset-normalizer",))
