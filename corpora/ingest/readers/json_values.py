"""JSON that is not a record a line: an array of records, or one object that is a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from corpora.documents import MAX_RECORD_BYTES
from corpora.ingest import fields, strict_json
from corpora.ingest.columns import Columns
from corpora.ingest.encodings import UndecodableError
from corpora.ingest.entries import Entry, Outcome, Place, Reader, Sample, Source
from corpora.ingest.json_split import Value, split
from corpora.ingest.transcoding import as_utf8, decode_line
from corpora.ingest.weighing import Named

#: Keys of an object that hold the records, when the object has no text of its own.
_WRAPPERS = ("data", "records", "documents", "articles", "items", "rows", "examples")
_BEGINNING = re.compile(r'\[\s*[{\["\]]|\{\s*["}]')


def matches(sample: Sample) -> bool:
    """Begins like an array of records or strings, or like an object."""
    return _BEGINNING.match(sample.text.lstrip("\ufeff \t\r\n\0")) is not None


def read(source: Source) -> Iterator[Entry]:
    number = 0
    column: str | None = None
    for value in split(as_utf8(source), source.source):
        if value.oversized:
            detail = f"the value is larger than {MAX_RECORD_BYTES >> 20} MiB"
            yield source.place(f"row:{number}").rejected("too-large", detail, value.data)
            number += 1
            continue
        records = _records(value, source.columns)
        if number == 0:
            sample = (found for found in records if isinstance(found, dict))
            column = fields.text_column(sample, source.columns)
        for record in records:
            place = source.place(f"row:{number}")
            yield partial(_outcome, record, value.data, place, source, column)
            number += 1


def _records(value: Value, columns: Columns | None) -> list[Any]:
    """The records of one value: itself, or what it wraps. An error stands for itself."""
    try:
        text = decode_line(value.data, Named("utf-8")).text
        found = strict_json.parse(text.encode("utf-8", "surrogatepass"))
    except (strict_json.JsonError, UndecodableError) as error:
        return [error]
    if isinstance(found, dict) and not fields.has_text(found, columns):
        for name in _WRAPPERS:
            inner = found.get(name)
            if isinstance(inner, list) and inner and isinstance(inner[0], dict):
                return inner
    return [found]


def _outcome(record: Any, raw: bytes, place: Place, source: Source, column: str | None) -> Outcome:
    if isinstance(record, strict_json.JsonError):
        return place.rejected(record.reason, str(record), raw)
    if isinstance(record, UndecodableError):
        return place.rejected("undecodable", str(record), raw)
    if not isinstance(record, dict):
        kind = type(record).__name__
        return place.rejected("not-an-object", f"the value is {kind}, no object", raw)
    return fields.to_document(
        record,
        place=place,
        format="json",
        encoding=source.encoding,
        notes=source.named.notes,
        text_column=column,
        columns=source.columns,
        raw=raw,
    )


JSON = Reader(name="json", matches=matches, read=read)
