"""The kept documents of a part, a row group at a time: what every unit of edits goes through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from corpora.documents import ROW_GROUP_ROWS
from corpora.edits.tails import Span, footer_span, group_of
from corpora.kernels.text import Utf8
from corpora.storage import Store


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The kept documents among some rows; all lists have one entry a document."""

    rows: list[int]
    #: Of all the rows, kept or not; those of ours are at ``places``.
    source: Utf8
    places: list[int]
    #: Whose it is: a host, an archive or a folder.
    groups: list[str]
    #: Rows that were read, dropped ones included.
    read: int

    @cached_property
    def texts(self) -> list[str]:
        """Normalised."""
        return [self.source.text(place) for place in self.places]

    def end(self, number: int, size: int) -> str:
        """The end of a document's text, ``size`` bytes at most."""
        return self.source.text(self.places[number], last_bytes=size)


def kept_documents(store: Store, part: Mapping[str, str]) -> Iterator[Kept]:
    """``part`` names the blobs of the roles documents, text and decisions."""
    groups = groups_of(store, part["documents"])
    decisions = store.read_table(part["decisions"], columns=["verdict"])
    verdicts: Any = decisions["verdict"].to_pylist()
    start = 0
    with store.parquet(part["text"]) as file:
        for batch in file.iter_batches(batch_size=ROW_GROUP_ROWS, columns=["text"]):
            places = [n for n in range(batch.num_rows) if verdicts[start + n] == "keep"]
            rows = [start + place for place in places]
            yield Kept(
                rows=rows,
                source=Utf8.of(batch["text"]),
                places=places,
                groups=[groups[row] for row in rows],
                read=batch.num_rows,
            )
            start += batch.num_rows


def groups_of(store: Store, documents: str) -> list[str]:
    """The group of each document of a part."""
    table = store.read_table(documents, columns=["host", "source"])
    columns = (table[name].to_pylist() for name in ("host", "source"))
    return [group_of(host, source or "") for host, source in zip(*columns, strict=True)]


class KnownFooters:
    """The footers of a snapshot, to be found at the ends of texts."""

    def __init__(self, store: Store, blob: str, number: int) -> None:
        """``blob`` is the table of footers or "" for none, ``number`` the lines looked at."""
        self._number = number
        self._lines: dict[str, set[str]] = {}
        if blob:
            table = store.read_table(blob, columns=["group", "line"])
            columns: Any = (table[name].to_pylist() for name in ("group", "line"))
            for group, line in zip(*columns, strict=True):
                self._lines.setdefault(group, set()).add(line)

    def spans(self, kept: Kept) -> list[Span | None]:
        """The footer of each document, which reaches to its end."""
        return [
            footer_span(text, lines, self._number) if (lines := self._lines.get(group)) else None
            for text, group in zip(kept.texts, kept.groups, strict=True)
        ]


def bodies(kept: Kept, footers: list[Span | None]) -> list[str]:
    """The texts without their footers: what passages are looked for in."""
    return [
        text[: footer[0]] if footer else text
        for text, footer in zip(kept.texts, footers, strict=True)
    ]
