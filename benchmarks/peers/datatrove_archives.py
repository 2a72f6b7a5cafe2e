"""datatrove's reader of web archives, and its extraction of main texts (trafilatura's)."""

from __future__ import annotations

from collections.abc import Iterator

from datatrove.data import Document
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.readers import WarcReader
from loguru import logger

from benchmarks.protocol import Task, main


def archive(task: Task) -> None:
    """Pages as documents of their markup."""
    with task.measured():
        task.documents = sum(1 for _ in _pages(task))
    task.bytes = task.input.stat().st_size


def archive_of_texts(task: Task) -> None:
    """The same, with their main texts, in its defaults."""
    characters = 0
    with task.measured():
        for document in Trafilatura().run(_pages(task)):
            characters += len(document.text)
            task.documents += 1
    task.bytes = task.input.stat().st_size
    task.counts["characters"] = characters


def _pages(task: Task) -> Iterator[Document]:
    logger.remove()
    reader = WarcReader(str(task.input.parent), glob_pattern=task.input.name)
    return reader.run()


WORKS = {"archive": archive, "archive.texts": archive_of_texts}

if __name__ == "__main__":
    main(WORKS, packages=("datatrove", "warcio", "trafilatura"))
