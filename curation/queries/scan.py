"""Which rows of a snapshot a filter finds, row group by row group.

Only the columns that the filter speaks of are read, and only where the rows
and counts seen before leave something to find.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from curation.queries.snapshots import read_rows
from curation.store import store

Mask = npt.NDArray[np.bool_]


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
    #: In the title or the normalised text, letter case aside.
    contains: str = ""

    def to_query(self) -> dict[str, str]:
        """As the page's URL states it: only what is asked for."""
        stated = {name: value for name, value in asdict(self).items() if value}
        return {name: "1" if value is True else value for name, value in stated.items()}

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> Filter:
        """The reverse; unknown names are nobody's business."""
        texts = {
            name: str(query.get(name, ""))[:300]
            for name in ("verdict", "rule", "source", "domain", "contains")
        }
        return cls(**texts, any_rule=query.get("any_rule") == "1")

    def without(self, name: str) -> Filter:
        return replace(self, **{name: type(getattr(self, name))()})


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a document is: the part's position in the manifest, and the row in it."""

    part: int
    row: int

    def __str__(self) -> str:
        return f"{self.part}.{self.row}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """Raises ValueError for anything that is not "part.row"."""
        part, _, row = text.partition(".")
        if not (part.isdecimal() and row.isdecimal() and len(text) < 30):
            raise ValueError(text)
        return cls(int(part), int(row))


def chunks(
    parts: Sequence[Mapping[str, Any]],
    wanted: Filter,
    start: Place,
    only: frozenset[int] | None = None,
) -> Iterator[tuple[Place, Mask]]:
    """Row group by row group from ``start``: where it begins, and which of its rows match.

    ``parts`` are the manifest's; ``only`` limits them to these positions.
    """
    is_name = bool(wanted.source) and wanted.source in {part["source"] for part in parts}
    of_rows = wanted.without("source") if is_name else wanted
    for position, part in enumerate(parts):
        if position < start.part or (only is not None and position not in only):
            continue
        if is_name and part["source"] != wanted.source:
            continue
        if not _part_may_hold(part["counts"]["decisions"], wanted):
            continue
        first = start.row if position == start.part else 0
        for begin, end in _row_groups(part["decisions"], first):
            yield Place(position, begin), _mask(part, begin, end, of_rows)


def _part_may_hold(counts: Mapping[str, Any], wanted: Filter) -> bool:
    """False when the part's own counts say that it holds nothing that is asked for."""
    if wanted.verdict == "keep" and not counts.get("kept", 1):
        return False
    if wanted.rule and not wanted.any_rule and wanted.rule not in counts.get("dropped", {}):
        return False
    return not wanted.domain or wanted.domain in counts.get("by_domain", {wanted.domain: 0})


def _row_groups(blob: str, start: int) -> list[tuple[int, int]]:
    """The row ranges of a blob's row groups from a row on, cut at that row."""
    with store().parquet(blob) as file:
        sizes = [
            file.metadata.row_group(number).num_rows
            for number in range(file.metadata.num_row_groups)
        ]
    ends = np.cumsum([0, *sizes])
    spans = zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    return [(max(begin, start), end) for begin, end in spans if end > start]


def _mask(part: Mapping[str, Any], begin: int, end: int, wanted: Filter) -> Mask:
    """Which rows match; a column is read only if the rows before it left something."""
    mask = np.ones(end - begin, dtype=np.bool_)
    for test in (_decided_so, _comes_from, _says):
        if not mask.any():
            break
        mask &= test(part, begin, end, wanted)
    return mask


def _decided_so(part: Mapping[str, Any], begin: int, end: int, wanted: Filter) -> Mask:
    mask = np.ones(end - begin, dtype=np.bool_)
    if not (wanted.verdict or wanted.rule):
        return mask
    columns = ["verdict", "rules" if wanted.any_rule else "rule"]
    table: Any = read_rows(part["decisions"], begin, end, columns)
    if wanted.verdict:
        mask &= _true(_equal(table["verdict"], wanted.verdict))
    if wanted.rule and wanted.any_rule:
        mask &= _lists_with(table["rules"].combine_chunks(), wanted.rule)
    elif wanted.rule:
        mask &= _true(_equal(table["rule"], wanted.rule))
    return mask


def _lists_with(lists: Any, value: str) -> Mask:
    """Which lists of an Arrow list array hold the value."""
    rows: Any = pc.list_parent_indices(lists).filter(_equal(pc.list_flatten(lists), value))
    mask = np.zeros(len(lists), dtype=np.bool_)
    mask[rows.to_numpy(zero_copy_only=False)] = True
    return mask


def _comes_from(part: Mapping[str, Any], begin: int, end: int, wanted: Filter) -> Mask:
    mask = np.ones(end - begin, dtype=np.bool_)
    if not (wanted.source or wanted.domain):
        return mask
    table: Any = read_rows(part["documents"], begin, end, ["source", "domain"])
    if wanted.source:
        mask &= _true(pc.starts_with(table["source"], wanted.source))
    if wanted.domain:
        mask &= _true(_equal(pc.coalesce(table["domain"], ""), wanted.domain))
    return mask


def _says(part: Mapping[str, Any], begin: int, end: int, wanted: Filter) -> Mask:
    if not wanted.contains:
        return np.ones(end - begin, dtype=np.bool_)
    titles: Any = read_rows(part["documents"], begin, end, ["title"])["title"]
    texts: Any = read_rows(part["text"], begin, end, ["text"])["text"]
    # Titles are as read, texts normalised: ask each in its own spelling.
    spelt = unicodedata.normalize("NFKC", wanted.contains)
    return _true(pc.match_substring(titles, wanted.contains, ignore_case=True)) | _true(
        pc.match_substring(texts, spelt, ignore_case=True)
    )


def _equal(values: Any, wanted: str) -> Any:
    return pc.equal(values, pa.scalar(wanted))


def _true(values: Any) -> Mask:
    """A chunked Arrow column of booleans as numpy; null is no."""
    filled = values.fill_null(False)
    mask: Mask = filled.combine_chunks().to_numpy(zero_copy_only=False)
    return mask
