"""faust-cchardet: uchardet's detector."""

from __future__ import annotations

import cchardet

from benchmarks.encoding_names import name_all
from benchmarks.protocol import Task, main


def encodings(task: Task) -> None:
    name_all(task, lambda data: cchardet.detect(data)["encoding"])


WORKS = {"encodings": encodings}

if __name__ == "__main__":
    main(WORKS, packages=("faust-cchardet",))
