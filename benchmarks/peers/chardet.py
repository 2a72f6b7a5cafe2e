"""chardet: its detector, in its defaults."""

from __future__ import annotations

import chardet

from benchmarks.encoding_names import name_all
from benchmarks.protocol import Task, main


def encodings(task: Task) -> None:
    name_all(task, lambda data: chardet.detect(data)["encoding"])


WORKS = {"encodings": encodings}

if __name__ == "__main__":
    main(WORKS, packages=("chardet",))
