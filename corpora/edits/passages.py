"""Passages of texts: where they are, and the hashes by which they are compared.

A line ends with LF. A line is empty when nothing is left of it once it is folded
(corpora.folding). A paragraph is a run of lines that are not empty; how it is broken into lines
does not matter when it is compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from corpora.folding import fold_texts
from corpora.kernels.passages import passage_hashes
from corpora.kernels.text import Points, Utf8, decode

#: Of hashes that are compared over the whole corpus.
_SEED = 0x6B6F_746F_6775_7261


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Passages:
    """Every passage of some texts, in order. All arrays have one entry a passage."""

    #: int64: the number of its text.
    texts: NDArray[np.int64]
    #: int64: code points of the text, from the first line's begin to the last line's end.
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    #: int64: code points that are compared.
    characters: NDArray[np.int64]
    #: uint64.
    hashes: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.hashes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is a passage, and what is the same passage: the parameters that hashes depend on."""

    unit: str
    min_characters: int
    within: str
    fold_old_kanji: bool

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Comparison:
        """From a unit's parameters, which may have others besides."""
        return cls(**{name: params[name] for name in cls.__slots__})

    def passages(
        self, texts: Sequence[str], groups: Sequence[str]
    ) -> Iterator[tuple[int, Passages]]:
        """Passages of runs of texts, each with the number of the run's first text.

        ``groups`` says whose each text is (edits.tails.group_of).
        """
        seeds = self._seeds(groups)
        for first, some in Utf8.of(texts).slices():
            yield first, self._found(some, seeds[first : first + len(some)])

    def _seeds(self, groups: Sequence[str]) -> NDArray[np.uint64]:
        if self.within == "corpus":
            return np.full(len(groups), _SEED, np.uint64)
        known = {group: xxhash.xxh3_64_intdigest(group.encode()) for group in set(groups)}
        return np.array([known[group] for group in groups], np.uint64)

    def _found(self, texts: Utf8, seeds: NDArray[np.uint64]) -> Passages:
        lines, owners = _lines(texts)
        places = decode(lines).starts
        folded = fold_texts(lines, old_kanji=self.fold_old_kanji)
        written = np.diff(folded.starts) > 0
        firsts = np.flatnonzero(self._begins(written, owners))
        filled = np.flatnonzero(written)
        # The last written line before the next passage begins.
        following = np.append(firsts, len(lines))[1:]
        lasts = filled[np.searchsorted(filled, following) - 1] if len(firsts) else firsts
        # Empty lines have no code points left: a passage's end where the next one begins.
        starts = np.append(folded.starts[firsts], folded.starts[-1])
        compared = Points(values=folded.values, starts=starts)
        texts_of = owners[firsts]
        zero = places[np.searchsorted(owners, texts_of)]
        line_feeds = lines.data[lines.offsets[lasts + 1] - 1] == ord("\n")
        return Passages(
            texts=texts_of,
            starts=places[firsts] - zero,
            ends=places[lasts + 1] - line_feeds - zero,
            characters=np.diff(starts),
            hashes=passage_hashes(compared, seeds[texts_of]),
        )

    def _begins(self, written: NDArray[np.bool_], owners: NDArray[np.int64]) -> NDArray[np.bool_]:
        """bool[lines]: where a passage begins."""
        if self.unit == "line":
            return written
        before = np.zeros_like(written)
        before[1:] = written[:-1] & (owners[1:] == owners[:-1])
        return written & ~before


def _lines(texts: Utf8) -> tuple[Utf8, NDArray[np.int64]]:
    """All lines, line ends included, and int64[lines], the text of each; empty texts have none."""
    low, high = int(texts.offsets[0]), int(texts.offsets[-1])
    ends = np.flatnonzero(texts.data[low:high] == ord("\n")) + (low + 1)
    offsets = np.unique(np.concatenate([texts.offsets, ends]))
    owners = np.searchsorted(texts.offsets, offsets[:-1], side="right") - 1
    return Utf8.checked(offsets, texts.data), owners
