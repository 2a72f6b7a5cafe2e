"""What a page's head, and marks in its body, say of it: title, date, language, licence, robots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from corpora.ingest.dates import iso_date
from corpora.ingest.html.tokens import OPEN, TEXT, Token, attributes

_DATES = (
    "article:published_time", "datepublished", "date", "dc.date", "dc.date.issued",
    "dcterms.issued", "dcterms.date", "pubdate", "publish-date", "og:published_time",
    "article:modified_time", "datemodified", "last-modified",
)  # fmt: skip
_LICENCE = re.compile(r"https?://(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/[\w./-]+")
_ROBOTS = re.compile(r"robots$|bot$|^(?:bingbot|googlebot|gptbot|ccbot)")
_TITLE = 300


@dataclass(slots=True)
class Head:
    title: str | None = None
    #: ISO 8601.
    date: str | None = None
    language: str | None = None
    #: The address of a licence that the page links to as its own.
    licence: str | None = None
    #: Directives for crawlers, in small letters: "noindex", "noai", "noimageai", …
    robots: tuple[str, ...] = ()


@dataclass(slots=True)
class Watching:
    """Hands tokens on, and notes what they say."""

    said: dict[str, str] = field(default_factory=dict)
    robots: list[str] = field(default_factory=list)
    licence: str | None = None
    language: str | None = None
    time: str | None = None
    heading: str | None = None
    title: str | None = None

    def over(self, tokens: Iterable[Token]) -> Iterator[Token]:
        wanted = ""
        for token in tokens:
            kind, value, rest = token
            if kind == OPEN:
                if value in ("title", "h1"):
                    wanted = value
                elif rest and value in _WATCHED:
                    self._note(value, attributes(rest))
            elif kind == TEXT and wanted:
                self._name(wanted, value)
                wanted = ""
            yield token

    def _name(self, element: str, text: str) -> None:
        found = " ".join(text.split())[:_TITLE] or None
        if element == "title":
            self.title = self.title or found
        else:
            self.heading = self.heading or found

    def _note(self, element: str, given: dict[str, str]) -> None:
        if element == "html":
            self.language = self.language or given.get("lang") or given.get("xml:lang")
        elif element == "meta":
            self._meta(given)
        elif element == "time":
            self.time = self.time or iso_date(given.get("datetime", ""))
        elif (target := given.get("href")) and self.licence is None:
            if "license" in given.get("rel", "").lower().split():
                self.licence = target
            elif (found := _LICENCE.match(target)) is not None and element == "a":
                self.licence = found[0]

    def _meta(self, given: dict[str, str]) -> None:
        name = given.get("property") or given.get("name") or given.get("itemprop")
        name = (name or given.get("http-equiv", "")).lower()
        content = given.get("content", "")
        if not name or not content:
            return
        if _ROBOTS.search(name):
            self.robots += [word.strip().lower() for word in content.split(",")]
        elif name == "tdm-reservation" and content.strip() == "1":
            self.robots.append("tdm-reservation")
        else:
            self.said.setdefault(name, content)

    def head(self) -> Head:
        dates = (iso_date(self.said.get(name, "")) for name in _DATES)
        title = self.said.get("og:title") or self.title or self.heading
        return Head(
            title=" ".join(title.split())[:_TITLE] or None if title else None,
            date=next((date for date in dates if date), None) or self.time,
            language=self.language or self.said.get("content-language"),
            licence=self.licence,
            robots=tuple(dict.fromkeys(word for word in self.robots if word)),
        )


_WATCHED = frozenset({"html", "meta", "time", "link", "a"})
