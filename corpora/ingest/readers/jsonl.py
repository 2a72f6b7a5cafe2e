"""JSON Lines: one object a line, each judged on its own."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from corpora.documents import MAX_RECORD_BYTES, Rejected
from corpora.ingest import fields, strict_json
from corpora.ingest.columns import Columns
from corpora.ingest.encodings import UndecodableError
from corpora.ingest.entries import Batch, Entry, Outcome, Place, Reader, Sample, Single, Source
from corpora.ingest.lines import Line, Run, runs, separator_of
from corpora.ingest.rows import Rows
from corpora.ingest.together import Together, in_batches
from corpora.ingest.transcoding import decode_line
from corpora.ingest.weighing import Named

_MARGIN = "\ufeff \t\r\0"
_BLANK = b" \t\r\n\x00"
#: Lines of the head that decide.
_LOOKED_AT = 50


def matches(sample: Sample) -> bool:
    """The first line, or half of the first lines, are objects; a lone object must have a text."""
    heads = [line for raw in sample.lines[:_LOOKED_AT] if (line := raw.strip(_MARGIN))]
    if not heads:
        return _long_record(sample)
    if not any(line.startswith("{") for line in heads):
        return False
    objects = [_object(line) for line in heads]
    if len(heads) == 1 and sample.complete:
        return objects[0] is not None and fields.has_text(objects[0])
    # A file that goes on behind a whole object is no JSON file, whatever comes.
    return objects[0] is not None or 2 * (len(heads) - objects.count(None)) >= len(heads)


def _long_record(sample: Sample) -> bool:
    """The first line goes beyond the head: a record when it begins with a text field."""
    beginning = re.match(r'\s*\{\s*"([^"\\]{1,64})"\s*:\s*(["\d])', sample.text.lstrip("\ufeff\0"))
    return beginning is not None and not sample.complete


def read(source: Source) -> Iterator[Entry]:
    sample = (_object(line.strip(_MARGIN)) for line in source.sample.lines[:_LOOKED_AT])
    column = fields.text_column(filter(None, sample), source.columns)

    def batch(lines: Sequence[Line]) -> Batch:
        records = _Lines(source, column, lines)
        return Batch(records=len(lines), singly=records.singly, together=records.together)

    return in_batches(_lines(source), lambda line: len(line.data), batch)


def _lines(source: Source) -> Iterator[Rejected | list[Line]]:
    """Every line that is not blank."""
    separator = separator_of(source.sample.head)
    for found in runs(source.chunks, separator=separator, begin=source.begin):
        if isinstance(found, Run):
            yield [Line(*line) for line in zip(*found, strict=True) if line[1].strip(_BLANK)]
        elif found.oversized:
            yield source.place(f"byte:{found.offset}").rejected(
                "too-large", f"the line is longer than {MAX_RECORD_BYTES >> 20} MiB", found.data
            )
        elif found.data.strip(_BLANK):
            yield [found]


class _Lines:
    """Lines that follow each other."""

    def __init__(self, source: Source, column: str | None, lines: Sequence[Line]) -> None:
        self._source = source
        self._column = column
        self._lines = lines

    def singly(self) -> Iterator[Single]:
        for at in range(len(self._lines)):
            yield partial(self._alone, at)

    def together(self) -> Iterator[Rows | Outcome]:
        source = self._source
        found = Together(len(self._lines), source.columns, self._column)
        if source.encoding.startswith("utf-"):
            # Blanks around an object are the parser's business.
            records = strict_json.parse_all([line.data for line in self._lines])
            found.add([record if isinstance(record, dict) else None for record in records])
        return found.outcomes(
            alone=self._alone,
            locators=[f"{source.prefix}byte:{line.offset}" for line in self._lines],
            encodings=[source.encoding] * len(self._lines),
            source=source.source,
            format="jsonl",
        )

    def _alone(self, at: int) -> Outcome:
        place = self._source.place(f"byte:{self._lines[at].offset}")
        data = self._lines[at].data.strip(_BLANK)
        return _record(data, place, self._source.named, self._column, self._source.columns)


def _object(line: str) -> dict[str, object] | None:
    try:
        value = strict_json.parse(line.encode("utf-8", "surrogatepass"))
    except strict_json.JsonError:
        return None
    return value if isinstance(value, dict) else None


def _record(
    data: bytes, place: Place, file: Named, column: str | None, columns: Columns | None
) -> Outcome:
    try:
        value, encoding, notes = _value(data.removeprefix(codecs.BOM_UTF8), file)
    except UndecodableError as error:
        return place.rejected("undecodable", str(error), data)
    except strict_json.JsonError as error:
        return place.rejected(error.reason, str(error), data)
    if not isinstance(value, dict):
        kind = type(value).__name__
        return place.rejected("not-an-object", f"the line holds {kind}, no object", data)
    return fields.to_document(
        value,
        place=place,
        format="jsonl",
        encoding=encoding,
        notes=notes,
        text_column=column,
        columns=columns,
        raw=data,
    )


def _value(data: bytes, file: Named) -> tuple[object, str, dict[str, Any]]:
    """(the line's value, its encoding, its notes). Raises UndecodableError or JsonError."""
    if file.encoding.startswith("utf-"):
        # The parser finds out for itself whether it is UTF-8; nearly every line is, and good.
        try:
            return strict_json.parse(data), file.encoding, file.notes
        except strict_json.JsonError:
            pass
    line = decode_line(data, file)
    value = strict_json.parse(line.text.encode("utf-8", "surrogatepass"))
    return value, line.encoding, line.notes


JSONL = Reader(name="jsonl", matches=matches, read=read, by_line=True)
