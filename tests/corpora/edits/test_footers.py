"""Footers are found over what is kept, and cut only at the very end."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.arrays import read_array
from corpora.edits import unit
from corpora.edits.tails import footer_span, last_lines
from corpora.stages import UnitResult, UnitSpec, no_progress
from corpora.storage import Store
from corpora.text_spans import apply_edits, edits_by_row
from tests.corpora.edits.snapshot import Row, find_footers, put

SETTINGS = {"enabled": True, "min_documents": 3, "min_share": 0.5, "lines": 4}


def find(store: Store, parts: list[dict[str, str]]) -> UnitResult:
    return find_footers(store, parts, SETTINGS)


def edit(store: Store, part: dict[str, str], found: str) -> UnitResult:
    spec = UnitSpec(stage="edits", inputs={**part, "footers": found}, params=SETTINGS)
    return unit.run(spec, store, no_progress)


def page(number: int, footer: str = "シェアする\n関連記事") -> str:
    return f"記事{number}の本文です。\n{footer}"


def lines(store: Store, result: UnitResult) -> set[str]:
    return {str(line) for line in store.read_table(result.outputs["footers"])["line"].to_pylist()}


def test_shared_last_lines_of_a_host_are_cut_and_counted(tmp_path: Path) -> None:
    store = Store(tmp_path)
    part = put(store, [(page(n), "a.jp", "keep") for n in range(4)] + [("別", "b.jp", "keep")])
    found = find(store, [part])
    assert lines(store, found) == {"シェアする", "関連記事"}
    result = edit(store, part, found.outputs["footers"])
    edits = edits_by_row(store.read_table(result.outputs["edits"]))
    assert apply_edits(page(2), edits[2]) == "記事2の本文です。"
    assert set(edits) == {0, 1, 2, 3}
    assert result.counts["edits"] == {"footer": 4}
    assert result.counts["documents"] == 5
    assert result.counts["characters_before"] == 4 * len(page(0)) + 1
    assert result.counts["characters_after"] == 4 * len("記事0の本文です。") + 1


def test_footers_are_found_over_all_parts(tmp_path: Path) -> None:
    store = Store(tmp_path)
    parts = [put(store, [(page(n), "a.jp", "keep")]) for n in range(3)]
    assert lines(store, find(store, parts)) == {"シェアする", "関連記事"}


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([(page(n), "a.jp", "drop") for n in range(9)], id="dropped documents"),
        pytest.param([(page(n), "a.jp", "keep") for n in range(2)], id="too few"),
        pytest.param([(page(n), f"{n}.jp", "keep") for n in range(9)], id="different hosts"),
        pytest.param(
            [(page(n), "a.jp", "keep") for n in range(3)]
            + [(f"本文{n}", "a.jp", "keep") for n in range(9)],
            id="too small a share",
        ),
        pytest.param(
            [(f"本文{n}\n{'長' * 201}", "a.jp", "keep") for n in range(9)], id="a line of prose"
        ),
        pytest.param([], id="nobody"),
    ],
)
def test_what_is_no_footer(tmp_path: Path, rows: list[Row]) -> None:
    store = Store(tmp_path)
    assert lines(store, find(store, [put(store, rows)])) == set()


@given(
    pages=st.lists(
        st.tuples(
            st.lists(
                st.sampled_from(["本文", "シェア", "", " ", "©社", "\u3000続き "]), max_size=6
            ).map("\n".join),
            st.sampled_from(["a.jp", "b.jp", None]),
            st.sampled_from(["keep", "keep", "drop"]),
        ),
        max_size=12,
    )
)
@settings(max_examples=30, deadline=None)
def test_footers_and_cuts_are_those_of_each_text(pages: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        part = put(store, pages)
        found = find(store, [part])
        result = edit(store, part, found.outputs["footers"])
        table = store.read_table(found.outputs["footers"]).to_pylist()
        edits = edits_by_row(store.read_table(result.outputs["edits"]))
        sizes = read_array(store, result.outputs["sizes"]).tolist()
    kept = [(text, host or "a.jsonl") for text, host, verdict in pages if verdict == "keep"]
    ends = [({line for line, _ in last_lines(text, 4)}, group) for text, group in kept]
    known: dict[str, set[str]] = {}
    for group in {group for _, group in kept}:
        of = sum(group == own for _, own in kept)
        for line in {line for some, _ in ends for line in some}:
            number = sum(line in some and group == own for some, own in ends)
            if number >= 3 and number >= 0.5 * of:
                known.setdefault(group, set()).add(line)
                assert {"group": group, "line": line, "documents": number, "of": of} in table
    assert len(table) == sum(map(len, known.values()))
    for row, (text, host, verdict) in enumerate(pages):
        span = footer_span(text, known.get(host or "a.jsonl", ()), 4) if verdict == "keep" else None
        assert edits.get(row) == ([(*span, "")] if span else None)
        final = apply_edits(text, edits.get(row, [])) if verdict == "keep" else ""
        assert sizes[row] == (len(final.encode()) if final.strip() else 0)


def test_documents_without_a_host_are_grouped_by_folder(tmp_path: Path) -> None:
    store = Store(tmp_path)
    part = put(store, [(page(n), None, "keep") for n in range(4)])
    found = find(store, [part])
    assert set(store.read_table(found.outputs["footers"])["group"].to_pylist()) == {"a.jsonl"}


def test_switched_off_cuts_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    part = put(store, [(page(n), "a.jp", "keep") for n in range(4)])
    result = edit(store, part, "")
    assert store.read_table(result.outputs["edits"]).num_rows == 0


def test_a_document_that_is_all_footer_is_blank_and_counted_out(tmp_path: Path) -> None:
    store = Store(tmp_path)
    part = put(store, [("シェアする", "a.jp", "keep") for _ in range(4)])
    result = edit(store, part, find(store, [part]).outputs["footers"])
    assert result.counts["documents"] == 0
    assert result.counts["characters_after"] == 0


TEXTS = st.lists(
    st.sampled_from(["本文", "シェア", "", " ", "©社", "\u3000続き "]), max_size=8
).map("\n".join)


@given(text=TEXTS, footers=st.sets(st.sampled_from(["本文", "シェア", "©社", "続き"])))
def test_a_cut_reaches_the_end_and_takes_only_footers_and_blanks(
    text: str, footers: set[str]
) -> None:
    span = footer_span(text, footers, 4)
    if span is None:
        assert not (bare := text.rstrip()) or bare.split("\n")[-1].strip() not in footers
        return
    start, end = span
    assert 0 <= start < end == len(text)
    cut = [line.strip() for line in text[start:].split("\n") if line.strip()]
    assert cut
    assert set(cut) <= footers
    assert len(cut) <= 4


@given(text=TEXTS, number=st.integers(1, 9))
def test_last_lines_are_where_they_say(text: str, number: int) -> None:
    found = last_lines(text, number)
    assert [text[start:end] for _, (start, end) in found] == [line for line, _ in found]
    expected = [line.strip() for line in text.split("\n") if line.strip()]
    assert [line for line, _ in found] == expected[::-1][:number]


SPANS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 4), st.text("〈>", max_size=3)), max_size=5
)


@given(drawn=SPANS, rest=st.text("東京𠮷👩", max_size=6))
def test_edits_leave_what_is_between_them(drawn: list[tuple[int, int, str]], rest: str) -> None:
    text, expected, edits = "", "", []
    for gap, width, replacement in drawn:
        text += "間" * gap
        expected += "間" * gap + replacement
        edits.append((len(text), len(text) + width, replacement))
        text += "𠮷" * width
    assert apply_edits(text + rest, edits) == expected + rest


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([(0, 2, ""), (1, 3, "")], id="overlapping"),
        pytest.param([(2, 3, ""), (0, 1, "")], id="out of order"),
        pytest.param([(0, 9, "")], id="beyond the end"),
        pytest.param([(2, 1, "")], id="backwards"),
        pytest.param([(-1, 1, "")], id="before the beginning"),
    ],
)
def test_impossible_edits_are_refused(edits: list[tuple[int, int, str]]) -> None:
    with pytest.raises(ValueError, match="span"):
        apply_edits("東京都", edits)
