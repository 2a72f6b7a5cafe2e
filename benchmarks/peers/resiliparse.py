"""resiliparse: its detector and its extraction of main texts; fastwarc, which comes with it."""

from __future__ import annotations

import json

from fastwarc.warc import ArchiveIterator, WarcRecordType
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import bytes_to_str, detect_encoding
from resiliparse.parse.html import HTMLTree

from benchmarks.encoding_names import name_all
from benchmarks.protocol import Task, main


def encodings(task: Task) -> None:
    name_all(task, lambda data: detect_encoding(data, from_html_meta=False))


def archive(task: Task) -> None:
    """Responses' bodies read as they were sent, and nothing else.

    Undoing chunks and compression (auto_decode) ends some archives at the first damaged body.
    """
    with task.measured(), task.input.open("rb") as file:
        for record in _responses(file):
            record.reader.read()
            task.documents += 1
    task.bytes = task.input.stat().st_size


def archive_of_texts(task: Task) -> None:
    """The same, with the main text of what says that it is HTML."""
    characters = 0
    with task.measured(), task.input.open("rb") as file:
        for record in _responses(file):
            if "html" in (record.http_content_type or ""):
                characters += len(_text(record.reader.read()))
                task.documents += 1
    task.bytes = task.input.stat().st_size
    task.counts["characters"] = characters


def pages(task: Task) -> None:
    with task.input.open() as lines:
        given = [bytes.fromhex(json.loads(line)["bytes"]) for line in lines]
    task.documents, task.bytes = len(given), sum(map(len, given))
    _text(given[0])
    with task.measured():
        task.counts["characters"] = sum(len(_text(data)) for data in given)


def _responses(file):
    return ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=True)


def _text(data: bytes) -> str:
    tree = HTMLTree.parse(bytes_to_str(data, detect_encoding(data)))
    return extract_plain_text(tree, main_content=True)


WORKS = {
    "encodings": encodings,
    "archive": archive,
    "archive.texts": archive_of_texts,
    "pages": pages,
}

if __name__ == "__main__":
    main(WORKS, packages=("resiliparse", "fastwarc"))
