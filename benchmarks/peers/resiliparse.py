"""resiliparse: its detector and its extraction of pages' texts; fastwarc, which comes with it."""

from __future__ import annotations

from resiliparse.parse.encoding import detect_encoding

from benchmarks.encoding_names import name_all
from benchmarks.protocol import Task, main


def encodings(task: Task) -> None:
    name_all(task, lambda data: detect_encoding(data, from_html_meta=False))


WORKS = {"encodings": encodings}

if __name__ == "__main__":
    main(WORKS, packages=("resiliparse",))
