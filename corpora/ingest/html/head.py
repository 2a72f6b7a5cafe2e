"""What a page's head, and marks in its body, say of it: title, date, language, licence, robots."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpora.ingest.dates import iso_date
from corpora.ingest.html.blocks import Read
from corpora.ingest.html.markup import attributes
from corpora.ingest.html.regions import Part

_DATES = (
    "article:published_time", "datepublished", "date", "dc.date", "dc.date.issued",
    "dcterms.issued", "dcterms.date", "pubdate", "publish-date", "og:published_time",
    "article:modified_time", "datemodified", "last-modified",
)  # fmt: skip
_LICENCE = re.compile(r"https?://(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/[\w./-]+")
_ROBOTS = re.compile(r"robots$|bot$|^(?:bingbot|googlebot|gptbot|ccbot)")
_TITLE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    title: str | None = None
    #: ISO 8601.
    date: str | None = None
    language: str | None = None
    #: The address of a licence that the page links to as its own.
    licence: str | None = None
    #: Directives for crawlers, in small letters: "noindex", "noai", "noimageai", …
    robots: tuple[str, ...] = ()


def head(read: Read) -> Head:
    """What the page's telling tags say."""
    said: dict[str, str] = {}
    robots: list[str] = []
    licence = language = time = None
    for name, rest in read.telling:
        given = attributes(rest)
        if name == "html":
            language = language or given.get("lang") or given.get("xml:lang")
        elif name == "time":
            time = time or iso_date(given.get("datetime", ""))
        elif name != "meta":
            licence = licence or _licence(name, given)
        elif (word := _name(given)) and _ROBOTS.search(word):
            robots += [word.strip().lower() for word in given.get("content", "").split(",")]
        elif word == "tdm-reservation" and given.get("content", "").strip() == "1":
            robots.append(word)
        elif word and given.get("content"):
            said.setdefault(word, given["content"])
    dates = (iso_date(said.get(name, "")) for name in _DATES)
    return Head(
        title=_line(said.get("og:title") or read.title or _heading(read)),
        date=next((date for date in dates if date), None) or time,
        language=language or said.get("content-language"),
        licence=licence,
        robots=tuple(dict.fromkeys(word for word in robots if word)),
    )


def _name(given: dict[str, str]) -> str:
    for key in ("property", "name", "itemprop", "http-equiv"):
        if found := given.get(key):
            return found.lower()
    return ""


def _licence(element: str, given: dict[str, str]) -> str | None:
    target = given.get("href", "")
    if target and "license" in given.get("rel", "").lower().split():
        return target
    found = _LICENCE.match(target) if element == "a" else None
    return found[0] if found else None


def _heading(read: Read) -> str:
    return next((block.text for block in read.blocks if block.part & Part.HEADING), "")


def _line(title: str) -> str | None:
    return " ".join(title.split())[:_TITLE] or None
