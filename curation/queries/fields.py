"""The fields of a snapshot's documents as arrays, and the conditions over them as masks.

Rows are those of all parts in order. Arrays are mapped into memory; where a snapshot was made
before they were kept they are put together from the parts, which takes a while.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from corpora.arrays import read_array
from corpora.search.facets import coded, listed
from corpora.search.fields import FIELDS, RULES
from curation.queries.measured import AT_ONCE, EVERY, Findings, Mask, Rows, column, findings
from curation.queries.places import offsets
from curation.queries.scan import CHOICES, LEAST, PERSONAL, Filter, Range
from curation.queries.snapshots import contents
from curation.store import store


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """What each document states: ``names[codes[row]]``, "" for nothing."""

    names: list[str]
    #: Unsigned.
    codes: npt.NDArray[Any]

    def mask(self, value: str, some: slice = EVERY) -> Mask:
        """Which of some rows state just this."""
        codes = self.codes[some]
        try:
            number = self.names.index(value)
        except ValueError:
            return np.zeros(len(codes), np.bool_)
        found: Mask = codes == codes.dtype.type(number)
        return found

    def where(self, wanted: Mask, some: slice = EVERY) -> Mask:
        """Which of some rows state one of the values that are wanted."""
        found: Mask = wanted[self.codes[some]]
        return found

    def counts(self, rows: Rows | None) -> npt.NDArray[np.int64]:
        """How many of some rows (None: of all) state each value."""
        total = np.zeros(len(self.names), np.int64)
        for first in range(0, len(self.codes) if rows is None else len(rows), AT_ONCE):
            some = slice(first, first + AT_ONCE)
            codes = self.codes[some] if rows is None else self.codes[rows[some]]
            total += np.bincount(codes, minlength=len(total))
        return total


@lru_cache(maxsize=64)
def field(sha256: str, name: str) -> Field:
    """A field of corpora.search.fields, or "of_source": the name of the source it came from."""
    value = contents(sha256)
    if name == "of_source":
        return _of_sources(sha256)
    if kept := value.get("facets", {}).get(name):
        names = store().read_json(kept["names"])
        return Field(names=names, codes=read_array(store(), kept["codes"]))
    role = "documents" if name in FIELDS else "decisions"
    names, codes = coded(store(), [part[role] for part in value["parts"]], name)
    return Field(names=names, codes=codes)


def _of_sources(sha256: str) -> Field:
    of_parts = [part["source"] for part in contents(sha256)["parts"]]
    names = sorted(set(of_parts))
    numbers = np.array([names.index(name) for name in of_parts], np.min_scalar_type(len(names)))
    return Field(names=names, codes=np.repeat(numbers, np.diff(offsets(sha256))))


@lru_cache(maxsize=8)
def _rules(sha256: str) -> tuple[list[str], npt.NDArray[np.uint64]]:
    """Every rule, and the bits of those that each row fails."""
    value = contents(sha256)
    if kept := value.get("facets", {}).get(RULES):
        return store().read_json(kept["names"]), read_array(store(), kept["codes"])
    return listed(store(), [part["decisions"] for part in value["parts"]], RULES)


def _failing(sha256: str, rule: str, some: slice) -> Mask:
    names, every = _rules(sha256)
    bits = every[some]
    if rule not in names:
        return np.zeros(len(bits), np.bool_)
    word, bit = divmod(names.index(rule), 64)
    found: Mask = (bits[:, word] & np.uint64(1 << bit)) != 0
    return found


# -- conditions -------------------------------------------------------------------------------


def masks(sha256: str, wanted: Filter, some: slice = EVERY) -> dict[str, Mask]:
    """Of some rows a mask for each name that the filter has conditions of, what is searched for
    aside.

    Names are fields, and ``min.SIGNAL`` for a range.
    """
    found: dict[str, Mask] = {}
    for name, mask in _each(sha256, wanted, some):
        found[name] = found[name] & mask if name in found else mask
    return found


def _each(sha256: str, wanted: Filter, some: slice) -> Iterator[tuple[str, Mask]]:
    for name in CHOICES:
        if each := [
            _stating(sha256, name, value, some, any_rule=wanted.any_rule)
            for value in wanted.values(name)
        ]:
            yield name, each[0] if len(each) == 1 else np.logical_or.reduce(each)
    for name, value in wanted.exclude:
        yield name, ~_stating(sha256, name, value, some, any_rule=False)
    for asked in wanted.ranges:
        yield LEAST + asked.signal, _within(sha256, asked, some)
    if wanted.contains and wanted.mode == "host":
        yield "contains", field(sha256, "host").where(_below(sha256, wanted.contains), some)


def _stating(sha256: str, name: str, value: str, some: slice, *, any_rule: bool) -> Mask:
    if name == "rule" and any_rule:
        return _failing(sha256, value, some)
    if name == PERSONAL:
        return findings(sha256).mask(value, some)
    if name == "source":
        sources = field(sha256, "of_source")
        if value in sources.names:
            return sources.mask(value, some)
        return field(sha256, "source").where(_begin_with(sha256, value), some)
    return field(sha256, name).mask(value, some)


# By block of rows it is asked again; there may be hundreds of thousands of sources.
@lru_cache(maxsize=4)
def _begin_with(sha256: str, value: str) -> Mask:
    """Which names of sources begin so, and False for none."""
    names = field(sha256, "source").names
    return np.array([*(name.startswith(value) for name in names), False], np.bool_)


def _within(sha256: str, asked: Range, some: slice) -> Mask:
    every = column(sha256, asked.signal)
    if every is None:
        return np.zeros(len(range(int(offsets(sha256)[-1]))[some]), np.bool_)
    values = every[some]
    mask = np.isfinite(values)
    if asked.low is not None:
        mask &= values >= np.float32(asked.low)
    if asked.high is not None:
        mask &= values <= np.float32(asked.high)
    return mask


@lru_cache(maxsize=4)
def _below(sha256: str, host: str) -> Mask:
    """Which hosts are a host or lie below it, and False for none."""
    asked = host.strip().lower().strip(".")
    names = field(sha256, "host").names
    of_it = (name == asked or name.endswith("." + asked) for name in names)
    return np.array([*of_it, False], np.bool_)


def together(sha256: str, found: Mapping[str, Mask], but: str = "") -> Mask | None:
    """All masks but one as one, a single one itself; None when there is none."""
    each = [mask for name, mask in found.items() if name != but]
    if len(each) < 2:
        return each[0] if each else None
    whole = each[0] & each[1]
    for mask in each[2:]:
        np.logical_and(whole, mask, out=whole)
    return whole


# -- what there is to choose from ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value of a field, and how many documents of the rest of the filter state it."""

    value: str
    documents: int
    #: "in", "out" or "": whether the filter asks for it or leaves it out.
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    name: str
    #: The most frequent first; those that the filter speaks of always.
    values: list[Value]
    #: Values that are not listed.
    more: int
    #: False: what it says was not looked for in this snapshot.
    known: bool = True


def facets(
    sha256: str, wanted: Filter, found: Mapping[str, Mask], hits: Mask | None, most: int
) -> tuple[list[Facet], Rows | None]:
    """Each field's values, counted under every condition but its own; and the rows that all
    conditions, whose masks are ``found``, leave (None: all)."""
    # Rows instead of masks: they are made once for all fields that no condition speaks of.
    shared = _rows_of(together(sha256, found), hits)
    each = [
        _facet(
            sha256,
            wanted,
            name,
            _rows_of(together(sha256, found, but=name), hits) if name in found else shared,
            most,
        )
        for name in CHOICES
    ]
    return each, shared


def _rows_of(mask: Mask | None, hits: Mask | None) -> Rows | None:
    if mask is not None and hits is not None:
        return np.flatnonzero(mask & hits)
    either = hits if mask is None else mask
    return None if either is None else np.flatnonzero(either)


def _facet(sha256: str, wanted: Filter, name: str, rows: Rows | None, most: int) -> Facet:
    of = _counted_by(sha256, name)
    counts = of.counts(rows)
    states = {value: "out" for field_, value in wanted.exclude if field_ == name}
    states |= dict.fromkeys(wanted.values(name), "in")
    if name == "rule" and "" in of.names:
        # The documents that no rule dropped: the verdict says it already.
        counts[of.names.index("")] = 0
    numbers = np.flatnonzero(counts)
    if len(numbers) > most:
        numbers = numbers[np.argpartition(-counts[numbers], most)[:most]]
    shown = {of.names[n]: int(counts[n]) for n in numbers.tolist()}
    for value in states:
        number = of.names.index(value) if value in of.names else None
        shown.setdefault(value, 0 if number is None else int(counts[number]))
    ordered = sorted(shown.items(), key=lambda pair: (-pair[1], pair[0]))
    return Facet(
        name=name,
        values=[Value(value=v, documents=n, state=states.get(v, "")) for v, n in ordered],
        more=max(0, int(np.count_nonzero(counts)) - len(shown)),
        known=bool(of.names) or name != PERSONAL,
    )


def _counted_by(sha256: str, name: str) -> Field | Findings:
    if name == PERSONAL:
        return findings(sha256)
    return field(sha256, "of_source" if name == "source" else name)
