"""Near duplicates by the whole product: the recipe ``keep-all`` over a file of documents."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.protocol import Task, main
from corpora.__main__ import main as corpora


def found(task: Task) -> None:
    """Keeps the pairs that joined a cluster, as numbers of lines of the input."""
    task.texts()
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "out"
        command = ["run", "keep-all", str(task.input), "--out", str(out), "--workers", "1"]
        with task.measured():
            status = corpora(command)
        if status:
            raise SystemExit(status)
        number: dict[str, int] = {}
        for path in sorted((out / "documents").iterdir()):
            for row in pq.read_table(path, columns=["id", "metadata"]).to_pylist():
                number[row["id"]] = json.loads(row["metadata"])["number"]
        edges = pq.read_table(out / "duplicates.parquet").to_pylist()
    task.keep("pairs", "q", [number[edge[side]] for edge in edges for side in "ab"])


WORKS = {"duplicates": found}

if __name__ == "__main__":
    main(WORKS)
