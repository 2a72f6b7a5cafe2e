"""One document: finding it, its rules, its copies, its text in pieces."""

from __future__ import annotations

import pytest

from corpora.storage import Store
from curation.models import Snapshot
from curation.queries.document import detail, members, windows
from curation.queries.documents import page
from curation.queries.places import Place, locate
from curation.queries.scan import Filter
from curation.queries.segments import MOST_MARKS, Span, segments
from curation.queries.snapshots import manifest


def test_every_document_is_found_by_its_id(curated: Store, snapshot: Snapshot) -> None:
    for number, part in enumerate(manifest(snapshot)["parts"]):
        for row, id_ in enumerate(curated.read_table(part["documents"], ["id"])["id"].to_pylist()):
            assert locate(snapshot, id_) == Place(number, row)


@pytest.mark.parametrize("id_", ["", "0" * 32, "f" * 32, "zzz", "文", "\x00", "a" * 5000])
def test_an_id_that_is_not_there_is_nowhere(snapshot: Snapshot, id_: str) -> None:
    assert locate(snapshot, id_) is None


def test_rules_show_value_and_limit(snapshot: Snapshot) -> None:
    place = page(snapshot, Filter(rule=("too_short",)), Place(0, 0)).places[0]
    rules = {line.rule: line for line in detail(snapshot, place).rules}
    short = rules["too_short"]
    assert (short.value, short.min, short.margin) == (5, 30, -25)
    assert (short.failed, short.decisive) == (True, True)
    assert not rules["advertisement"].enabled


def test_a_dropped_document_has_no_final_text(snapshot: Snapshot) -> None:
    dropped, kept = (
        detail(snapshot, page(snapshot, Filter(verdict=(verdict,)), Place(0, 0)).places[0])
        for verdict in ("drop", "keep")
    )
    assert dropped.final is None
    assert kept.final == kept.text


def test_copies_are_listed_with_the_one_that_is_kept(snapshot: Snapshot) -> None:
    place = page(snapshot, Filter(rule=("exact_duplicate",)), Place(0, 0)).places[0]
    found = detail(snapshot, place)
    others = members(snapshot, found)
    assert found.id not in [member.id for member in others]
    assert [member.keeper for member in others] == [True] + [False] * (len(others) - 1)
    assert others[0].jaccard == 1.0


def test_a_place_outside_the_snapshot_is_an_index_error(snapshot: Snapshot) -> None:
    with pytest.raises(IndexError):
        detail(snapshot, Place(9, 0))
    with pytest.raises(IndexError):
        detail(snapshot, Place(0, 99))


# -- pieces -----------------------------------------------------------------------------------

TEXT = "𠮷野家で、無料！👨‍👩‍👧か\u3099\u200bおわり"


def span(start: int, end: int, label: str = "ad") -> Span:
    return Span(start=start, end=end, kind="evidence", label=label)


@pytest.mark.parametrize(
    "spans",
    [
        pytest.param([], id="none"),
        pytest.param([span(5, 7)], id="one"),
        pytest.param([span(0, 5), span(3, 9, "ng")], id="overlapping"),
        pytest.param([span(0, 99)], id="longer than the text"),
        pytest.param([span(4, 4)], id="empty"),
    ],
)
def test_pieces_together_are_the_text(spans: list[Span]) -> None:
    assert "".join(piece.text for piece in segments(TEXT, spans)) == TEXT


def test_overlapping_rules_share_a_piece() -> None:
    pieces = segments("無料で稼ぐ", [span(0, 3, "ad"), span(2, 5, "ng")])
    assert [(piece.text, piece.label) for piece in pieces] == [
        ("無料", "ad"), ("で", "ad, ng"), ("稼ぐ", "ng"),
    ]  # fmt: skip


def test_hidden_characters_are_marked_but_not_in_an_emoji() -> None:
    marked = [piece.label for piece in segments(TEXT, []) if piece.kind == "invisible"]
    assert marked == ["U+200B ZERO WIDTH SPACE"]


def test_a_text_of_nothing_but_marks_stays_a_page() -> None:
    hostile = "\u202e" * 100_000
    pieces = segments(hostile, [span(n, n + 1) for n in range(0, 100_000, 2)])
    assert len(pieces) < 5 * MOST_MARKS
    assert "".join(piece.text for piece in pieces) == hostile


@pytest.mark.parametrize(
    ("at", "expected"), [(0, 0), (49_999, 0), (50_000, 50_000), (10**9, 200_000)]
)
def test_a_window_holds_the_place_that_is_asked_for(at: int, expected: int) -> None:
    assert windows(210_000, at, size=50_000)[0] == expected
