"""Signatures of documents that never were: any row can be made at any time, from its number.

A fifth of the documents are copies of an earlier one, anywhere before them: each value of the
original is kept with probability .8 to 1, and with that probability two signatures agree in a value
when the documents' Jaccard is that. A tenth of the copies are exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from corpora.dedup.candidates import Signatures
from corpora.kernels.bands import Matrix
from corpora.kernels.compiling import inlined, kernel

COLUMNS = 128
#: As many rows as a part of 64 MB of web pages has, about.
PART_ROWS = 50_000
_COPIES, _EXACT = 0.2, 0.1
_LEAST = 0.8
_UNIT = 1.0 / (1 << 53)
# Odd constants of splitmix64.
_A, _B, _C = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xBF58476D1CE4E5B9),
    np.uint64(0x94D049BB133111EB),
)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
#: What is drawn for a document besides its values.
_COPY, _WHOSE, _ALIKE, _HASH, _KEEP = (np.uint64(1 << 20 | n) for n in range(5))


class Synthetic(Signatures):
    """Signatures that are made when they are looked at; ``columns`` is all that the parts show."""

    def __init__(self, documents: int, seed: int, columns: range) -> None:
        edges = [*range(0, documents, PART_ROWS), documents]
        self.starts = np.array(edges, np.int64)
        self._seed = np.uint64(seed)
        self.parts = _Parts(edges, self._seed, columns)  # type: ignore[assignment]

    @property
    def permutations(self) -> int:
        return COLUMNS

    def rows(self, positions: NDArray[np.int64]) -> Matrix:
        return _made(positions, self._seed, range(COLUMNS))


class _Parts(Sequence[Matrix]):
    def __init__(self, edges: Sequence[int], seed: np.uint64, columns: range) -> None:
        self._edges, self._seed, self._columns = edges, seed, columns

    def __len__(self) -> int:
        return len(self._edges) - 1

    @overload
    def __getitem__(self, number: int) -> Matrix: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Matrix]: ...
    def __getitem__(self, number: Any) -> Any:
        positions = np.arange(self._edges[number], self._edges[number + 1])
        return _made(positions, self._seed, self._columns)


class Hashes(Sequence[NDArray[np.uint64]]):
    """Of the same documents: uint64[rows, 2] by part, equal where the texts are."""

    def __init__(self, documents: int, seed: int) -> None:
        self._edges = [*range(0, documents, PART_ROWS), documents]
        self._seed = np.uint64(seed)

    def __len__(self) -> int:
        return len(self._edges) - 1

    @overload
    def __getitem__(self, number: int) -> NDArray[np.uint64]: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[NDArray[np.uint64]]: ...
    def __getitem__(self, number: Any) -> Any:
        if number >= len(self):
            raise IndexError(number)
        found = np.empty((self._edges[number + 1] - self._edges[number], 2), np.uint64)
        _hashes(self._edges[number], self._seed, found)
        return found


def originals(documents: int, seed: int) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """By part, the number of its first document, and whose copy each one is, or its own number."""
    for low in range(0, documents, PART_ROWS):
        found = np.empty(min(PART_ROWS, documents - low), np.int64)
        _originals(low, np.uint64(seed), found)
        yield low, found


def _made(positions: NDArray[np.int64], seed: np.uint64, columns: range) -> Matrix:
    found = np.empty((len(positions), len(columns)), np.uint32)
    _values(positions, seed, columns.start, found)
    return found


@inlined
def _drawn(seed: np.uint64, document: int | np.int64, what: np.uint64) -> np.uint64:
    mixed = (seed * _C + np.uint64(document)) * _A ^ (what + _A) * _B
    mixed = (mixed ^ mixed >> _30) * _B
    mixed = (mixed ^ mixed >> _27) * _C
    return mixed ^ mixed >> _31


@inlined
def _share(number: np.uint64) -> float:
    return np.float64(number >> _11) * _UNIT


@inlined
def _original(seed: np.uint64, document: int) -> np.int64:
    found = np.int64(document)
    while found > 0 and _share(_drawn(seed, found, _COPY)) < _COPIES:
        found = np.int64(_share(_drawn(seed, found, _WHOSE)) * found)
    return found


@inlined
def _kept(seed: np.uint64, document: int) -> float:
    drawn = _share(_drawn(seed, document, _ALIKE))
    if drawn < _EXACT:
        return 1.0
    return _LEAST + (1.0 - _LEAST) * (drawn - _EXACT) / (1.0 - _EXACT)


@kernel
def _values(positions: NDArray[np.int64], seed: np.uint64, first: int, found: Matrix) -> None:
    for row in range(len(positions)):
        document = positions[row]
        original = _original(seed, document)
        kept = _kept(seed, document) if original != document else 1.0
        for place in range(found.shape[1]):
            column = np.uint64(first + place)
            source = original
            if kept < 1.0 and _share(_drawn(seed, document, _KEEP + (column << _31))) >= kept:
                source = document
            found[row, place] = np.uint32(_drawn(seed, source, column) >> _31)


@kernel
def _hashes(start: int, seed: np.uint64, found: NDArray[np.uint64]) -> None:
    for row in range(len(found)):
        document = start + row
        original = _original(seed, document)
        source = original if _kept(seed, document) == 1.0 else document
        found[row, 0] = _drawn(seed, source, _HASH)
        found[row, 1] = _drawn(seed, source, _HASH + _HASH)


@kernel
def _originals(start: int, seed: np.uint64, found: NDArray[np.int64]) -> None:
    for row in range(len(found)):
        found[row] = _original(seed, start + row)
