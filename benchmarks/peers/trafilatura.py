"""trafilatura: the main texts of pages, in its defaults."""

from __future__ import annotations

import json

from trafilatura import extract

from benchmarks.protocol import Task, main


def pages(task: Task) -> None:
    with task.input.open() as lines:
        given = [bytes.fromhex(json.loads(line)["bytes"]) for line in lines]
    extract(given[0])
    found = []
    with task.measured():
        for data in given:
            found.append(extract(data) or "")
            task.bytes += len(data)
            if task.most_bytes and task.bytes >= task.most_bytes:
                break
    task.documents = len(found)
    task.counts["characters"] = sum(map(len, found))


WORKS = {"pages": pages}

if __name__ == "__main__":
    main(WORKS, packages=("trafilatura",))
