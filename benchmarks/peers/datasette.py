"""sqlite-utils and Datasette: a file inserted into a database, its first page served."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.request import build_opener

from benchmarks.protocol import Task, main
from benchmarks.serving import free_port, page, served

_HERE = Path(sys.executable).parent


def default(task: Task) -> None:
    """Inserted and shown; words are looked for by LIKE."""
    _measured(task, ())


def searchable(task: Task) -> None:
    """With an index for full-text search that can find Japanese: trigrams."""
    index = ("--fts5", "--tokenize", "trigram")
    _measured(task, [("enable-fts", "documents", "text", *index)])


def _measured(task: Task, more: Sequence[tuple[str, ...]]) -> None:
    task.texts()
    with tempfile.TemporaryDirectory(dir=task.input.parent) as folder, task.measured():
        database = str(Path(folder) / "bench.db")
        insert = ("insert", "documents", str(task.input), "--nl", "--silent")
        for verb, *arguments in (insert, *more):
            command = [str(_HERE / "sqlite-utils"), verb, database, *arguments]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        port = free_port()
        with served([str(_HERE / "datasette"), "serve", database, "--port", str(port)]):
            html = page(build_opener(), f"http://127.0.0.1:{port}/bench/documents")
        if "<td" not in html:
            raise RuntimeError("the page shows no documents")
    task.counts["shown"] = task.documents


WORKS = {"on_screen": default, "on_screen.searchable": searchable}

if __name__ == "__main__":
    main(WORKS, packages=("datasette", "sqlite-utils"))
