"""Documents on their way to a part, a list a column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from corpora.documents import Document

#: What is said of a document beside its text, in columns of their own.
ROLES = ("url", "title", "date", "licence", "domain", "sensitivity", "language")
COLUMNS = ("source", "locator", "format", "encoding", *ROLES, "metadata")


# Lists, not Arrow's arrays: texts are bytes that are copied once, and the rest is short.
@dataclass(slots=True, kw_only=True)
class Rows:
    """Documents in their order; all lists are equally long."""

    #: In UTF-8.
    texts: list[bytes] = field(default_factory=list)
    #: Code points of each text.
    characters: list[int] = field(default_factory=list)
    #: The other columns of ``DOCUMENTS`` that do not come of these: metadata as JSON objects.
    columns: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    @classmethod
    def of(cls, document: Document) -> Rows:
        """One document by itself."""
        text = document.text.encode() if document.encoded is None else document.encoded
        columns = {name: [getattr(document, name)] for name in COLUMNS}
        columns["metadata"] = [metadata_json(document.metadata)]
        return cls(texts=[text], characters=[len(document.text)], columns=columns)

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, place: slice) -> Rows:
        return Rows(
            texts=self.texts[place],
            characters=self.characters[place],
            columns={name: column[place] for name, column in self.columns.items()},
        )

    def extend(self, others: Rows) -> None:
        self.texts += others.texts
        self.characters += others.characters
        for name, column in self.columns.items():
            column += others.columns[name]


def metadata_json(metadata: dict[str, Any]) -> str:
    """The metadata as a JSON object; "{}" when there is none."""
    if not metadata:
        return "{}"
    return orjson.dumps(metadata, option=orjson.OPT_NON_STR_KEYS).decode()
