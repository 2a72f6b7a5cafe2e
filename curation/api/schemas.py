"""The types that the API's inputs and outputs are made of."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from ninja import Field, Schema
from pydantic import StringConstraints

from corpora.ingest.columns import parsed

#: Row ids: what a 64-bit column holds, so that a longer number is refused and not looked up.
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
#: Names of corpora, recipes and tokenizers.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
DocumentId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
FormatName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,16}$")]

#: PostgreSQL refuses NUL in text; so do we, with a sentence.
NO_NUL = r"^[^\x00]*$"
Short = Annotated[str, StringConstraints(max_length=100, pattern=NO_NUL)]
Line = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
Note = Annotated[str, StringConstraints(max_length=1_000, pattern=NO_NUL)]
PathText = Annotated[str, StringConstraints(min_length=1, max_length=4_000, pattern=NO_NUL)]
UrlText = Annotated[str, StringConstraints(min_length=1, max_length=4_100, pattern=NO_NUL)]
Prose = Annotated[str, StringConstraints(max_length=1_000_000, pattern=NO_NUL)]

#: "role=column" of records that have columns; a text may be made of several.
Maps = Annotated[
    list[Annotated[str, StringConstraints(max_length=2_000, pattern=NO_NUL)]], Field(max_length=40)
]

#: How many items a page of a list holds.
Limit = Annotated[int, Field(ge=1, le=1_000)]

T = TypeVar("T")
M = TypeVar("M", bound=Model)


class Refusal(Schema):
    """Every error: what is wrong, and what to do where something can be done."""

    detail: str


class UploadIn(Schema):
    """What is stated of every document that does not state it itself, and which column is what."""

    format: FormatName = "auto"
    licence: Short = ""
    domain: Short = ""
    map: Maps = Field(default_factory=list)

    @property
    def about(self) -> dict[str, Any]:
        """As actions take it. Raises ColumnsRefused."""
        stated = {"format": self.format, "licence": self.licence, "domain": self.domain}
        return {**stated, "columns": parsed(self.map)}


class Page(Schema, Generic[T]):
    """Newest first. ``next`` goes into ``before`` to read on; null at the end."""

    items: list[T]
    next: int | None


def page(rows: QuerySet[M], *, limit: int, before: int | None) -> dict[str, object]:
    """By key, not by offset: the thousandth page costs what the first one does."""
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: limit + 1])
    items = found[:limit]
    return {"items": items, "next": items[-1].pk if len(found) > limit else None}
