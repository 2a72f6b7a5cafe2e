"""Some texts as the kernels see them: views that several groups share, made when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.keys import Keys, mixed
from corpora.kernels.text import Points, Utf8, count_classes, decode, look_up
from corpora.signals.characters import BLANK, NEWLINE, class_table
from corpora.signals.kinds import NUMBERS, ROLE_BITS, kind_table, numbers_of
from corpora.signals.lists import WordLists, shipped_lists, word_lists
from corpora.signals.spans import Spans


class Batch:
    """Texts with their code points, their classes, and how often each class occurs."""

    def __init__(self, texts: Utf8, lists: WordLists | None = None) -> None:
        """``lists`` are all the word lists that will be asked for: the shipped ones if not said."""
        self.texts = texts
        self._lists = lists

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def points(self) -> Points:
        return decode(self.texts)

    @cached_property
    def classes(self) -> NDArray[np.uint8]:
        """uint8, one a code point of ``points.values`` (corpora.signals.characters)."""
        return look_up(self.points.values, class_table())

    @cached_property
    def kinds(self) -> NDArray[np.uint8]:
        """uint8, one a code point of ``points.values`` (corpora.signals.kinds)."""
        return look_up(self.points.values, kind_table())

    @cached_property
    def mixed(self) -> Keys:
        """A 64-bit key for each code point, of which keys of n-grams are made."""
        return mixed(self.points)

    @cached_property
    def characters(self) -> NDArray[np.int64]:
        """int64[texts], code points of each."""
        return np.diff(self.points.starts)

    @cached_property
    def number_counts(self) -> NDArray[np.int64]:
        """int64[texts, NUMBERS]: how often kinds of each number occur."""
        return count_classes(self.kinds, self.points.starts, NUMBERS, above=ROLE_BITS)

    @cached_property
    def letters(self) -> NDArray[np.int64]:
        """int64[texts], code points of each that are neither blanks nor line breaks."""
        return self.characters - self.count(BLANK, NEWLINE)

    def count(self, *classes: int) -> NDArray[np.int64]:
        """int64[texts]: code points that belong to one of the classes."""
        return self.count_numbers(numbers_of(*classes))

    def count_numbers(self, numbers: NDArray[np.bool_]) -> NDArray[np.int64]:
        """int64[texts]: code points whose kind has one of the numbers (bool[NUMBERS])."""
        counts: NDArray[np.int64] = self.number_counts[:, numbers].sum(axis=1)
        return counts

    @cached_property
    def hits(self) -> Mapping[str, Spans]:
        """Word list -> its hits."""
        return (self._lists or word_lists(shipped_lists())).find(self.points)

    @cached_property
    def strings(self) -> list[str]:
        """The texts as Python strings, for what no kernel measures."""
        return self.texts.strings()


def shares(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float32]:
    """``part`` over ``whole`` in double precision, 0.0 of nothing; float32[texts]."""
    return np.where(whole > 0, part / np.maximum(whole, 1), 0.0).astype(np.float32)
