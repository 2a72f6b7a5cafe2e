"""What is shown of two texts: all of what differs, and a count of what is left out."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.differences import difference
from curation.queries import pairs
from curation.queries.pairs import _Window

TEXTS = st.lists(
    st.tuples(st.sampled_from(["あ", "い。", "う\n", "え"]), st.integers(0, 120)), max_size=8
)


def shown(window: _Window, side: str) -> int:
    """Characters that one side shows or says it leaves out."""
    total = 0
    for row in window.rows:
        total += row.skipped
        for piece in getattr(row, side):
            total += piece.more + sum(len(segment.text) for segment in piece.segments)
    return total


@settings(max_examples=60)
@given(TEXTS, TEXTS)
def test_every_character_is_shown_or_counted(
    one: list[tuple[str, int]], other: list[tuple[str, int]]
) -> None:
    left, right = ("".join(text * times for text, times in texts) for texts in (one, other))
    window = _Window(left, right, difference(left, right).changes)
    last = window.fill(0)
    if last == len(difference(left, right).changes):
        assert (shown(window, "left"), shown(window, "right")) == (len(left), len(right))


def test_a_window_ends_and_the_next_one_goes_on() -> None:
    left = "".join(f"第{n}章は長い。" + "本文。" * 50 for n in range(250))
    right = left.replace("長い", "短い")
    changes = difference(left, right).changes
    assert len(changes) == 250
    seen, at = 0, 0
    while at < len(changes):
        window = _Window(left, right, changes)
        last = window.fill(at)
        seen += sum(piece.kind == "del" for row in window.rows for piece in row.left)
        assert at < last <= at + pairs.CHANGES
        at = last
    assert seen == 250


def test_a_very_long_change_is_shown_by_its_two_ends() -> None:
    left, right = "始め。" + "あ" * 9_000 + "終り。", "始め。終り。"
    window = _Window(left, right, difference(left, right).changes)
    window.fill(0)
    assert [piece.more for row in window.rows for piece in row.left if piece.more] == [5_000]
    assert shown(window, "left") == len(left)


def test_a_change_of_nothing_but_blanks_can_be_seen() -> None:
    window = _Window("春が来た", "春が\n来 た", difference("春が来た", "春が\n来 た").changes)
    window.fill(0)
    blanks = [piece.blank for row in window.rows for piece in row.right if piece.kind]
    assert blanks == ["line", "space"]
