"""Which documents are asked for, as a page's URL states it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

#: Fields of which values may be asked for (one of them is stated) and values be left out.
CHOICES = (
    "verdict", "rule", "source", "domain", "licence", "language", "format",
    "opt_out_signal", "personal", "host",
)  # fmt: skip
#: Of which a document may have several: the kinds of personal data in it.
PERSONAL = "personal"
#: How what is searched for is meant; "" are words.
MODES = ("", "pattern", "url", "host")
#: Before a field's name in a URL: these values are left out; before a signal's: its range.
NOT, LEAST, MOST = "not.", "min.", "max."
#: Conditions of one kind that a URL may state.
_MOST_CONDITIONS = 40


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """Documents whose signal lies between two values, both included."""

    signal: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which documents are asked for. Empty fields ask for nothing."""

    #: "keep" or "drop".
    verdict: tuple[str, ...] = ()
    rule: tuple[str, ...] = ()
    #: True: a rule is anywhere among those that failed; False: it is the first.
    any_rule: bool = False
    #: Sources' names; when none is called so, how the documents' own sources begin.
    source: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    licence: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    format: tuple[str, ...] = ()
    #: What the page or its server says: "noai", "noai noimageai", …
    opt_out_signal: tuple[str, ...] = ()
    #: Signals that find something: "phone_hits", …
    personal: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    #: (field, value) pairs that are left out; the value "" are documents that do not state it.
    exclude: tuple[tuple[str, str], ...] = ()
    ranges: tuple[Range, ...] = ()
    #: Searched for in title and text (folded), or as ``mode`` says.
    contains: str = ""
    mode: str = ""

    def to_query(self) -> dict[str, Any]:
        """As the page's URL states it: only what is asked for."""
        query: dict[str, Any] = {name: list(v) for name in CHOICES if (v := self.values(name))}
        for name in ("contains", "mode"):
            if text := getattr(self, name):
                query[name] = text
        if self.any_rule:
            query["any_rule"] = "1"
        for name, value in self.exclude:
            query.setdefault(NOT + name, []).append(value)
        for asked in self.ranges:
            for prefix, limit in ((LEAST, asked.low), (MOST, asked.high)):
                if limit is not None:
                    query[prefix + asked.signal] = f"{limit:.12g}"
        return query

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> Filter:
        """The reverse; unknown names are nobody's business.

        ValueError for a limit or a verdict that is none.
        """
        contains = str(query.get("contains", ""))[:300]
        mode = str(query.get("mode", "")) if contains else ""
        chosen = {name: _texts(query, name)[:_MOST_CONDITIONS] for name in CHOICES}
        if not {"keep", "drop"}.issuperset(chosen["verdict"]):
            raise ValueError(chosen["verdict"])
        pairs = [
            (name, value) for name in CHOICES for value in _texts(query, NOT + name, empty=True)
        ]
        return cls(
            **chosen,
            contains=contains,
            mode=mode if mode in MODES else "",
            any_rule=query.get("any_rule") == "1",
            exclude=tuple(sorted(pairs))[:_MOST_CONDITIONS],
            ranges=tuple(_ranges(query))[:_MOST_CONDITIONS],
        )

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a field that are asked for."""
        found: tuple[str, ...] = getattr(self, name)
        return found

    def conditions(self) -> Iterator[tuple[str, str]]:
        """What is asked for, piece by piece: a name and a value for ``without``."""
        for name in CHOICES:
            for value in self.values(name):
                yield name, value
        if self.contains:
            yield "contains", self.contains
        for name, value in self.exclude:
            yield NOT + name, value
        for asked in self.ranges:
            yield LEAST + asked.signal, _limits(asked)

    def without(self, name: str, value: str) -> Filter:
        """The same with one condition less: a value of a field, or of ``not.FIELD``, what is
        searched for, ``min.SIGNAL``."""
        if name.startswith(NOT):
            field = name.removeprefix(NOT)
            left = tuple(pair for pair in self.exclude if pair != (field, value))
            return replace(self, exclude=left)
        if name.startswith((LEAST, MOST)):
            signal = name[len(LEAST) :]
            return replace(self, ranges=tuple(r for r in self.ranges if r.signal != signal))
        if name == "contains":
            return replace(self, contains="", mode="")
        return self.choosing(name, *(other for other in self.values(name) if other != value))

    def choosing(self, name: str, *values: str) -> Filter:
        """The same with just these values of a field."""
        chosen: dict[str, Any] = {name: tuple(sorted(set(values)))}
        if name == "rule" and not values:
            chosen["any_rule"] = False
        return replace(self, **chosen)

    def excluding(self, name: str, value: str) -> Filter:
        return replace(self, exclude=tuple(sorted({*self.exclude, (name, value)})))

    def range_of(self, signal: str) -> Range:
        return next((r for r in self.ranges if r.signal == signal), Range(signal))


def _texts(query: Mapping[str, Any], name: str, *, empty: bool = False) -> tuple[str, ...]:
    """Each value of a name, sorted, of a QueryDict or of what ``to_query`` gave.

    ``empty``: whether the empty value is one.
    """
    found = query.getlist(name) if hasattr(query, "getlist") else query.get(name, [])
    texts = {str(text)[:300] for text in (found if isinstance(found, list) else [found])}
    return tuple(sorted(text for text in texts if text or empty))


def _ranges(query: Mapping[str, Any]) -> Iterator[Range]:
    named = {name[len(LEAST) :] for name in query if name.startswith((LEAST, MOST))}
    for signal in sorted(named):
        low, high = (_limit(query.get(prefix + signal)) for prefix in (LEAST, MOST))
        if low is not None or high is not None:
            yield Range(signal[:100], low, high)


def _limit(text: Any) -> float | None:
    if text in (None, ""):
        return None
    value = float(text)
    if not isfinite(value):
        raise ValueError(text)
    return value


def _limits(asked: Range) -> str:
    low = "" if asked.low is None else f"{asked.low:.6g}"
    high = "" if asked.high is None else f"{asked.high:.6g}"
    return f"{low} – {high}".strip() if low and high else f"≥ {low}" if low else f"≤ {high}"
