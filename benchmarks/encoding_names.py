"""Which encoding is it? One function a contender, over the same pieces.

Only the standard library is used here, for it runs in every peer's environment.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from benchmarks.protocol import Task


def name_all(task: Task, detect: Callable[[bytes], str | None]) -> None:
    """The name that ``detect`` has for each piece, a line each; an empty one for none.

    The input is JSON Lines with ``bytes`` in hexadecimal.
    """
    with task.input.open(encoding="utf-8") as lines:
        pieces = [bytes.fromhex(json.loads(line)["bytes"]) for line in lines]
    task.documents, task.bytes = len(pieces), sum(map(len, pieces))
    detect("かな".encode("euc_jp"))
    with task.measured():
        names = [detect(piece) or "" for piece in pieces]
    if task.out is not None:
        path = task.out / "names.txt"
        path.write_text("".join(f"{name}\n" for name in names), "utf-8")
        task.results["names"] = str(path)
