"""Which kept text a tokenizer is trained on: an even sample of documents, whatever their order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from corpora.arrays import read_array
from corpora.final_texts import chosen_texts, final_sizes
from corpora.stages import Progress, no_progress
from corpora.storage import Store

#: A line longer than this is cut: the trainer would leave out lines of over 4,192 bytes.
_LINE_CODE_POINTS = 1_000

_LINES = re.compile(rf"[^\n]{{1,{_LINE_CODE_POINTS}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Part number and row of a document -> UTF-8 bytes that may be taken from its beginning."""

    allowances: Mapping[tuple[int, int], int]

    def rows(self, part: int) -> list[int]:
        """The chosen rows of a part, ascending."""
        return sorted(row for number, row in self.allowances if number == part)


def choose(
    store: Store,
    parts: Sequence[Mapping[str, str]],
    sample_bytes: int,
    progress: Progress = no_progress,
) -> Chosen:
    """Documents in the order of a hash of their ids until ``sample_bytes`` are reached.

    So one source that came first cannot fill the sample, and a document that is added or removed
    changes the sample by little more than itself. No text is read of a part that has the role
    ``sizes`` (edits.unit); manifests do not name it, and then texts are measured.
    """
    hashes = [np.empty(0, np.uint64)]
    numbers, rows, sizes = ([np.empty(0, np.int64)] for _ in range(3))
    for number, part in enumerate(parts):
        ids: Any = store.read_table(part["documents"], columns=["id"])["id"]
        every = _sizes(store, part)
        here = np.flatnonzero(every)
        hashes.append(_hashes(ids.take(here).to_pylist()))
        numbers.append(np.full(len(here), number))
        rows.append(here)
        sizes.append(every[here].astype(np.int64))
        progress()
    return _first(
        sample_bytes,
        np.concatenate(hashes),
        np.concatenate(numbers),
        np.concatenate(rows),
        np.concatenate(sizes),
    )


def _sizes(store: Store, part: Mapping[str, str]) -> NDArray[np.integer[Any]]:
    return read_array(store, part["sizes"]) if "sizes" in part else final_sizes(store, part)


def _hashes(ids: Sequence[str]) -> NDArray[np.uint64]:
    return np.array([xxhash.xxh3_64_intdigest(id.encode()) for id in ids], np.uint64)


def _first(
    sample_bytes: int,
    hashes: NDArray[np.uint64],
    numbers: NDArray[np.int64],
    rows: NDArray[np.int64],
    sizes: NDArray[np.int64],
) -> Chosen:
    """The first documents in the order of their hashes, of two equal ones by part and row."""
    order = np.lexsort((rows, numbers, hashes))
    # What is left before each document's turn.
    left = sample_bytes - (np.cumsum(sizes[order]) - sizes[order])
    order, left = order[left > 0], left[left > 0]
    places = zip(numbers[order].tolist(), rows[order].tolist(), strict=True)
    taken = np.minimum(sizes[order], left).tolist()
    return Chosen(allowances=dict(zip(places, taken, strict=True)))


def lines(
    store: Store, parts: Sequence[Mapping[str, str]], chosen: Chosen, progress: Progress
) -> Iterator[str]:
    """The chosen documents' lines in the order of the parts, none empty."""
    for number, part in enumerate(parts):
        for row, text in chosen_texts(store, part, chosen.rows(number)):
            allowance = chosen.allowances[number, row]
            yield from cut_lines(text, allowance)
            progress(documents=1, bytes=allowance)


def cut_lines(text: str, allowance: int) -> Iterator[str]:
    """Lines of at most 1,000 code points, until ``allowance`` bytes have been given.

    >>> list(cut_lines("春は\\n\\nあけぼの。", 100))
    ['春は', 'あけぼの。']
    >>> list(cut_lines("春は\\nあけぼの。", 6))
    ['春は']
    """
    for match in _LINES.finditer(text):
        if allowance <= 0:
            return
        yield match.group()
        allowance -= len(match.group().encode())
