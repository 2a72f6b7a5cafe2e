"""Which documents are asked for, as a page's URL states it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from math import isfinite
from typing import Any

#: Fields of which one value may be asked for and any left out.
CHOICES = ("verdict", "rule", "source", "domain", "licence", "language", "format", "host")
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
    verdict: str = ""
    rule: str = ""
    #: True: the rule is anywhere among those that failed; False: it is the first.
    any_rule: bool = False
    #: A source's name; when none is called so, how the documents' own sources begin.
    source: str = ""
    domain: str = ""
    licence: str = ""
    language: str = ""
    format: str = ""
    host: str = ""
    #: (field, value) pairs that are left out; the value "" are documents that do not state it.
    exclude: tuple[tuple[str, str], ...] = ()
    ranges: tuple[Range, ...] = ()
    #: Searched for in title and text (folded), or as ``mode`` says.
    contains: str = ""
    mode: str = ""

    def to_query(self) -> dict[str, Any]:
        """As the page's URL states it: only what is asked for."""
        stated = {name: value for name, value in asdict(self).items() if value}
        query: dict[str, Any] = {
            name: "1" if value is True else value for name, value in stated.items()
        }
        for name in ("exclude", "ranges"):
            query.pop(name, None)
        for name, value in self.exclude:
            query.setdefault(NOT + name, []).append(value)
        for asked in self.ranges:
            for prefix, limit in ((LEAST, asked.low), (MOST, asked.high)):
                if limit is not None:
                    query[prefix + asked.signal] = f"{limit:.12g}"
        return query

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> Filter:
        """The reverse; unknown names are nobody's business. ValueError for a limit that is none."""
        texts = {name: str(query.get(name, ""))[:300] for name in (*CHOICES, "contains", "mode")}
        if texts["mode"] not in MODES or not texts["contains"]:
            texts["mode"] = ""
        pairs = [(n, v[:300]) for n in CHOICES for v in _all(query, NOT + n)]
        return cls(
            **texts,
            any_rule=query.get("any_rule") == "1",
            exclude=tuple(sorted(set(pairs)))[:_MOST_CONDITIONS],
            ranges=tuple(_ranges(query))[:_MOST_CONDITIONS],
        )

    def conditions(self) -> Iterator[tuple[str, str]]:
        """What is asked for, piece by piece: a name for ``without``, and the value."""
        for name in (*CHOICES, "contains"):
            if value := getattr(self, name):
                yield name, value
        for name, value in self.exclude:
            yield NOT + name, value
        for asked in self.ranges:
            yield LEAST + asked.signal, _limits(asked)

    def without(self, name: str, value: str = "") -> Filter:
        """The same with one condition less: a field, ``not.FIELD`` a value, ``min.SIGNAL``."""
        if name.startswith(NOT):
            field = name.removeprefix(NOT)
            left = tuple(pair for pair in self.exclude if pair != (field, value))
            return replace(self, exclude=left)
        if name.startswith((LEAST, MOST)):
            signal = name[len(LEAST) :]
            return replace(self, ranges=tuple(r for r in self.ranges if r.signal != signal))
        less: dict[str, Any] = {name: type(getattr(self, name))()}
        if name == "rule":
            less["any_rule"] = False
        if name == "contains":
            less["mode"] = ""
        return replace(self, **less)

    def choosing(self, name: str, value: str) -> Filter:
        chosen: dict[str, Any] = {name: value}
        return replace(self, **chosen)

    def excluding(self, name: str, value: str) -> Filter:
        return replace(self, exclude=tuple(sorted({*self.exclude, (name, value)})))

    def range_of(self, signal: str) -> Range:
        return next((r for r in self.ranges if r.signal == signal), Range(signal))


def _all(query: Mapping[str, Any], name: str) -> list[str]:
    """Every value of a name, of a QueryDict or of what ``to_query`` gave."""
    found = query.getlist(name) if hasattr(query, "getlist") else query.get(name, [])
    return [str(value) for value in (found if isinstance(found, list) else [found])]


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
