"""What the measured runs go over: the sample's sentences, dealt anew, or a person's own texts."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import orjson

from corpora.documents import Document, Rejected
from corpora.errors import KotoguraError, SourceError
from corpora.ingest.columns import columns_of
from corpora.ingest.entries import singly
from corpora.ingest.parquet_process import ParquetProcess
from corpora.ingest.reading import Opened
from corpora.sample.texts import all_texts
from corpora.stages import no_progress

_SEED = 20_260_101
#: Share of the dealt documents that are a near copy of the one before.
_COPIES = 0.1
#: What else a document says of itself: lines are counted by host, names take place.
_ROLES = ("url", "title", "date", "licence", "domain", "language", "sensitivity")

#: A record of JSON Lines.
Record = dict[str, Any]


def dealt(document_bytes: int, seed: int) -> Iterator[Record]:
    """Documents without end, of ``document_bytes`` on average; a tenth are near copies."""
    sentences = [
        sentence + "。"
        for text in all_texts()
        for sentence in text.body.replace("\n", "").split("。")
        if sentence
    ]
    dealer = random.Random(_SEED + seed)
    lines: list[str] = []
    while True:
        if lines and dealer.random() < _COPIES:
            yield {"text": "\n".join([*lines, dealer.choice(sentences)])}
            continue
        lines, amount = [], 0
        wanted = dealer.randint(document_bytes // 2, document_bytes * 3 // 2)
        while amount < wanted:
            # Some sentences a line: no line is in two documents.
            line = "".join(dealer.choices(sentences, k=dealer.randint(2, 6)))
            lines.append(line)
            amount += len(line.encode()) + 1
        yield {"text": "\n".join(lines)}


def read(paths: Sequence[Path], size: int) -> Iterator[Record]:
    """The documents of files and folders, at most as many bytes of a file as make ``size`` of
    all."""
    files = [
        file
        for path in paths
        for file in (sorted(path.rglob("*")) if path.is_dir() else [path])
        if file.is_file()
    ]
    random.Random(_SEED).shuffle(files)
    # A little more than is asked for: what is written ends with a whole document.
    wanted = size + size // 10
    with tempfile.TemporaryDirectory(prefix="kotogura-estimate-") as scratch:
        for number, file in enumerate(files):
            share = wanted // (len(files) - number) + 1
            for record in _records(file, Path(scratch)):
                yield record
                amount = len(record["text"].encode())
                share, wanted = share - amount, wanted - amount
                if share <= 0:
                    break


def _records(file: Path, scratch: Path) -> Iterator[Record]:
    with ParquetProcess() as parquet:
        opened = Opened(
            path=file,
            source=str(file),
            format="auto",
            scratch=scratch,
            parquet=parquet,
            columns=columns_of({}),
            progress=no_progress,
        )
        with suppress(SourceError):  # to be measured with is what can be read
            for entry in singly(opened.entries()):
                outcome = entry if isinstance(entry, Rejected) else entry()
                if not isinstance(outcome, Rejected):
                    yield record_of(outcome)


def record_of(document: Document) -> Record:
    """What a reader of JSON Lines makes the same document of, but for where it lies.

    >>> record_of(Document(text="雨", source="a", locator="", format="jsonl", title="雨の日"))
    {'text': '雨', 'title': '雨の日'}
    """
    roles = {role: getattr(document, role) for role in _ROLES}
    said = {role: value for role, value in roles.items() if value is not None}
    return {**document.metadata, "text": document.text, **said}


def write(folders: Mapping[Path, int], records: Iterator[Record], size: int) -> tuple[int, int]:
    """New folders, each with its share of ``size`` bytes of text or a little more: the number of
    texts and their bytes.

    Raises KotoguraError when there are fewer.
    """
    sizes, shares = [0] * len(folders), list(folders.values())
    documents = 0
    with ExitStack() as stack:
        files = []
        for folder in folders:
            folder.mkdir(parents=True)
            files.append(stack.enter_context((folder / "texts.jsonl").open("wb")))
        while sum(sizes) < size:
            record = next(records, None)
            if record is None:
                raise KotoguraError(
                    f"there are only {sum(sizes) / 1e6:.1f} of {size / 1e6:.1f} MB of text to "
                    "measure with.",
                    remedy="Give more files with --from, or fewer --calibrate-megabytes.",
                )
            emptiest = min(range(len(sizes)), key=lambda at: sizes[at] / shares[at])
            files[emptiest].write(orjson.dumps(record) + b"\n")
            documents += 1
            sizes[emptiest] += len(record["text"].encode())
    return documents, sum(sizes)
