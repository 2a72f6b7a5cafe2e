"""The schemas of every role in a snapshot: the one place that says what a document is.

All role tables of one part are row-aligned: row *i* of ``text``, of each
``signals.<group>``, of ``signatures``, ``decisions`` and ``tokens`` speaks of
row *i* of ``documents``. (``edits`` and ``quarantine`` hold zero or more rows
a document and say which.)
"""

from __future__ import annotations

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

DOCUMENTS = pa.schema(
    [
        ("id", pa.string()),  # 32 hex digits, see document_id()
        ("text", pa.large_string()),  # as read, before normalisation
        ("text_hash", pa.string()),  # 32 hex digits, xxh3_128 of the text as read
        ("source", pa.string()),  # the path as given; "archive.zip#member" inside archives
        ("locator", pa.string()),  # "byte:123", "row:7", "member:…;byte:0"
        ("url", pa.string()),
        ("host", pa.string()),
        ("title", pa.string()),
        ("date", pa.string()),  # ISO 8601 as far as it is known
        ("licence", pa.string()),
        ("domain", pa.string()),
        ("sensitivity", pa.string()),
        ("language", pa.string()),  # as the source declares it
        ("encoding", pa.string()),  # Python codec name, "utf-8", "cp932", …
        ("format", pa.string()),  # "jsonl", "parquet", "csv", "tsv", "json", "text", "aozora"
        ("metadata", pa.string()),  # a JSON object: the record's other fields
    ]
)

QUARANTINE = pa.schema(
    [
        ("source", pa.string()),
        ("locator", pa.string()),
        ("reason", pa.string()),  # a stable word, e.g. "invalid-json"
        ("detail", pa.string()),  # a sentence for a person
        ("bytes", pa.binary()),  # the first 4 KB of the record
    ]
)

TEXT = pa.schema([("text", pa.large_string())])

#: 128 little-endian uint32 values as bytes; empty bytes for a text shorter than the shingle.
SIGNATURES = pa.schema([("folded_hash", pa.string()), ("signature", pa.binary())])

EVIDENCE = pa.list_(
    pa.struct([("rule", pa.string()), ("start", pa.int32()), ("end", pa.int32())])
)

DECISIONS = pa.schema(
    [
        ("id", pa.string()),
        ("verdict", pa.string()),  # "keep" or "drop"
        ("rule", pa.string()),  # the first failing rule; null when kept
        ("value", pa.float64()),
        ("limit", pa.float64()),
        ("rules", pa.list_(pa.string())),  # every failing rule, in recipe order
        ("evidence", EVIDENCE),  # code points of the normalised text
        ("cluster", pa.string()),  # null when alone
        ("keeper", pa.string()),  # the document kept of the cluster; null when alone
    ]
)

#: Spans cut or replaced in the normalised text of a kept document, sorted by (row, start).
EDITS = pa.schema(
    [
        ("row", pa.int32()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("replacement", pa.string()),
        ("rule", pa.string()),
    ]
)

#: Null for a dropped or (after edits) empty document.
TOKENS = pa.schema([("tokens", pa.large_list(pa.int32()))])

#: Verified pairs that joined a cluster, exact copies included at 1.0.
DUPLICATES = pa.schema([("a", pa.string()), ("b", pa.string()), ("jaccard", pa.float64())])

#: One row a document that is in a cluster of two or more.
CLUSTERS = pa.schema(
    [
        ("id", pa.string()),
        ("part", pa.int32()),
        ("row", pa.int32()),
        ("cluster", pa.string()),  # the smallest id in the cluster
        ("exact", pa.string()),  # folded hash shared by exact copies
        ("jaccard", pa.float64()),  # with the document of the cluster that it is most like
    ]
)

#: Where a document is; sorted by id.
INDEX = pa.schema([("id", pa.string()), ("part", pa.int32()), ("row", pa.int32())])

#: What people decided; sorted by id. An opt-out always wins over a judgement.
JUDGEMENTS = pa.schema([("id", pa.string()), ("verdict", pa.string())])


@dataclass(frozen=True, slots=True, kw_only=True)
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
    return xxhash.xxh3_128_hexdigest(f"{name}\0{locator}\0{text_hash}".encode())


def text_hash(text: str) -> str:
    """xxh3_128 of the text's UTF-8 bytes, in hex.

    >>> text_hash("") == text_hash("ことぐら")
    False
    """
    return xxhash.xxh3_128_hexdigest(text.encode("utf-8", "surrogatepass"))
