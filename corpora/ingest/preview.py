"""The first records of a file and what they would become, before anything is kept.

The readers are those of ingest. They run in a process of its own, limited in memory and
time: a file that nobody has looked at yet costs the page that shows it nothing.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from corpora.documents import Document, Rejected
from corpora.errors import Cancelled, KotoguraError, SourceError
from corpora.ingest import fields
from corpora.ingest.columns import Columns, Stated, at, columns_of, names_of
from corpora.ingest.entries import singly
from corpora.ingest.looking import (
    LOOKED_AT,
    MOST_BYTES,
    MOST_COLUMNS,
    ask,
    asked,
    opened,
    too_dear,
)
from corpora.ingest.reading import Opened

#: Of the records that are looked at, those that are shown.
SHOWN = 20
#: Characters of a text, and of any other value, that are shown.
_TEXT, _VALUE = 300, 120
#: What is kept of a value to guess by: a text is one by its beginning.
_KEPT, _MEMBERS = 1_000, 3
_COLUMNS = ("url", "title", "date", "licence", "domain", "language", "sensitivity")


@dataclass(kw_only=True)
class Preview:
    format: str | None = None
    #: Of the records that were looked at, in the order of their first appearance.
    columns: list[str] = field(default_factory=list)
    #: Column -> a value of it.
    examples: dict[str, str] = field(default_factory=dict)
    #: Role -> the column that is taken for it where nobody says anything.
    guessed: dict[str, str] = field(default_factory=dict)
    #: What the records that were looked at would become.
    documents: int = 0
    quarantined: dict[str, int] = field(default_factory=dict)
    #: Whether these are all records of the file.
    complete: bool = False
    #: The first of them: {"locator", "text", "cut", "characters", "about": {…},
    #: "metadata": {…}}, or {"locator", "reason", "detail", "text"}.
    shown: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""
    warnings: list[str] = field(default_factory=list)

    @property
    def looked_at(self) -> int:
        return self.documents + sum(self.quarantined.values())


def preview(path: Path, source: str, *, format: str, columns: Stated) -> Preview:
    """What the file's first records become, found out by a limited process.

    Raises SourceError when that process finds no end.
    """
    request = {"path": str(path), "source": source, "format": format, "columns": columns}
    said, whole = ask("corpora.ingest.preview", request)
    if not whole:
        raise too_dear(source)
    return Preview(**orjson.loads(said))


def look(path: Path, source: str, *, format: str, columns: Stated) -> Preview:
    """The same in this process."""
    found = Preview()
    records: list[dict[str, Any]] = []
    read = 0

    def progress(*, documents: int = 0, bytes: int = 0) -> None:
        nonlocal read
        read += bytes
        if read > MOST_BYTES:
            raise Cancelled("only the first 64 MB were looked at.")

    def see(record: Mapping[str, Any]) -> None:
        if len(records) <= LOOKED_AT:
            records.append({name: _beginning(value) for name, value in record.items()})

    chosen = replace(columns_of(columns) or Columns(), see=see)
    with opened(path, source, format, progress, chosen) as file:
        try:
            _take(file, found)
        except KotoguraError as error:
            found.error = error.reason if isinstance(error, SourceError) else error.message
        except OSError as error:
            found.error = f"cannot be read: {error.strerror or error}."
        found.format = file.found
        found.warnings = list(file.warnings)
    for record in records:
        for name in names_of(record):
            value = at(record, name)
            if value not in (None, "", [], {}):
                found.examples.setdefault(name, _value(value))
    names = (name for record in records for name in names_of(record))
    found.columns = list(islice(dict.fromkeys(names), MOST_COLUMNS))
    found.guessed = fields.guess(records)
    return found


def _take(file: Opened, found: Preview) -> None:
    reasons: Counter[str] = Counter()
    entries = singly(file.entries())
    for entry in islice(entries, LOOKED_AT):
        outcome = entry if isinstance(entry, Rejected) else entry()
        if isinstance(outcome, Rejected):
            reasons[outcome.reason] += 1
        else:
            found.documents += 1
        found.quarantined = dict(reasons)
        if len(found.shown) < SHOWN:
            found.shown.append(_shown(outcome))
    found.complete = next(entries, None) is None


def _shown(outcome: Document | Rejected) -> dict[str, Any]:
    if isinstance(outcome, Rejected):
        text = outcome.bytes[:_TEXT].decode("utf-8", "replace")
        return {
            "locator": _whole(outcome.locator),
            "reason": outcome.reason,
            "detail": _whole(outcome.detail),
            "text": text,
        }
    about = {name: value for name in _COLUMNS if (value := getattr(outcome, name))}
    return {
        "locator": _whole(outcome.locator),
        "text": _whole(outcome.text[:_TEXT]),
        "characters": len(outcome.text),
        "cut": len(outcome.text) > _TEXT,
        "about": {name: _value(value) for name, value in about.items()},
        "metadata": {_whole(name): _value(value) for name, value in outcome.metadata.items()},
    }


def _beginning(value: Any) -> Any:
    """Enough of a value to know what it is."""
    if isinstance(value, str):
        return value[:_KEPT]
    if isinstance(value, list):
        return [_beginning(item) for item in value[:_MEMBERS]]
    if isinstance(value, dict):
        return {name: _beginning(item) for name, item in islice(value.items(), 20)}
    return value


def _value(value: Any) -> str:
    """A value in one line."""
    text = value if isinstance(value, str) else orjson.dumps(_beginning(value), default=str)
    if isinstance(text, bytes):
        text = text.decode()
    return _whole(" ".join(text[: 2 * _VALUE].split()))[:_VALUE]


def _whole(text: str) -> str:
    """Without halves of characters, which no page can hold."""
    return text.encode("utf-8", "replace").decode()


def main() -> None:
    request = asked()
    found = look(
        Path(request["path"]),
        request["source"],
        format=request["format"],
        columns=request["columns"],
    )
    sys.stdout.buffer.write(orjson.dumps(asdict(found)))


if __name__ == "__main__":
    main()
