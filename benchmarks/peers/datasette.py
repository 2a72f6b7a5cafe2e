"""sqlite-utils and Datasette: a file inserted into a database, its pages served."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import OpenerDirector, build_opener

from benchmarks.looking import FIRST, Found, Wording, ask, histogram
from benchmarks.protocol import Task, main
from benchmarks.serving import free_port, page, served
from benchmarks.watching import processor_seconds

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
        database = _inserted(Path(folder), task.input, more)
        port = free_port()
        with served([str(_HERE / "datasette"), "serve", database, "--port", str(port)]):
            html = page(build_opener(), f"http://127.0.0.1:{port}/bench/documents")
        if "<td" not in html:
            raise RuntimeError("the page shows no documents")
    task.counts["shown"] = task.documents


def _inserted(folder: Path, file: Path, more: Sequence[tuple[str, ...]]) -> str:
    """The database."""
    database = str(folder / "bench.db")
    insert = ("insert", "documents", str(file), "--nl", "--silent")
    for verb, *arguments in (insert, *more):
        command = [str(_HERE / "sqlite-utils"), verb, database, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return database


# -- looking for documents ----------------------------------------------------------------------

_COUNT = re.compile(r"<h3>\s*([\d,]+) rows?")
_NUMBER = re.compile(r'<td class="col-id[^>]*>(?:<a[^>]*>)?(\d+)')


def contains(task: Task) -> None:
    """By LIKE, as its filter "contains" does."""
    _asked(task, (), "text__contains")


def unicode61(task: Task) -> None:
    """By a full-text index as it is made when nothing else is said."""
    _asked(task, [("enable-fts", "documents", "text", "--fts5")], "_search")


def trigram(task: Task) -> None:
    index = ("enable-fts", "documents", "text", "--fts5", "--tokenize", "trigram")
    _asked(task, [index], "_search")


def _asked(task: Task, more: Sequence[tuple[str, ...]], contains: str) -> None:
    with tempfile.TemporaryDirectory(dir=task.input) as folder:
        database = _inserted(Path(folder), task.input / "documents.jsonl", more)
        port = free_port()
        command = [str(_HERE / "datasette"), "serve", database, "--port", str(port)]
        # Otherwise it gives up after a second, and says so.
        command += ["--setting", "sql_time_limit_ms", "60000"]
        with served(command) as process:
            opener, base = build_opener(), f"http://127.0.0.1:{port}/bench"
            page(opener, base)
            ask(
                task,
                lambda wording: _answer(opener, base, wording, contains),
                lambda: processor_seconds(process.pid),
            )


def _answer(opener: OpenerDirector, base: str, wording: Wording, contains: str) -> Found:
    if wording.question == "histogram":
        query = urlencode({"sql": histogram(wording, "documents", "min")})
        html = page(opener, f"{base}?{query}")
        bars = re.findall(r'<td class="col-documents">(\d+)', html)
        return Found(documents=sum(map(int, bars)), first=[])
    query = {contains: wording.word, f"{wording.column}__gte": wording.least}
    asked = {name: value for name, value in query.items() if value}
    html = page(opener, f"{base}/documents?{urlencode({**asked, '_size': FIRST})}")
    said = _COUNT.search(html)
    assert said is not None
    first = map(int, _NUMBER.findall(html))
    return Found(documents=int(said[1].replace(",", "")), first=list(first))


WORKS = {
    "on_screen": default,
    "on_screen.searchable": searchable,
    "questions": contains,
    "questions.unicode61": unicode61,
    "questions.trigram": trigram,
}

if __name__ == "__main__":
    main(WORKS, packages=("datasette", "sqlite-utils"))
