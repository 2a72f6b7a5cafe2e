"""Runs of one code point, and runs of one script for words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import kernel
from corpora.kernels.keys import Keys
from corpora.kernels.text import Points


def longest_runs(
    points: Points, classes: NDArray[np.uint8], passed: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """int64[texts]: length of the longest run of one code point, 0 without any.

    ``classes`` has one class a code point. Those of a class that ``passed`` (one entry a class)
    names neither count nor part a run.

    >>> from corpora.kernels.text import Utf8, decode
    >>> points = decode(Utf8.of(["えー ーっ", ""]))
    >>> classes = np.array([0, 0, 1, 0, 0], np.uint8)
    >>> longest_runs(points, classes, np.array([False, True])).tolist()
    [2, 0]
    """
    found = np.zeros(len(points), np.int64)
    _longest_runs(points.values, points.starts, classes, _whole(classes, passed), found)
    return found


@kernel
def _longest_runs(
    points: NDArray[np.uint32],
    starts: NDArray[np.int64],
    classes: NDArray[np.uint8],
    passed: NDArray[np.bool_],
    found: NDArray[np.int64],
) -> None:
    for text in range(len(starts) - 1):
        own, its_classes = points[starts[text] : starts[text + 1]], classes[starts[text] :]
        # No code point.
        before = np.uint32(0xFFFFFFFF)
        run, longest, one = np.uint64(0), np.uint64(0), np.uint64(1)
        for place in range(len(own)):
            point = own[place]
            # Chosen, not branched to: a branch would be guessed wrongly too often.
            longer = run + one if point == before else one
            skipped = passed[its_classes[place]]
            run, before = (run, before) if skipped else (longer, point)
            longest = max(longest, run)
        found[text] = longest


def word_keys(
    mixed: Keys,
    classes: NDArray[np.uint8],
    kinds: NDArray[np.uint8],
    single: NDArray[np.bool_],
    passed: NDArray[np.bool_],
) -> Keys:
    """Keys of words: runs of classes of one kind, or one code point of a ``single`` class.

    A key is the sum of the word's mixed code points, each times an odd number for its place, so
    that 日本 and 本日 are two words. Words that begin with a ``passed`` class are left out. The
    tables have one entry a class; ``single`` and ``passed`` hold for whole kinds.

    >>> mixed = Keys(values=np.array([5, 7, 5, 9], np.uint64), starts=np.array([0, 2, 4]))
    >>> classes, kinds = np.array([0, 2, 0, 1], np.uint8), np.array([0, 1, 0], np.uint8)
    >>> none, second = np.zeros(3, bool), np.array([False, True, False])
    >>> words = word_keys(mixed, classes, kinds, single=none, passed=second)
    >>> words.values.tolist(), words.starts.tolist()
    ([26, 5], [0, 1, 2])
    """
    keys = np.empty(len(mixed.values), np.uint64)
    starts = np.zeros(len(mixed) + 1, np.int64)
    for table in (kinds, single, passed):
        _whole(classes, table)
    _word_keys(mixed.values, mixed.starts, classes, kinds, single, passed, keys, starts)
    return Keys(values=keys[: starts[-1]], starts=starts)


@kernel
def _word_keys(
    mixed: NDArray[np.uint64],
    starts: NDArray[np.int64],
    classes: NDArray[np.uint8],
    kinds: NDArray[np.uint8],
    single: NDArray[np.bool_],
    passed: NDArray[np.bool_],
    keys: NDArray[np.uint64],
    key_starts: NDArray[np.int64],
) -> None:
    number = 0
    for text in range(len(starts) - 1):
        place, last = starts[text], starts[text + 1]
        while place < last:
            first = classes[place]
            key, odd = mixed[place], np.uint64(1)
            place += 1
            while place < last and kinds[classes[place]] == kinds[first] and not single[first]:
                odd += np.uint64(2)
                key += mixed[place] * odd
                place += 1
            keys[number] = key
            number += not passed[first]
        key_starts[text + 1] = number


def _whole(classes: NDArray[np.uint8], table: NDArray[Any]) -> NDArray[Any]:
    if len(classes) and int(classes.max()) >= len(table):
        raise ValueError("the table does not hold every class")
    return table
