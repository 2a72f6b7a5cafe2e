"""Runs: what parts them, and what must be there."""

from __future__ import annotations

import numpy as np
import pytest

from corpora.kernels.keys import mixed
from corpora.kernels.runs import longest_runs, word_keys
from corpora.kernels.text import Utf8, decode

_NONE = np.zeros(2, np.bool_)
_SECOND = np.array([False, True])


def test_a_run_ends_with_its_text() -> None:
    points = decode(Utf8.of(["ああ", "ああい", ""]))
    classes = np.zeros(5, np.uint8)
    assert longest_runs(points, classes, _NONE).tolist() == [2, 2, 0]


def test_what_is_passed_parts_words_but_no_run_of_one_character() -> None:
    points = decode(Utf8.of(["あ あ"]))
    classes = np.array([0, 1, 0], np.uint8)
    kinds = np.arange(2, dtype=np.uint8)
    assert longest_runs(points, classes, _SECOND).tolist() == [2]
    words = word_keys(mixed(points), classes, kinds, single=_NONE, passed=_SECOND)
    assert words.starts.tolist() == [0, 2]
    assert words.values[0] == words.values[1]


def test_a_single_class_has_words_of_one_code_point() -> None:
    points = decode(Utf8.of(["ああ★★"]))
    classes = np.array([0, 0, 1, 1], np.uint8)
    kinds = np.arange(2, dtype=np.uint8)
    words = word_keys(mixed(points), classes, kinds, single=_SECOND, passed=_NONE)
    assert words.starts.tolist() == [0, 3]


def test_every_class_must_be_in_the_table() -> None:
    points = decode(Utf8.of(["茶"]))
    with pytest.raises(ValueError, match="every class"):
        longest_runs(points, np.array([2], np.uint8), _NONE)
