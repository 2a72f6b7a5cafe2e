"""Searching the texts of a snapshot, a row group at a time, remembered as far as it came.

A search is done once a process for all filters: what is known of it is which row groups were
looked at, and which rows hold what is searched for. An index says which rows need no look, and of
two kanji which rows hold them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import islice
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from corpora.documents import ROW_GROUP_ROWS
from corpora.matching.users import compile_pattern
from corpora.search.index import (
    is_pair_of_kanji,
    plain_rows,
    row_runs,
    rows_of_kanji,
    variants,
)
from corpora.search.words import Words, words
from curation.queries.measured import Mask
from curation.queries.places import offsets
from curation.queries.scan import Filter
from curation.queries.snapshots import contents, read_rows
from curation.store import store

#: Threads that look through texts; Arrow works outside the interpreter's lock.
_THREADS = 2
#: Searches that are remembered, each with two bits a document.
_REMEMBERED = 8
#: Hits of a text that are marked.
_MOST_SPANS = 200

Bits = npt.NDArray[np.uint8]

_pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="search")


class Asked(Protocol):
    """What is searched for."""

    @property
    def words(self) -> Words | None:
        """The index's question; None when there is none to ask."""

    @property
    def is_of_texts(self) -> bool:
        """Whether it is looked for in texts."""

    @property
    def columns(self) -> Sequence[tuple[str, str]]:
        """The roles' columns that are looked at."""

    def mask(self, values: Any, plain: Mask | None, variants: frozenset[int] | None) -> Mask:
        """Which values hold it; what an index knows of them makes it quicker."""

    def spans(self, text: str, most: int = _MOST_SPANS) -> list[tuple[int, int]]:
        """Where it is in a text, from its beginning, in code points."""


class _Words:
    is_of_texts = True
    columns = (("text", "text"), ("documents", "title"))

    def __init__(self, text: str) -> None:
        self.words: Words | None = words(text)
        self.mask = words(text).mask

    def spans(self, text: str, most: int = _MOST_SPANS) -> list[tuple[int, int]]:
        assert self.words is not None
        return self.words.spans(text, most)


class _Pattern:
    is_of_texts = True
    columns = (("text", "text"), ("documents", "title"))
    words = None

    def __init__(self, source: str) -> None:
        self._source = source
        self._compiled = compile_pattern(source)

    def mask(self, values: Any, plain: Mask | None, variants: frozenset[int] | None) -> Mask:
        return _true(pc.match_substring_regex(values, self._source))

    def spans(self, text: str, most: int = _MOST_SPANS) -> list[tuple[int, int]]:
        found = (match.span() for match in self._compiled.finditer(text))
        return list(islice((span for span in found if span[1] > span[0]), most))


class _Url:
    is_of_texts = False
    columns = (("documents", "url"),)
    words = None

    def __init__(self, text: str) -> None:
        self._text = text

    def mask(self, values: Any, plain: Mask | None, variants: frozenset[int] | None) -> Mask:
        return _true(pc.match_substring(values, self._text, ignore_case=True))

    def spans(self, text: str, most: int = _MOST_SPANS) -> list[tuple[int, int]]:
        return []


_KINDS: Mapping[str, Callable[[str], Asked]] = {"": _Words, "pattern": _Pattern, "url": _Url}


@lru_cache(maxsize=64)
def asked(contains: str, mode: str) -> Asked | None:
    """What is searched for; None when nothing is. Raises RecipeError for a pattern that is none."""
    return _KINDS[mode](contains) if contains and mode in _KINDS else None


class Hits:
    """What is known of a search in a snapshot. Rows are those of all parts in order."""

    def __init__(self, sha256: str, wanted: Asked) -> None:
        self._parts = contents(sha256)["parts"]
        self._offsets = offsets(sha256)
        self._wanted = wanted
        #: (part, first row, row behind the last) of each row group, rows within the part.
        self.groups = list(_groups(self._parts))
        #: Where each row group begins among all rows, and where the last one ends.
        self.starts = np.array(
            [self._offsets[part] + first for part, first, _ in self.groups] + [self._offsets[-1]],
            np.int64,
        )
        self.looked = np.zeros(len(self.groups), np.bool_)
        # A bit a row, part by part: row groups begin at whole bytes, so that two that are looked
        # at side by side write to none in common.
        self._found = [np.zeros(-(-part["rows"] // 8), np.uint8) for part in self._parts]
        self._runs: dict[int, npt.NDArray[np.int64]] = {}
        self._plain: dict[int, Bits] = {}
        self._variants: dict[int, frozenset[int]] = {}
        self._kanji: dict[int, npt.NDArray[np.int32] | None] = {}

    def rows(self, first: int = 0, last: int | None = None) -> Mask:
        """Which of the rows ``first`` to ``last`` (None: to the end) hold it, as far as known."""
        last = int(self._offsets[-1]) if last is None else last
        begins, ends = self._offsets[:-1], self._offsets[1:]
        pieces = [
            _bools(
                self._found[part],
                max(first - begins[part], 0),
                min(last, ends[part]) - begins[part],
            )
            for part in np.flatnonzero((begins < last) & (ends > first)).tolist()
        ]
        return np.concatenate([np.zeros(0, np.bool_), *pieces])

    def of_rows(self, mask: Mask | None) -> npt.NDArray[np.int64]:
        """The row groups that hold rows of the mask (None: all)."""
        if mask is None or not len(self.groups):
            return np.arange(len(self.groups))
        there = np.logical_or.reduceat(mask, self.starts[:-1])
        found: npt.NDArray[np.int64] = np.flatnonzero(there)
        return found

    def left(self, mask: Mask | None) -> npt.NDArray[np.int64]:
        """Those of them that were not looked at."""
        groups = self.of_rows(mask)
        found: npt.NDArray[np.int64] = groups[~self.looked[groups]]
        return found

    def look(self, groups: Iterable[int], deadline: float) -> Iterator[int]:
        """Look through row groups in their order; gives each once its rows are known.

        Ends at the deadline (of time.monotonic), but not before it has given some.
        """
        waiting = iter(groups)
        size = _THREADS
        while batch := list(islice(waiting, size)):
            size = 2 * _THREADS
            list(_pool.map(self._look, [group for group in batch if not self.looked[group]]))
            yield from batch
            if time.monotonic() > deadline:
                return

    def _look(self, group: int) -> None:
        part, first, last = self.groups[group]
        found = np.packbits(self._holding(part, first, last))
        self._found[part][first // 8 :][: len(found)] = found
        self.looked[group] = True

    def _holding(self, part: int, first: int, last: int) -> Mask:
        """Which rows of a row group hold it."""
        holding = np.zeros(last - first, np.bool_)
        rows = self._rows_of_kanji(part, first, last)
        if rows is not None and self._wanted.words and is_pair_of_kanji(self._wanted.words):
            holding[rows - first] = True
            return holding
        low, high = first, last
        if rows is not None:
            low, high = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (first, first)
        for start, end in self._candidates(part, low, high):
            found = np.zeros(end - start, np.bool_)
            plain = _bools(self._plain[part], start, end) if part in self._plain else None
            variants_ = self._variants.get(part)
            for role, name in self._wanted.columns:
                blob = self._parts[part][role]
                values: Any = read_rows(blob, start, end, [name], threads=False)[name]
                found |= self._wanted.mask(_one_chunk(values), plain, variants_)
            holding[start - first : end - first] = found
        return holding

    def _rows_of_kanji(self, part: int, first: int, last: int) -> npt.NDArray[np.int32] | None:
        """The only rows of some that can hold what is searched for; None when all can."""
        search, wanted = self._parts[part].get("search"), self._wanted.words
        if not search or wanted is None:
            return None
        if part not in self._kanji:
            found = rows_of_kanji(store(), search, wanted)
            self._kanji[part] = None if found is None else found.astype(np.int32)
        rows = self._kanji[part]
        return None if rows is None else rows[slice(*np.searchsorted(rows, (first, last)))]

    def _candidates(self, part: int, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Runs of rows of a row group that may hold what is searched for."""
        search = self._parts[part].get("search")
        if not search or self._wanted.words is None:
            yield first, last
            return
        if part not in self._runs:
            self._variants[part] = variants(store(), search)
            plain = plain_rows(store(), search, self._parts[part]["rows"])
            self._plain[part] = np.packbits(plain)
            self._runs[part] = row_runs(store(), search, self._wanted.words)
        runs = self._runs[part]
        for start, end in runs[(runs[:, 0] < last) & (runs[:, 1] > first)].tolist():
            yield max(start, first), min(end, last)


def _groups(parts: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, int, int]]:
    for number, part in enumerate(parts):
        for first in range(0, part["rows"], ROW_GROUP_ROWS):
            yield number, first, min(first + ROW_GROUP_ROWS, part["rows"])


@lru_cache(maxsize=_REMEMBERED)
def _hits(sha256: str, contains: str, mode: str) -> Hits | None:
    wanted = asked(contains, mode)
    return Hits(sha256, wanted) if wanted else None


def hits(sha256: str, wanted: Filter) -> Hits | None:
    """What is known of the filter's search; None when it has none."""
    return _hits(sha256, wanted.contains, wanted.mode)


def forget() -> None:
    """For tests."""
    _hits.cache_clear()


def _bools(bits: Bits, first: int, last: int) -> Mask:
    """The bits ``first`` to ``last`` as bools."""
    found: Mask = np.unpackbits(bits[first // 8 : -(-last // 8)])[first % 8 :][: last - first].view(
        np.bool_
    )
    return found


def _one_chunk(values: Any) -> Any:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _true(values: Any) -> Mask:
    found: Mask = values.fill_null(False).to_numpy(zero_copy_only=False)
    return found
