"""Lines, paragraphs and sentences as Python's own split, strip and re see them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpora.kernels import spans
from corpora.kernels.text import Points, Utf8, decode, look_up
from corpora.signals.kinds import role_table

_BLANKS = [chr(code) for code in range(0x110000) if chr(code).isspace()]
TEXTS = st.lists(
    st.text(alphabet=[*_BLANKS, *"\n\n\n。。！?茶湯\x00\u200b\U00020bb7"], max_size=40), max_size=4
)


def lines(text: str) -> list[str]:
    return text.split("\n")


def paragraphs(text: str) -> list[str]:
    return re.split(r"\n{2,}", text)


def parted(points: Points) -> spans.Parts:
    return spans.parted(look_up(points.values, role_table()), points.starts)


def sentences(text: str) -> list[str]:
    return re.findall(r"[^。．！？!?\n]+[。．！？!?]?", text)


@pytest.mark.parametrize(
    ("kind", "reference"),
    [
        pytest.param("lines", lines, id="lines"),
        pytest.param("paragraphs", paragraphs, id="paragraphs"),
        pytest.param("sentences", sentences, id="sentences"),
    ],
)
@given(texts=TEXTS)
@example(texts=["a\n\n\nb", "\n\n\na\n \nb\n\n", "。。\n。茶。", "\u3000茶\r\n\x1c", ""])
def test_what_python_finds(
    kind: str, reference: Callable[[str], list[str]], texts: list[str]
) -> None:
    points = decode(Utf8.of(texts))
    found: spans.Spans = getattr(parted(points), kind)
    characters = "".join(texts)
    said = [characters[a:b] for a, b in zip(found.begins, found.ends, strict=True)]
    wanted = [[part.strip() for part in reference(text) if part.strip()] for text in texts]
    assert said == [part for parts in wanted for part in parts]
    assert found.numbers.tolist() == [len(parts) for parts in wanted]
    again = [
        (len(parts) - len(set(parts)), sum(map(len, parts)) - sum(map(len, set(parts))))
        for parts in wanted
    ]
    assert list(map(tuple, spans.said_before(points, found).tolist())) == again


def test_sums_are_by_text() -> None:
    texts = ["茶\n湯茶", "", "茶"]
    points = decode(Utf8.of(texts))
    found = parted(points).lines
    assert found.sums(found.lengths).tolist() == [3, 0, 1]
