"""The kept documents of a part, a row group at a time: what every unit of edits goes through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash
from numpy.typing import NDArray

from corpora.edits.tails import group_of
from corpora.kernels.text import Utf8
from corpora.row_groups import row_groups
from corpora.storage import Store


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Whose documents are: a host, an archive or a folder."""

    #: Each once.
    names: list[str]
    #: int64, one a document: the place of its group's name.
    codes: NDArray[np.int64]

    def each(self) -> list[str]:
        """The name of each document's group."""
        return [self.names[code] for code in self.codes.tolist()]

    def seeds(self) -> NDArray[np.uint64]:
        """uint64, one a document, equal where the group is: keys of lines begin with it."""
        return seeds_of(self.names)[self.codes]

    def at(self, rows: NDArray[np.int64]) -> Groups:
        return Groups(names=self.names, codes=self.codes[rows])


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The kept documents among some rows; arrays have one entry a document."""

    #: The first of the rows that were read, and how many, dropped ones included.
    start: int
    read: int
    #: Of all these rows, kept or not; those of ours are at ``places``, int64.
    source: Utf8
    places: NDArray[np.int64]
    groups: Groups

    @property
    def rows(self) -> NDArray[np.int64]:
        """int64, ascending."""
        return self.start + self.places

    @cached_property
    def texts(self) -> list[str]:
        """Normalised."""
        return [self.source.text(place) for place in self.places.tolist()]


def kept_documents(store: Store, part: Mapping[str, str]) -> Iterator[Kept]:
    """``part`` names the blobs of the roles documents, text and decisions."""
    groups = groups_of(store, part["documents"])
    verdicts: Any = store.read_table(part["decisions"], columns=["verdict"])["verdict"]
    kept = pc.fill_null(pc.equal(verdicts, pa.scalar("keep")), False).to_numpy()
    for start, texts in row_groups(store, part["text"], "text"):
        places = np.flatnonzero(kept[start : start + len(texts)])
        yield Kept(
            start=start,
            read=len(texts),
            source=Utf8.of(texts),
            places=places,
            groups=groups.at(start + places),
        )


def groups_of(store: Store, documents: str) -> Groups:
    """The group of each document of a part."""
    table = store.read_table(documents, columns=["host", "source"])
    hosts: Any = table["host"].combine_chunks().fill_null("").dictionary_encode()
    sources: Any = table["source"].combine_chunks().fill_null("").dictionary_encode()
    numbers: dict[str, int] = {}
    by_host = _numbered([name or None for name in hosts.dictionary.to_pylist()], numbers)
    codes = _taken(by_host, hosts)
    without = np.flatnonzero(codes < 0)
    if len(without):
        here = np.unique(sources.indices.to_numpy()[without])
        folders: list[str | None] = [None] * len(sources.dictionary)
        for code in here.tolist():
            folders[code] = group_of(None, sources.dictionary[code].as_py())
        codes[without] = _taken(_numbered(folders, numbers), sources)[without]
    return Groups(names=list(numbers), codes=codes)


def _numbered(names: list[str | None], numbers: dict[str, int]) -> NDArray[np.int64]:
    """The number of each name, −1 for none; new names get the next ones."""
    found = [-1 if name is None else numbers.setdefault(name, len(numbers)) for name in names]
    return np.array(found, np.int64)


def _taken(numbers: NDArray[np.int64], encoded: Any) -> NDArray[np.int64]:
    """The number of each value of a dictionary array."""
    return numbers[encoded.indices.to_numpy()] if len(numbers) else np.empty(0, np.int64)


def seeds_of(groups: list[str]) -> NDArray[np.uint64]:
    """uint64, one a name."""
    return np.array([xxhash.xxh3_64_intdigest(group.encode()) for group in groups], np.uint64)
