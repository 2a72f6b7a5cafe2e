"""Documents and quarantined records on their way into the store, part by part.

A part is closed by what is in it alone, so the same input gives the same parts
whether or not the work was interrupted.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from contextlib import ExitStack
from itertools import accumulate
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa

from corpora.documents import (
    DOCUMENTS,
    PART_BYTES,
    QUARANTINE,
    ROW_GROUP_ROWS,
    Rejected,
    document_ids,
    text_hash,
)
from corpora.ingest.rows import Rows
from corpora.row_group_writer import TableWriter
from corpora.storage import Store

#: A URL with nothing between its scheme and its path but a host in lower case and a port:
#: nearly all are, and urlsplit takes ten times as long to say so.
_PLAIN_URL = re.compile(r"https?://([a-z0-9.-]+)(?::[0-9]*)?(?=[/?#]|\Z)")
#: Quarantined rows after which a part closes although it has little text.
_MAX_QUARANTINED = 50_000


class PartWriter:
    """One part: a context manager; its blobs are known after the block."""

    def __init__(self, store: Store, licence: str | None, domain: str | None) -> None:
        self._store = store
        self._licence = licence
        self._domain = domain
        self._stack = ExitStack()
        self._documents: TableWriter
        self._quarantine: TableWriter
        #: Fewer rows than a row group has.
        self._waiting = Rows()
        #: Of the documents that wait.
        self._ids: list[str] = []
        self._hashes: list[str] = []
        self._rejected: list[Rejected] = []
        self.rows = self.bytes = self.characters = self.quarantined = 0
        self.reasons: Counter[str] = Counter()

    def __enter__(self) -> PartWriter:
        self._documents = self._stack.enter_context(self._store.table_writer(DOCUMENTS))
        self._quarantine = self._stack.enter_context(self._store.table_writer(QUARANTINE))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            if self._waiting:
                self._emit()
            self._emit_rejected()
        self._stack.__exit__(kind, error, trace)

    @property
    def full(self) -> bool:
        return self.bytes >= PART_BYTES or self.quarantined >= _MAX_QUARANTINED

    def room(self, rows: Rows) -> int:
        """How many of the rows there is room for: the last of them fills the part."""
        sizes = list(accumulate(map(len, rows.texts), initial=self.bytes))
        return min(bisect_left(sizes, PART_BYTES, lo=1), len(rows))

    def add(self, outcome: Rows | Rejected, name: str) -> None:
        """``name`` is the file's name in the corpus: what the documents' ids are made of."""
        if isinstance(outcome, Rejected):
            self._add_rejected(outcome)
            return
        hashes = list(map(text_hash, outcome.texts))
        self._hashes += hashes
        self._ids += document_ids(name=name, locators=outcome.columns["locator"], hashes=hashes)
        self._waiting.extend(outcome)
        self.rows += len(outcome)
        self.bytes += sum(map(len, outcome.texts))
        self.characters += sum(outcome.characters)
        while len(self._waiting) >= ROW_GROUP_ROWS:
            self._emit()

    def result(self) -> dict[str, Any] | None:
        """The part as the plan knows it, after the block; None when it has no documents."""
        if not self.rows:
            return None
        return {
            "documents": self._documents.sha256,
            "rows": self.rows,
            "bytes": self.bytes,
            "characters": self.characters,
        }

    @property
    def quarantine(self) -> str:
        return self._quarantine.sha256 if self.quarantined else ""

    def _add_rejected(self, rejected: Rejected) -> None:
        self._rejected.append(rejected)
        self.quarantined += 1
        self.reasons[rejected.reason] += 1
        if len(self._rejected) >= ROW_GROUP_ROWS:
            self._emit_rejected()

    def _emit(self) -> None:
        """Write a row group, or what there is."""
        first, rest = slice(None, ROW_GROUP_ROWS), slice(ROW_GROUP_ROWS, None)
        rows = self._waiting[first]
        made = {
            "id": self._ids[first],
            "text": _large_strings(rows.texts),
            "text_hash": self._hashes[first],
            "host": [host_of(url) for url in rows.columns["url"]],
            "licence": [said or self._licence for said in rows.columns["licence"]],
            "domain": [said or self._domain for said in rows.columns["domain"]],
        }
        columns = {name: made.get(name, rows.columns.get(name)) for name in DOCUMENTS.names}
        self._documents.write(pa.table(columns, schema=DOCUMENTS))
        self._waiting = self._waiting[rest]
        self._ids, self._hashes = self._ids[rest], self._hashes[rest]

    def _emit_rejected(self) -> None:
        if self._rejected:
            columns = {
                name: [getattr(row, name) for row in self._rejected] for name in QUARANTINE.names
            }
            self._quarantine.write(pa.table(columns, schema=QUARANTINE))
            self._rejected = []


def _large_strings(texts: list[bytes]) -> pa.Array[Any]:
    """UTF-8 texts as Arrow's large_string: copied once, never decoded."""
    offsets = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(text) for text in texts], out=offsets[1:])
    places = pa.array(offsets).buffers()[1]
    buffers = [None, places, pa.py_buffer(b"".join(texts))]
    return pa.Array.from_buffers(pa.large_string(), len(texts), buffers)


def host_of(url: str | None) -> str | None:
    """The host of a URL in lower case, None when there is none.

    >>> host_of("https://News.Example.JP:8080/記事"), host_of("記事")
    ('news.example.jp', None)
    """
    if not url:
        return None
    if (plain := _PLAIN_URL.match(url)) is not None:
        return plain[1]
    try:
        return urlsplit(url).hostname
    except ValueError:  # a bracket that is no IPv6 address
        return None
