"""What the builder passes around: a written text and a document made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Container = Literal["web", "shiryo", "keijiban", "aozora"]

#: Every text was invented for this corpus and given away.
LICENCE = "CC0-1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenText:
    """One text as it stands in ``texts/``, with the settings of its file."""

    slug: str
    title: str
    date: str
    body: str
    host: str
    domain: str
    kind: str
    #: The planted case that this text was written for, empty for an ordinary text.
    planted: str = ""
    author: str = ""
    #: Which old-orthography twin to make: "kanji", "kana" or empty.
    twin: str = ""
    has_footer: bool = False

    @property
    def id(self) -> str:
        """The document's own id, ``domain-slug``."""
        return f"{self.domain}-{self.slug}"

    @property
    def url(self) -> str:
        """An address under a reserved host name."""
        return f"https://{self.host}/{self.slug}.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleDocument:
    """One document as it goes into a built file."""

    id: str
    text: str
    title: str
    url: str
    date: str
    domain: str
    kind: str
    container: Container
    #: The planted case, empty for an ordinary document.
    case: str = ""
    #: The id of the document that this one was derived from.
    origin: str = ""


def document_from(text: WrittenText, *, container: Container, body: str = "") -> SampleDocument:
    """The document of a written text, with ``body`` in place of its own body when given."""
    return SampleDocument(
        id=text.id,
        text=body or text.body,
        title=text.title,
        url=text.url,
        date=text.date,
        domain=text.domain,
        kind=text.kind,
        container=container,
        case=text.planted,
    )


def derived(
    original: SampleDocument, *, case: str, text: str, host: str = "mirror.example.net"
) -> SampleDocument:
    """A document made from another by a planted case, with an id and address of its own.

    It is dated a year after its original, as a copy is.
    """
    year, day = original.date.split("-", 1)
    return SampleDocument(
        id=f"{case}-{original.id}",
        text=text,
        title=original.title,
        url=f"https://{host}/{original.id}.html",
        date=f"{int(year) + 1}-{day.replace('02-29', '02-28')}",
        domain=original.domain,
        kind=original.kind,
        container=original.container,
        case=case,
        origin=original.id,
    )
