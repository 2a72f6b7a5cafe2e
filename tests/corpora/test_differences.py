from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import differences
from corpora.differences import Difference, difference

#: Few characters, so that everything repeats.
POOR = st.text("あい。\n", max_size=80)
ANY = st.text(max_size=60)


def rebuilt(left: str, right: str, found: Difference) -> str:
    """The right text made from the left one and the changes; what is left alone must be equal."""
    pieces, at, at_right = [], 0, 0
    for change in found.changes:
        assert left[at : change.a] == right[at_right : change.c]
        assert change.a < change.b or change.c < change.d
        pieces += [left[at : change.a], right[change.c : change.d]]
        at, at_right = change.b, change.d
    assert left[at:] == right[at_right:]
    return "".join([*pieces, left[at:]])


@given(st.one_of(POOR, ANY), st.one_of(POOR, ANY))
def test_the_changes_make_one_text_the_other(left: str, right: str) -> None:
    found = difference(left, right)
    assert rebuilt(left, right, found) == right
    assert found.same == (left == right)


@given(st.lists(st.tuples(POOR, st.integers(0, 5)), max_size=12), st.integers(1, 400))
def test_so_do_those_between_passages(pieces: list[tuple[str, int]], room: int) -> None:
    """With so little left to difflib everything rests on passages."""
    left = "".join(text * times for text, times in pieces)
    right = "".join(text * times for text, times in reversed(pieces)) + left[3:40]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(differences, "_STRETCH", room)
        patch.setattr(differences, "_ALL", room * 3)
        assert rebuilt(left, right, difference(left, right)) == right


def _novel(length: int) -> str:
    draw = random.Random(7)
    kana = [chr(point) for point in range(0x3041, 0x3094)]
    kanji = [chr(point) for point in range(0x4E00, 0x5200)]
    return "".join(
        "。\n" if not draw.randrange(40) else draw.choice(kana if draw.random() < 0.6 else kanji)
        for _ in range(length)
    )


def _edited(text: str, changes: int) -> str:
    draw = random.Random(8)
    characters = list(text)
    for place in draw.sample(range(len(text)), changes):
        characters[place] = draw.choice(["", "書", characters[place] + "足"])
    return "".join(characters)


@pytest.mark.parametrize(
    ("changes", "shuffled"),
    [
        pytest.param(40, False, id="an edition"),
        pytest.param(20_000, False, id="every 25th character"),
        pytest.param(200, True, id="chapters in another order"),
    ],
)
def test_two_novels_are_compared_in_a_moment(changes: int, shuffled: bool) -> None:
    left = _novel(500_000)
    right = _edited(left, changes)
    if shuffled:
        right = right[250_000:] + right[:250_000]
    began = time.process_time()
    found = difference(left, right)
    seconds = time.process_time() - began
    assert rebuilt(left, right, found) == right
    assert seconds < 8, "far more than it takes on a busy machine"
    if not shuffled:
        assert not found.coarse
        assert found.only_left <= 4 * changes


def test_texts_that_have_nothing_in_common_cost_no_more_and_say_so() -> None:
    left, right = _novel(400_000), "ア" * 400_000
    began = time.process_time()
    found = difference(left, right)
    assert time.process_time() - began < 8
    assert found.coarse
    assert rebuilt(left, right, found) == right


def test_beyond_the_longest_only_the_beginnings_are_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(differences, "LONGEST", 10)
    found = difference("あ" * 10 + "い", "あ" * 12)
    assert (found.same, found.cut) == (True, True)
