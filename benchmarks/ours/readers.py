"""Files through our readers: each record judged, and its document made."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.protocol import Task, main
from corpora.documents import Document
from corpora.ingest.cleaning import Unfit, clean
from corpora.ingest.encodings import UndecodableError
from corpora.ingest.entries import singly
from corpora.ingest.html.page import page
from corpora.ingest.parquet_process import ParquetProcess
from corpora.ingest.reading import Opened
from corpora.stages import no_progress

_GZIP = b"\x1f\x8b"


def archive(task: Task) -> None:
    """A web archive: responses decoded, pages' main texts extracted."""
    with _given(task) as path:
        task.bytes = path.stat().st_size
        with task.measured():
            task.counts["characters"] = sum(len(one.text) for one in _documents(task, path))


def wiki(task: Task) -> None:
    with _given(task) as path:
        task.bytes = path.stat().st_size
        with task.measured():
            texts = {one.title or "": one.text for one in _documents(task, path)}
    if task.out is not None:
        path = task.out / "texts.json"
        path.write_text(json.dumps(texts), "utf-8")
        task.results["texts"] = str(path)


def pages(task: Task) -> None:
    """Pages' main texts, whatever their encoding."""
    with task.input.open() as lines:
        given = [bytes.fromhex(json.loads(line)["bytes"]) for line in lines]
    task.documents, task.bytes = len(given), sum(map(len, given))
    page(given[0])
    with task.measured():
        task.counts["characters"] = sum(map(_characters, given))


def _characters(data: bytes) -> int:
    try:
        cleaned = clean(page(data).text)
    except UndecodableError:
        return 0
    return 0 if isinstance(cleaned, Unfit) else len(cleaned.text)


@contextmanager
def _given(task: Task) -> Iterator[Path]:
    """The input, or one file that holds its records ``times`` over."""
    times = int(task.options.get("times", 1))
    if times == 1:
        yield task.input
        return
    data = task.input.read_bytes()
    begin, end = 0, len(data)
    if not data.startswith(_GZIP):  # a dump has one root
        begin, end = data.index(b"<page>"), data.rindex(b"</page>") + len(b"</page>")
    with tempfile.NamedTemporaryFile(suffix=task.input.name) as file:
        file.write(data[:begin])
        for _ in range(times):
            file.write(data[begin:end])
        file.write(data[end:])
        file.flush()
        yield Path(file.name)


def _documents(task: Task, path: Path) -> Iterator[Document]:
    with tempfile.TemporaryDirectory() as scratch, ParquetProcess() as parquet:
        opened = Opened(
            path=path,
            source=path.name,
            format="auto",
            scratch=Path(scratch),
            parquet=parquet,
            progress=no_progress,
        )
        for entry in singly(opened.entries()):
            outcome = entry() if callable(entry) else entry
            if isinstance(outcome, Document):
                task.documents += 1
                yield outcome


WORKS = {"archive": archive, "wiki": wiki, "pages": pages}

if __name__ == "__main__":
    main(WORKS)
