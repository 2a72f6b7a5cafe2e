"""wikiextractor: a dump by its command line, with one process beside its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.protocol import Task, main


def wiki(task: Task) -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "wikiextractor.WikiExtractor", str(task.input), "--json"]
        with task.measured():
            subprocess.run(
                [*command, "--no-templates", "--processes", "1", "-q", "-o", folder], check=True
            )
        lines = [
            json.loads(line)
            for path in sorted(Path(folder).rglob("wiki_*"))
            for line in path.read_text("utf-8").splitlines()
        ]
    texts = {page["title"]: page["text"] for page in lines}
    task.documents, task.bytes = len(texts), task.input.stat().st_size
    if task.out is not None:
        path = task.out / "texts.json"
        path.write_text(json.dumps(texts), "utf-8")
        task.results["texts"] = str(path)


WORKS = {"wiki": wiki}

if __name__ == "__main__":
    main(WORKS, packages=("wikiextractor",))
