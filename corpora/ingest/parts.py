"""Documents and quarantined records on their way into the store, part by part.

A part is closed by what is in it alone, so the same input gives the same parts
whether or not the work was interrupted.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import ExitStack
from operator import attrgetter
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import orjson
import pyarrow as pa

from corpora.documents import (
    DOCUMENTS,
    PART_BYTES,
    QUARANTINE,
    Document,
    Rejected,
    document_id,
    text_hash,
)
from corpora.row_group_writer import TableWriter
from corpora.storage import Store

#: Rows, or bytes of text, that wait in Python before they become Arrow.
_BATCH_ROWS = 2_000
_BATCH_BYTES = 8 << 20
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
        self._waiting: list[Document] = []
        #: Of the documents that wait: their ids, hashes, and texts in UTF-8.
        self._ids: list[str] = []
        self._hashes: list[str] = []
        self._texts: list[bytes] = []
        self._rejected: list[Rejected] = []
        self._waiting_bytes = 0
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
            self._emit()
            self._emit_rejected()
        self._stack.__exit__(kind, error, trace)

    @property
    def full(self) -> bool:
        return self.bytes >= PART_BYTES or self.quarantined >= _MAX_QUARANTINED

    def add(self, outcome: Document | Rejected, name: str) -> None:
        """``name`` is the file's name in the corpus: what the document's id is made of."""
        if isinstance(outcome, Rejected):
            self._add_rejected(outcome)
            return
        encoded = outcome.text.encode() if outcome.encoded is None else outcome.encoded
        size = len(encoded)
        digest = text_hash(encoded)
        self._waiting.append(outcome)
        self._texts.append(encoded)
        self._hashes.append(digest)
        self._ids.append(document_id(name=name, locator=outcome.locator, text_hash=digest))
        self.rows += 1
        self.bytes += size
        self.characters += len(outcome.text)
        self._waiting_bytes += size
        if len(self._waiting) >= _BATCH_ROWS or self._waiting_bytes >= _BATCH_BYTES:
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
        if len(self._rejected) >= _BATCH_ROWS:
            self._emit_rejected()

    def _emit(self) -> None:
        if not self._waiting:
            return
        waiting = self._waiting
        made = {
            "id": self._ids,
            "text": _large_strings(self._texts),
            "text_hash": self._hashes,
            "host": [host_of(document.url) for document in waiting],
            "licence": [document.licence or self._licence for document in waiting],
            "domain": [document.domain or self._domain for document in waiting],
            "metadata": [metadata_json(document.metadata) for document in waiting],
        }
        columns = {
            name: made[name] if name in made else list(map(attrgetter(name), waiting))
            for name in DOCUMENTS.names
        }
        self._documents.write(pa.table(columns, schema=DOCUMENTS))
        self._waiting, self._ids, self._hashes, self._texts = [], [], [], []
        self._waiting_bytes = 0

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


def metadata_json(metadata: dict[str, Any]) -> str:
    """The metadata as a JSON object; "{}" when there is none."""
    if not metadata:
        return "{}"
    return orjson.dumps(metadata, option=orjson.OPT_NON_STR_KEYS).decode()
