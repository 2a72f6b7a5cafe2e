"""The lines that a kernel finds from a text's end are those that Python finds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.edits.tails import last_lines as reference
from corpora.kernels.tails import (
    TOO_LONG,
    Tails,
    code_points,
    gathered,
    last_lines,
    stripped_ends,
)
from corpora.kernels.text import Utf8

BLANKS = [chr(point) for point in range(0x110000) if chr(point).isspace()]
#: Beside blanks, what shares bytes with them.
_PIECES = ["\n"] * 8 + ["あ", "、", "a", "é", "Å", "\u0085b", "©", "‐", "𠮷", "\u2060", "茶の湯"]
TEXTS = st.lists(
    st.lists(st.sampled_from(_PIECES) | st.sampled_from(BLANKS), max_size=16).map("".join)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    max_size=4,
)


def found(texts: list[str], number: int, *, distinct: bool = False, seed: int = 0) -> Tails:
    seeds = np.full(len(texts), seed, np.uint64)
    rows = np.arange(len(texts))
    return last_lines(Utf8.of(texts), rows, seeds, number=number, longest=4, distinct=distinct)


def lines(texts: list[str], tails: Tails) -> list[list[str]]:
    every = gathered(Utf8.of(texts), tails.begins, tails.ends).strings()
    starts = tails.starts.tolist()
    return [every[low:high] for low, high in pairwise(starts)]


@given(TEXTS, st.integers(1, 5))
def test_lines_are_pythons(texts: list[str], number: int) -> None:
    expected = [[line for line, _ in reference(text, number)] for text in texts]
    tails = found(texts, number)
    assert lines(texts, tails) == expected
    too_long = [len(line) > 4 for some in expected for line in some]
    assert (tails.keys == TOO_LONG).tolist() == too_long


@given(TEXTS, st.integers(1, 5))
def test_distinct_lines_are_given_once(texts: list[str], number: int) -> None:
    expected = [list(dict.fromkeys(line for line, _ in reference(t, number))) for t in texts]
    assert lines(texts, found(texts, number, distinct=True)) == expected


@given(TEXTS)
def test_keys_are_equal_where_lines_are(texts: list[str]) -> None:
    tails = found(texts, 9)
    every = [line for some in lines(texts, tails) for line in some]
    short = [n for n, line in enumerate(every) if len(line) <= 4]
    by_line = {every[n]: tails.keys[n] for n in short}
    assert all(tails.keys[n] == by_line[every[n]] for n in short)
    assert len(set(by_line.values())) == len(by_line)
    assert not set(by_line.values()) & set(found(texts, 9, seed=1).keys[short].tolist())


def test_many_lines_share_no_key() -> None:
    texts = [f"第{number}条" + "の" * (number % 7) for number in range(100_000)]
    tails = last_lines(
        Utf8.of(texts),
        np.arange(len(texts)),
        np.zeros(len(texts), np.uint64),
        number=1,
        longest=200,
    )
    assert len(np.unique(tails.keys)) == len(texts)


@given(TEXTS, st.data())
def test_a_text_cut_short_ends_before_its_blanks(texts: list[str], data: st.DataObject) -> None:
    utf8 = Utf8.of(texts)
    kept = [data.draw(st.integers(0, len(text))) for text in texts]
    cut = [text[:at] for text, at in zip(texts, kept, strict=True)]
    begins = utf8.offsets[:-1]
    ends = begins + np.array([len(text.encode()) for text in cut], np.int64)
    stripped = stripped_ends(utf8, np.arange(len(texts)), ends)
    left = gathered(utf8, begins, stripped).strings()
    assert left == [text.rstrip() for text in cut]
    assert code_points(utf8, begins, stripped).tolist() == [len(text) for text in left]


def test_what_lies_outside_is_refused() -> None:
    texts, zero = Utf8.of(["茶", "湯"]), np.zeros(1, np.int64)
    with pytest.raises(ValueError, match="row"):
        last_lines(texts, zero + 2, np.zeros(1, np.uint64), number=1, longest=4)
    with pytest.raises(ValueError, match="seed"):
        last_lines(texts, zero, np.zeros(2, np.uint64), number=1, longest=4)
    with pytest.raises(ValueError, match="outside its text"):
        stripped_ends(texts, zero, zero + 4)
    with pytest.raises(ValueError, match="outside the data"):
        gathered(texts, zero, zero + 7)
    with pytest.raises(ValueError, match="outside the data"):
        code_points(texts, zero + 3, zero)
