"""N-grams counted by kernels against dictionaries of the n-grams themselves."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.kernels.keys import Keys, mixed
from corpora.kernels.ngrams import most_frequent, repeated
from corpora.kernels.text import Points, Utf8, decode
from corpora.signals import ngrams

#: Few letters, so that n-grams come again; the last two are no neighbours in a key of 16 bits.
TEXTS = st.lists(st.text(alphabet="あい\n\U00010000\U0010ffff", max_size=60), max_size=4)
_LENGTHS = range(2, 6)


def points_of(texts: Sequence[str]) -> Points:
    return decode(Utf8.of(texts))


def counted(text: str, n: int) -> Counter[str]:
    return Counter(text[at : at + n] for at in range(len(text) - n + 1))


@given(texts=TEXTS, cut=st.booleans())
def test_what_comes_again(texts: list[str], cut: bool) -> None:
    found = repeated(mixed(points_of(texts)), _LENGTHS, cut=cut)
    for number, text in enumerate(texts):
        for place, n in enumerate(_LENGTHS):
            again = [times for times in counted(text, n).values() if times > 1]
            assert found.distinct[number, place] == len(counted(text, n))
            assert found.again[number, place] == len(again)
            assert found.occurrences[number, place] == sum(again)
        pairs = counted(text, _LENGTHS[0])
        again = sorted((times for times in pairs.values() if times > 1), reverse=True)
        assert found.frequent[number] == sum(again[: int(len(pairs) ** 0.5)])


@given(texts=TEXTS, first=st.integers(2, 4))
def test_the_most_frequent(texts: list[str], first: int) -> None:
    lengths = range(first, 7)
    wanted = [[max(counted(text, n).values(), default=0) for n in lengths] for text in texts]
    assert most_frequent(points_of(texts), lengths).tolist() == wanted


@pytest.mark.parametrize("letters", [20_000, 300, 2])
def test_the_most_frequent_where_no_bucket_stands_out(letters: int) -> None:
    numbers = np.random.default_rng(8).integers(0x4E00, 0x4E00 + letters, 120_000)
    text = "".join(map(chr, numbers))
    wanted = [max(counted(text, n).values()) for n in range(2, 5)]
    assert most_frequent(points_of(["前", text, "後"]), range(2, 5))[1].tolist() == wanted


def test_keys_are_those_of_the_reference() -> None:
    text = "激安通販𠮷野家" * 40 + "".join(map(chr, range(0x4E00, 0x5E00)))
    points = points_of(["", text])
    assert np.array_equal(mixed(points).values, ngrams.mixed(points[1]))


def test_keys_are_cut_as_the_reference_cuts_them() -> None:
    # Two values that differ only where three places are packed: two bits.
    values = Keys(values=np.array([4, 5, 12], np.uint64) << np.uint64(1), starts=np.array([0, 3]))
    assert repeated(values, range(1, 2)).distinct.tolist() == [[3]]
    assert repeated(values, range(1, 2), cut=True).distinct.tolist() == [[2]]
    assert ngrams.repetitions(values.values, 1, 1)[0].distinct == 2


@pytest.mark.parametrize("lengths", [range(0), range(0, 3), range(5, 11, 2)])
def test_lengths_must_follow_each_other(lengths: range) -> None:
    with pytest.raises(ValueError, match="lengths"):
        repeated(mixed(points_of(["茶"])), lengths)


def test_a_single_code_point_is_no_ngram() -> None:
    with pytest.raises(ValueError, match="single"):
        most_frequent(points_of(["茶の湯"]), range(1, 3))


_LONGEST = """
import resource
import numpy as np
from corpora.kernels.keys import mixed
from corpora.kernels.ngrams import most_frequent, repeated
from corpora.kernels.text import Utf8, decode

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def count(text):
    points = decode(Utf8.of([text]))
    values = mixed(points)
    return lambda: (repeated(values, range(5, 11)), most_frequent(points, range(2, 5)))

count("compiled before")()
numbers = np.random.default_rng(1).integers(0x4E00, 0x9FA0, 5_500_000)
ready = count("".join(map(chr, numbers)))
before = peak()
ready()
print(peak() - before)
"""


def test_a_document_of_16_mb_takes_no_more_than_is_said() -> None:
    # No two n-grams alike is the worst: all share buckets, and all are told apart.
    run = subprocess.run(
        [sys.executable, "-c", _LONGEST], check=True, capture_output=True, text=True
    )
    assert int(run.stdout) < 350_000, "kilobytes"
