"""Places and the lines around them."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from corpora.kernels.signs import lines_around, marked
from corpora.kernels.text import Utf8, decode

TEXTS = st.lists(st.text("@茶\n𠮷", max_size=20), max_size=4)


@given(texts=TEXTS)
@example(texts=["@" * 10_000, "茶" * 10_000 + "@"])
def test_every_mark_is_found(texts: list[str]) -> None:
    found = marked(decode(Utf8.of(texts)), "@")
    rows = [(n, place) for n, text in enumerate(texts) for place in range(len(text))]
    kept = [(row, n) for row, (n, place) in enumerate(rows) if texts[n][place] == "@"]
    assert list(zip(found.place.tolist(), found.text.tolist(), strict=True)) == kept


def windows(texts: list[str], following: int) -> list[str]:
    """The lines with a mark and those that follow, together where they touch."""
    joined = []
    for text in texts:
        lines = text.split("\n")
        wanted = [
            any("@" in line for line in lines[max(0, number - following) : number + 1])
            for number in range(len(lines))
        ]
        runs: list[list[str]] = [[]]
        for line, want in zip(lines, wanted, strict=True):
            if want:
                runs[-1].append(line)
            else:
                runs.append([])
        joined += ["\n".join(run) for run in runs if run]
    return joined


@given(texts=TEXTS, following=st.integers(0, 2))
@example(texts=["@\n茶\n@\n\n茶", "@"], following=1)
def test_lines_around_marks(texts: list[str], following: int) -> None:
    points = decode(Utf8.of(texts))
    found = lines_around(points, marked(points, "@"), following=following)
    everything = "".join(texts)
    assert [everything[a:b] for _, a, b in found.tolist()] == windows(texts, following)
    for text, start, end in found.tolist():
        assert points.starts[text] <= start <= end <= points.starts[text + 1]
