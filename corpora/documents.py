"""The schemas of every role in a snapshot: the one place that says what a document is.

All role tables of one part are row-aligned: row *i* of ``text``, of each
``signals.<group>``, of ``signatures``, ``decisions`` and ``tokens`` speaks of
row *i* of ``documents``. (``edits`` and ``quarantine`` hold zero or more rows
a document and say which.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import xxhash

#: Rows in a Parquet row group of ``documents``: small, so that one document is
#: read in milliseconds.
ROW_GROUP_ROWS = 2_000

#: UTF-8 bytes of text after which an ingest unit closes a part.
PART_BYTES = 64 << 20

#: A record larger than this never becomes a document (it is quarantined).
MAX_RECORD_BYTES = 16 << 20

#: How much of a quarantined record is kept to be looked at.
QUARANTINE_BYTES = 4_096


def _schema(*fields: pa.Field[Any]) -> pa.Schema:
    return pa.schema(fields)


DOCUMENTS = _schema(
    pa.field("id", pa.string()),  # 32 hex digits, see document_id()
    pa.field("text", pa.large_string()),  # as read, before normalisation
    pa.field("text_hash", pa.string()),  # 32 hex digits, xxh3_128 of the text as read
    pa.field("source", pa.string()),  # the path as given; "archive.zip#member" inside archives
    pa.field("locator", pa.string()),  # "byte:123", "row:7", "stored:123", "member:…;byte:0"
    pa.field("url", pa.string()),
    pa.field("host", pa.string()),
    pa.field("title", pa.string()),
    pa.field("date", pa.string()),  # ISO 8601 as far as it is known
    pa.field("licence", pa.string()),
    pa.field("domain", pa.string()),
    pa.field("sensitivity", pa.string()),
    pa.field("language", pa.string()),  # as the source declares it
    pa.field("encoding", pa.string()),  # Python codec name, "utf-8", "cp932", …
    pa.field("format", pa.string()),  # "jsonl", "parquet", "warc", "text", …
    pa.field("metadata", pa.string()),  # a JSON object: the record's other fields
)

QUARANTINE = _schema(
    pa.field("source", pa.string()),
    pa.field("locator", pa.string()),
    pa.field("reason", pa.string()),  # a stable word, e.g. "invalid-json"
    pa.field("detail", pa.string()),  # a sentence for a person
    pa.field("bytes", pa.binary()),  # the first 4 KB of the record
)

TEXT = _schema(pa.field("text", pa.large_string()))

EVIDENCE = pa.list_(
    pa.struct([("rule", pa.string()), pa.field("start", pa.int32()), pa.field("end", pa.int32())])
)

DECISIONS = _schema(
    pa.field("id", pa.string()),
    pa.field("verdict", pa.string()),  # "keep" or "drop"
    pa.field("rule", pa.string()),  # the first failing rule; null when kept
    pa.field("value", pa.float64()),
    pa.field("limit", pa.float64()),
    pa.field("rules", pa.list_(pa.string())),  # every failing rule, in recipe order
    pa.field("evidence", EVIDENCE),  # code points of the normalised text
    pa.field("cluster", pa.string()),  # null when alone
    pa.field("keeper", pa.string()),  # who is kept of its cluster, or the kept one it is in
)

#: Spans cut or replaced in the normalised text of a kept document, sorted by (row, start).
EDITS = _schema(
    pa.field("row", pa.int32()),
    pa.field("start", pa.int32()),
    pa.field("end", pa.int32()),
    pa.field("replacement", pa.string()),
    pa.field("rule", pa.string()),
)

#: Null for a dropped or (after edits) empty document.
TOKENS = _schema(pa.field("tokens", pa.large_list(pa.int32())))

#: Verified pairs that joined a cluster, exact copies included at 1.0.
DUPLICATES = _schema(
    pa.field("a", pa.string()), pa.field("b", pa.string()), pa.field("jaccard", pa.float64())
)

#: One row a document that is in a cluster of two or more.
CLUSTERS = _schema(
    pa.field("id", pa.string()),
    pa.field("part", pa.int32()),
    pa.field("row", pa.int32()),
    pa.field("cluster", pa.string()),  # the smallest id in the cluster
    pa.field("exact", pa.string()),  # folded hash shared by exact copies
    pa.field("jaccard", pa.float64()),  # with the document of the cluster that it is most like
)

#: Documents that lie inside larger ones: ``shared`` of the ``a_grams`` n-grams of a are in b.
CONTAINED = _schema(
    pa.field("a", pa.string()),
    pa.field("b", pa.string()),
    *(
        pa.field(f"{side}_{name}", kind)
        for side in "ab"
        for name, kind in (("part", pa.int32()), ("row", pa.int32()), ("grams", pa.int64()))
    ),
    pa.field("shared", pa.int64()),
)

#: Documents that lie inside a kept one, and the share of their n-grams in it; sorted by id.
WITHIN = _schema(
    pa.field("id", pa.string()),
    pa.field("container", pa.string()),
    pa.field("share", pa.float64()),
)

#: Where a document is; sorted by id.
INDEX = _schema(
    pa.field("id", pa.string()), pa.field("part", pa.int32()), pa.field("row", pa.int32())
)

#: What people decided; sorted by id. An opt-out always wins over a judgement.
#: "keep" wins over every rule; "prefer" only says which of several copies is kept.
JUDGEMENTS = _schema(pa.field("id", pa.string()), pa.field("verdict", pa.string()))

#: Two documents that people say are no duplicates of each other; a < b, sorted.
APART = _schema(pa.field("a", pa.string()), pa.field("b", pa.string()))


# Not frozen: one is made a record, and a frozen one takes three times as long to make.
@dataclass(slots=True, kw_only=True)
class Document:
    """One document as a reader yields it. Text is as read: not yet normalised."""

    text: str
    source: str
    #: Where in the source: stable when the same source is read again.
    locator: str
    format: str
    encoding: str = "utf-8"
    url: str | None = None
    title: str | None = None
    date: str | None = None
    licence: str | None = None
    domain: str | None = None
    sensitivity: str | None = None
    language: str | None = None
    #: The record's other fields, JSON-serialisable; the record's own id under "id".
    metadata: dict[str, Any] = field(default_factory=dict)
    #: The text in UTF-8 from whoever had to encode it anyway; None from others.
    encoded: bytes | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A record that never became a document."""

    source: str
    locator: str
    #: A stable word: "invalid-json", "undecodable", "too-large", "no-text", …
    reason: str
    detail: str
    bytes: bytes = b""


def document_id(*, name: str, locator: str, text_hash: str) -> str:
    """A 128-bit id in hex: equal when the same text is read again from the same place.

    ``name`` is the source's name below the folder that was given (never the
    machine's absolute path), so that a corpus keeps its ids when it is moved.
    The text is part of it, so that a judgement can never apply to changed text.

    >>> a = document_id(name="新聞.jsonl", locator="byte:0", text_hash=text_hash("東京"))
    >>> len(a), a == document_id(name="新聞.jsonl", locator="byte:1", text_hash=text_hash("東京"))
    (32, False)
    """
    return document_ids(name=name, locators=[locator], hashes=[text_hash])[0]


def document_ids(*, name: str, locators: Sequence[str], hashes: Sequence[str]) -> list[str]:
    """The ids of documents of one source, by their locators and the hashes of their texts."""
    digest = xxhash.xxh3_128_hexdigest
    return [
        digest(f"{name}\0{locator}\0{text_hash}".encode())
        for locator, text_hash in zip(locators, hashes, strict=True)
    ]


def text_hash(text: str | bytes) -> str:
    """xxh3_128 of the text's UTF-8 bytes, in hex; whoever has the bytes already gives them.

    >>> text_hash("") == text_hash("ことぐら")
    False
    >>> text_hash("ことぐら".encode()) == text_hash("ことぐら")
    True
    """
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return xxhash.xxh3_128_hexdigest(data)
