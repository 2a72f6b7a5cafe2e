"""Real texts cut into sentences, on disk: what the corpus is made of.

Anything that ``python -m corpora run`` reads is read, by the same ingest. In memory lie only the
places of the sentences (eight bytes each), however long they are.
"""

from __future__ import annotations

import re
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.plans import IngestPlan, parts_of
from corpora.runner import Runner
from corpora.storage import Store

#: Up to a full stop (with its brackets) or a line's end; line breaks belong to what they end.
_SENTENCE = re.compile(r"(?:[^\n。！？]+(?:[。！？]+[」』）]*)?|[。！？]+[」』）]*)\n*|\n+")

#: A shorter text is no document to recombine.
_LEAST_CODE_POINTS = 100


class Source(NamedTuple):
    """A document as it was read."""

    text: str
    #: The path that was given, with the member inside an archive.
    source: str
    domain: str


def read(paths: Sequence[Path], scratch: Path) -> Iterator[Source]:
    """Every document of files and folders, in the product's own order. Raises SourceError."""
    store = Store(scratch / "store")
    names = tuple(str(path) for path in paths)
    for part in parts_of(Runner(store).run(IngestPlan(paths=names))):
        with store.parquet(part.documents) as file:
            for batch in file.iter_batches(columns=["text", "source", "domain"]):
                for row in batch.to_pylist():
                    yield Source(row["text"], row["source"] or "", row["domain"] or "")


class Sentences:
    """Sentences end to end in one file; document d has those from ``firsts[d]`` on."""

    def __init__(self, path: Path, ends: array[int], firsts: array[int], domains: list[str]):
        self._data: NDArray[np.uint8] = np.memmap(path, np.uint8, mode="r")
        self._ends = ends
        self._firsts = firsts
        #: By document.
        self.domains = domains

    def __len__(self) -> int:
        """Documents."""
        return len(self._firsts) - 1

    def of(self, document: int) -> tuple[int, int]:
        """The first sentence of a document, and the first after it."""
        return self._firsts[document], self._firsts[document + 1]

    def run(self, first: int, last: int) -> bytes:
        """The sentences from one up to another, as they stood, in UTF-8."""
        return self._data[self._ends[first] : self._ends[last]].tobytes()

    def size(self, document: int) -> int:
        """UTF-8 bytes of a document."""
        first, last = self.of(document)
        return self._ends[last] - self._ends[first]


@contextmanager
def sentences(paths: Sequence[Path], scratch: Path | None = None) -> Iterator[Sentences]:
    """The sentences of all documents; their file is gone when the block ends."""
    with tempfile.TemporaryDirectory(dir=scratch, prefix="sentences-") as name:
        folder = Path(name)
        ends, firsts = array("q", [0]), array("q", [0])
        domains: list[str] = []
        with (folder / "sentences").open("wb") as file:
            for source in read(paths, folder):
                if len(source.text) < _LEAST_CODE_POINTS:
                    continue
                for sentence in split(source.text):
                    ends.append(ends[-1] + file.write(sentence.encode()))
                firsts.append(len(ends) - 1)
                domains.append(source.domain)
        if not domains:
            raise ValueError(f"no text of {_LEAST_CODE_POINTS} characters or more was read.")
        yield Sentences(folder / "sentences", ends, firsts, domains)


def split(text: str) -> list[str]:
    """A text as sentences that joined give it back.

    >>> split("春は、あけぼの。「夏は夜。」\\n\\n秋は夕暮れ")
    ['春は、あけぼの。', '「夏は夜。」\\n\\n', '秋は夕暮れ']
    """
    return _SENTENCE.findall(text)
