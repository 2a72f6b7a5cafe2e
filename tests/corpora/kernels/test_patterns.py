"""Lists found together have the hits that each has alone by its regular expression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpora.kernels.characters import CODE_POINTS
from corpora.kernels.hits import find_hits
from corpora.kernels.patterns import Word, compile_patterns
from corpora.kernels.text import Points, Utf8, decode
from corpora.matching.words import compile_words, find_words, read_words
from corpora.signals.lists import WordLists, script_bits, shipped_lists
from tests.corpora.trusted import TRUSTED

#: Few of each script, so that words are beginnings and parts of one another; ー is two scripts'.
_CHARACTERS = st.sampled_from(list("アイーあい殺悩aB𠮷。|-"))
_MARK = st.sampled_from(["", "|"])
_WORDS = st.tuples(_MARK, st.text(_CHARACTERS, min_size=1, max_size=6), _MARK).map("".join)
_LISTS = st.lists(
    st.lists(_WORDS.filter(lambda word: word.strip("|")), max_size=8), min_size=1, max_size=4
)
_TEXTS = st.lists(st.text(_CHARACTERS | st.just("\n"), max_size=30), max_size=4)


def agree(lists: Mapping[str, Sequence[str]], texts: Sequence[str]) -> int:
    """How many hits there are, which are those of each list alone."""
    points = decode(Utf8.of(texts))
    found = WordLists({name: tuple(words) for name, words in lists.items()}).find(points)
    for name, words in lists.items():
        spans = found[name]
        base = points.starts[spans.text]
        rows = np.stack([spans.text, spans.start - base, spans.end - base], axis=1)
        pattern = compile_words(words)
        assert rows.tolist() == [
            [number, *span]
            for number, text in enumerate(texts)
            for span in find_words(pattern, text)
        ], name
    return sum(map(len, found.values()))


@given(lists=_LISTS, texts=_TEXTS)
@example(lists=[["|殺い", "殺いあ", "殺"], ["殺|", "いあ"]], texts=["悩殺いあ", "殺いあ", "殺悩"])
@example(lists=[["a", "ab", "abb"], ["b"]], texts=["ABBabbAb", ""])
@example(lists=[[], ["あ" * n for n in range(1, 20)]], texts=["あ" * 50, "ア" + "あ" * 18])
def test_hits_are_those_of_each_list_alone(lists: list[list[str]], texts: list[str]) -> None:
    agree({str(number): words for number, words in enumerate(lists)}, texts)


@given(
    lists=st.lists(st.lists(st.text("激安い通販", min_size=1, max_size=4)), min_size=1, max_size=3),
    text=st.text("激安い通販。", max_size=5_000),
)
@settings(max_examples=50)
def test_in_texts_longer_than_a_stretch(lists: list[list[str]], text: str) -> None:
    agree({str(number): words for number, words in enumerate(lists)}, [text * 3, text])


def test_more_hits_than_there_was_room_for() -> None:
    assert agree({"one": ["あ"], "two": ["あ", "ああ"]}, ["あ" * 50_000]) == 75_000


def test_no_text_and_no_list() -> None:
    assert WordLists({}).find(decode(Utf8.of(["茶"]))) == {}
    assert agree({"one": ["茶"]}, []) == 0


@pytest.fixture(scope="module")
def real_lists(shared_corpora: Path) -> dict[str, Sequence[str]]:
    files = sorted((shared_corpora / "ngwords").rglob("*_ja.txt"))
    files += sorted((shared_corpora / "ngwords").rglob("ja_*_keywords.txt"))
    files += sorted((shared_corpora / "ngwords").rglob("Sexual*.txt"))
    return {str(path): read_words(path.read_text("utf-8").splitlines()) for path in files}


@pytest.mark.parametrize("corpus", TRUSTED)
def test_real_lists_on_real_articles(
    corpus: str, real_lists: dict[str, Sequence[str]], shared_corpora: Path
) -> None:
    assert agree({**shipped_lists(), **real_lists}, TRUSTED[corpus](shared_corpora)[::4]) > 0


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["あ" * 100 + f"{n:05}" for n in range(20_000)], id="one beginning"),
        pytest.param(["あ" * n for n in range(1, 1_000)], id="each a beginning of the next"),
        pytest.param([chr(0x4E00 + n) for n in range(20_000)], id="single characters"),
    ],
)
def test_lists_of_hostile_shape_are_no_larger_than_their_words(words: list[str]) -> None:
    patterns = compile_patterns([Word(text=word, list=0) for word in words], script_bits())
    size = sum(np.asarray(field).nbytes for field in patterns)
    # The tables of all code points are the same for every list.
    assert size <= 4 * sum(map(len, words)) + 64 * len(words) + 8 * CODE_POINTS
    hits = find_hits(decode(Utf8.of(["。".join(words[-3:])])), patterns, 1)
    assert len(hits) == 3


@pytest.mark.parametrize(
    ("words", "classes", "reason"),
    [
        pytest.param([Word(text="", list=0)], script_bits(), "empty", id="an empty word"),
        pytest.param([], script_bits()[:5], "every code point", id="a short table"),
    ],
)
def test_what_cannot_be_looked_for(words: list[Word], classes: np.ndarray, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        compile_patterns(words, classes)


def test_a_list_that_is_not_counted() -> None:
    points: Points = decode(Utf8.of(["茶"]))
    with pytest.raises(ValueError, match="not below"):
        find_hits(points, compile_patterns([Word(text="茶", list=3)], script_bits()), 3)
