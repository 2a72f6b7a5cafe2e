"""A source's account: its files, and the records that never became documents."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from corpora.ingest.accounts import joined
from curation.models import Source, Unit
from curation.plans import spec_of
from curation.store import store

#: Bytes of a quarantined record that the page shows (all kept bytes are in the download).
BYTES_SHOWN = 256
#: Kinds of gaiji without a code that a file's row shows.
GAIJI_SHOWN = 100
#: Entries of an allowed folder that the form offers.
OFFERED = 100


def files(source: Source) -> list[dict[str, Any]]:
    """Every file that was read: path, format, encoding, documents, quarantined, error, bytes, rate.

    Those with an error come first, else in reading order. The rate is that of the unit that read
    the file, in bytes a second, with the files beside it; None where nobody measured it.
    """
    rates = _rates(source)
    found = joined(
        {**file, "rate": rates.get(blob)} for blob in source.files for file in read_accounts(blob)
    )
    return sorted(found, key=lambda file: not file["error"])


def _rates(source: Source) -> dict[str, float]:
    """The blob of accounts that a unit gave -> the bytes a second that it read."""
    read = Unit.objects.filter(
        run__source=source, stage="ingest", state=Unit.State.DONE, known=False
    )
    values = read.values_list("result__outputs__files", "bytes_done", "started_at", "ended_at")
    return {
        blob: bytes_ / (ended - began).total_seconds()
        for blob, bytes_, began, ended in values
        if began and ended and ended > began and bytes_
    }


def read_accounts(blob: str) -> list[dict[str, Any]]:
    """Accounts of files. Their errors leave out the path: a row names the file already."""
    return [
        {
            **file,
            "error": (file["error"] or "").removeprefix(file["path"]).lstrip(":, "),
            "gaiji": _gaiji(file.get("unresolved_gaiji", {})),
        }
        for file in store().read_json(blob)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaiji:
    """Those of a file that no code is given for; the most frequent kinds, and how many more."""

    places: int
    kinds: int
    shown: list[dict[str, Any]]
    more: int


def _gaiji(found: Mapping[str, dict[str, Any]]) -> Gaiji | None:
    if not found:
        return None
    rows = [{"description": name, **about} for name, about in found.items()]
    rows.sort(key=lambda row: (-row["count"], row["description"]))
    return Gaiji(
        places=sum(row["count"] for row in rows),
        kinds=len(rows),
        shown=rows[:GAIJI_SHOWN],
        more=max(0, len(rows) - GAIJI_SHOWN),
    )


def readers_improved(source: Source) -> bool:
    """Whether a reader was mended since the source was read, so that it may give more now."""
    done = Unit.objects.filter(run__source=source, stage="ingest", state=Unit.State.DONE)
    newest = done.order_by("-run_id", "id").first()
    return newest is not None and spec_of(newest).key != newest.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A quarantined record, its first bytes made safe to look at."""

    source: str
    locator: str
    reason: str
    detail: str
    #: As text, with what cannot be seen written as escapes.
    text: str
    #: Lines of a hex dump.
    hex: str


def quarantine(source: Source, *, reason: str = "", start: int = 0, stop: int) -> list[Record]:
    """Records ``start`` to ``stop`` of those with the reason, in reading order."""
    found: list[Record] = []
    at = 0
    for table in row_groups(source, reason):
        if at < stop and at + len(table) > start:
            rows = table.slice(max(0, start - at), stop - max(start, at))
            found += [_record(row) for row in rows.to_pylist()]
        at += len(table)
        if at >= stop:
            break
    return found


def row_groups(source: Source, reason: str = "") -> Iterator[pa.Table]:
    """The quarantine, one row group at a time: memory does not grow with it."""
    for blob in source.quarantine:
        with store().parquet(blob) as file:
            for number in range(file.metadata.num_row_groups):
                table = file.read_row_group(number)
                if reason:
                    table = table.filter(pc.field("reason") == reason)
                yield table


def _record(row: dict[str, Any]) -> Record:
    first = (row["bytes"] or b"")[:BYTES_SHOWN]
    return Record(
        source=row["source"] or "",
        locator=row["locator"] or "",
        reason=row["reason"] or "",
        detail=row["detail"] or "",
        text=visible(first.decode("utf-8", "backslashreplace")),
        hex=hex_dump(first),
    )


def visible(text: str) -> str:
    """Text with everything that is not to be seen written as an escape; lines stay lines.

    >>> visible("東京\\u202egpj\\x00"), visible("a\\nb")
    ('東京\\\\u202egpj\\\\x00', 'a\\nb')
    """
    return "".join(
        char
        if char.isprintable() or char in "\n\u3000" or unicodedata.category(char) == "Mn"
        else char.encode("unicode_escape").decode()
        for char in text
    )


def hex_dump(data: bytes) -> str:
    """Sixteen bytes a line, with their offset.

    >>> hex_dump(b"\\x82\\xa0A")
    '0000  82 a0 41'
    """
    return "\n".join(
        f"{start:04x}  {data[start : start + 16].hex(' ')}" for start in range(0, len(data), 16)
    )


def offered() -> list[tuple[str, str]]:
    """What lies directly in the allowed folders, as (path, shown); hidden names left out."""
    found = [path for root in settings.ALLOWED_ROOTS for path in _entries(root)]
    return [
        (str(path), f"{path.name}/" if path.is_dir() else path.name) for path in found[:OFFERED]
    ]


def _entries(root: Path) -> list[Path]:
    try:
        return sorted(path for path in root.iterdir() if not path.name.startswith("."))
    except OSError:  # a root that is not there, or not ours to read, offers nothing
        return []
