"""Passages that many documents have are cut, from all but the first, and nothing else is."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.edits import copies
from corpora.edits.passages import Comparison, Passages
from corpora.edits.runs import run_spans
from corpora.folding import fold
from corpora.storage import Store
from tests.corpora.edits.snapshot import COMPARISON, FOOTERS, Row, cut

COPY = "この記事を共有する"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def page(number: int, passage: str = COPY) -> Row:
    return f"第{number}話の始まり。\n{passage}\n第{number}話の終わり。", "a.jp", "keep"


def without(number: int) -> str:
    return f"第{number}話の始まり。\n第{number}話の終わり。"


# -- which documents --------------------------------------------------------------------------


def test_all_but_the_first_lose_it(store: Store) -> None:
    found = cut(store, [[page(0), page(1)], [page(2)]])
    assert found.texts == [[page(0)[0], without(1)], [without(2)]]
    assert found.rules == [["passage"], ["passage"]]


def test_nobody_keeps_boilerplate(store: Store) -> None:
    found = cut(store, [[page(0), page(1)], [page(2)]], keep="none")
    assert found.texts == [[without(0), without(1)], [without(2)]]


def test_the_first_that_is_kept_is_the_first(store: Store) -> None:
    dropped = (page(0)[0], "a.jp", "drop")
    found = cut(store, [[dropped, page(1)], [page(2), page(3)]])
    assert found.texts == [[None, page(1)[0]], [without(2), without(3)]]


def test_the_first_keeps_all_of_its_own(store: Store) -> None:
    twice = (f"{COPY}\n間。\n{COPY}", "a.jp", "keep")
    found = cut(store, [[twice, twice, page(2)]])
    assert found.texts == [[twice[0], "間。", without(2)]]
    assert found.passages[0]["documents"] == 3
    assert found.passages[0]["cut_documents"] == 2


@pytest.mark.parametrize(
    ("rows", "options"),
    [
        pytest.param([page(n) for n in range(2)], {}, id="too few documents"),
        pytest.param([page(n, "共有する") for n in range(9)], {}, id="too short"),
        pytest.param([page(n, "あ い う え") for n in range(9)], {}, id="too short without blanks"),
        pytest.param([(f"{COPY}\n" * 9, "a.jp", "keep")], {}, id="one document"),
        pytest.param([(page(n)[0], None, "drop") for n in range(9)], {}, id="dropped ones"),
        pytest.param(
            [(page(n)[0], f"{n}.jp", "keep") for n in range(9)], {"within": "host"}, id="hosts"
        ),
        pytest.param([page(n) for n in range(9)], {"unit": "paragraph"}, id="no paragraph"),
        pytest.param([], {}, id="nobody"),
        pytest.param([("", "a.jp", "keep")] * 9, {}, id="empty"),
    ],
)
def test_what_is_no_copy(store: Store, rows: list[Row], options: dict[str, Any]) -> None:
    found = cut(store, [rows], **options)
    assert found.rules == [[]]
    assert found.passages == []


# -- what is the same -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("この 記事を\u3000共有する", id="blanks"),
        pytest.param("\u3000この記事を共有する\u200b ", id="blanks and nothing around it"),
        pytest.param("この記事を共有する\r", id="CRLF"),
    ],
)
def test_how_it_is_written_does_not_matter(store: Store, written: str) -> None:
    found = cut(store, [[page(0), page(1, written), page(2)]])
    assert found.texts == [[page(0)[0], without(1), without(2)]]


def test_width_and_old_kanji_do_not_matter(store: Store) -> None:
    new, old = "記念写真とABCの図書館です", "記念寫眞とABCの圖書館です"
    wide = new.replace("ABC", "ＡＢＣ")
    rows = [page(0, new), page(1, wide), page(2, old)]
    assert cut(store, [rows]).texts == [[rows[0][0], without(1), without(2)]]
    kept = cut(store, [rows], fold_old_kanji=False)
    assert kept.texts == [[row[0] for row in rows]]


def test_hosts_apart(store: Store) -> None:
    rows = [(page(n)[0], f"{'ab'[n % 2]}.jp", "keep") for n in range(6)]
    found = cut(store, [rows], within="host")
    assert [text != row[0] for text, row in zip(found.texts[0], rows, strict=True)] == [
        False, False, True, True, True, True,
    ]  # fmt: skip


def test_a_paragraph_goes_whole_however_its_lines_are_broken(store: Store) -> None:
    one, other = "利用規約をお読み\nください。", "利用規約を\nお読みください。"
    rows = [(f"第{n}話。\n\n{[one, other][n % 2]}\n\n終。", "a.jp", "keep") for n in range(4)]
    found = cut(store, [rows], unit="paragraph")
    assert found.texts[0][1:] == [f"第{n}話。\n\n終。" for n in range(1, 4)]
    assert found.texts[0][0] == rows[0][0]


def test_hashes_are_merged_in_ranges_and_shared_out_with_the_same_result(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [[page(n, f"{COPY}その{n % 4}") for n in range(number, 12)] for number in range(3)]
    whole = cut(store, parts)
    monkeypatch.setattr(copies, "_AT_ONCE", 2)
    assert cut(store, parts) == whole
    shared = cut(store, parts, shares=range(0, 257, 8))
    assert (shared.texts, shared.passages) == (whole.texts, whole.passages)


# -- how it is cut ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param("始。\nxx\n終。", "始。\n終。", id="between lines"),
        pytest.param("始。\n\nxx\n終。", "始。\n\n終。", id="after an empty line"),
        pytest.param("始。\nxx\n\n終。", "始。\n\n終。", id="before an empty line"),
        pytest.param("始。\n\nxx\n\n終。", "始。\n\n終。", id="between empty lines"),
        pytest.param("始。\nxx\nxx\n終。", "始。\n終。", id="neighbours"),
        pytest.param("xx\n\n終。", "終。", id="at the head"),
        pytest.param("\n\u3000\nxx\n終。", "終。", id="after blanks"),
        pytest.param("始。\n\nxx\n \n", "始。", id="at the end"),
        pytest.param("xx", "", id="nothing else"),
        pytest.param("𠮷野家👩\u200d🌾。\nxx\n終。", "𠮷野家👩\u200d🌾。\n終。", id="astral"),
        pytest.param("始。\r\nxx\r\n終。\r\n", "始。\r\n終。\r\n", id="CRLF"),
    ],
)
def test_what_is_left_reads_on(store: Store, text: str, left: str) -> None:
    rows = [(COPY, "a.jp", "keep")] * 3 + [(text.replace("xx", COPY), "a.jp", "keep")]
    assert cut(store, [rows]).texts[0][3] == left


def test_a_document_of_nothing_else_is_blank_and_counted_out(store: Store) -> None:
    found = cut(store, [[(f"\n{COPY}\n", "a.jp", "keep")] * 4])
    assert found.edits[0].counts["documents"] == 1
    assert found.texts[0][1:] == ["", "", ""]


def test_footers_go_first_and_are_no_passages(store: Store) -> None:
    rows = [(f"{page(n)[0]}\n© 二〇二六年の会社\n{COPY}", "a.jp", "keep") for n in range(4)]
    found = cut(store, [rows], footer_settings={**FOOTERS, "enabled": True})
    assert found.texts == [[page(0)[0], *(without(n) for n in range(1, 4))]]
    assert found.rules == [["footer", *["passage", "footer"] * 3]]
    assert [passage["example"] for passage in found.passages] == [COPY]
    assert found.passages[0]["cut_documents"] == 3


def test_a_passage_before_a_footer_ends_where_the_footer_begins(store: Store) -> None:
    rows = [(f"第{n}話。\n{COPY}\n©会社", "a.jp", "keep") for n in range(4)]
    only_last = {**FOOTERS, "enabled": True, "lines": 1}
    found = cut(store, [rows], footer_settings=only_last)
    assert found.texts[0][1:] == [f"第{n}話。" for n in range(1, 4)]
    assert found.edits[0].counts["edits"] == {"footer": 4, "passage": 3}


# -- the account ------------------------------------------------------------------------------


def test_the_account_says_what_was_cut_from_whom(store: Store) -> None:
    long = "長" * 300
    parts = [[page(0), page(1), ("一。\n" + long, None, "keep")], [page(2), page(3)]]
    parts.append([(f"{n}。\n{long}", f"{n}.jp", "keep") for n in range(2)])
    found = cut(store, parts)
    assert [passage["example"] for passage in found.passages] == ["長" * 200, COPY]
    first, second = found.passages
    assert (first["documents"], first["cut_documents"], first["cut_characters"]) == (3, 2, 600)
    assert [host["host"] for host in first["hosts"]] == ["0.jp", "1.jp"]
    assert second["hosts"] == [{"host": "a.jp", "documents": 3, "characters": 3 * len(COPY)}]
    assert found.account.counts == {"passages": 2, "documents": 5, "characters": 627}


# -- against a naive implementation -----------------------------------------------------------

LINES = st.sampled_from(
    ["甲乙丙丁戊", "甲 乙丙\u3000丁戊", "ｶﾞｷﾞｸﾞｹﾞｺﾞ", "ガギグゲゴ", "𠮷野家の牛丼", "變な話をする",
     "変な話をする", "短い", "", " ", "\u3000", "\u200b", "甲乙丙丁戊\r", "Ａ",
     "がぎぐげご", "か\u3099ぎぐげご"]
)  # fmt: skip
TEXT = st.lists(LINES, max_size=8).map("\n".join)
PARTS = st.lists(st.lists(TEXT, max_size=5), min_size=1, max_size=3)
UNITS = st.sampled_from(["line", "paragraph"])


def naive(text: str, unit: str) -> list[tuple[int, int, str]]:
    """Start, end and folded text of every passage, line by line in Python."""
    lines, at = [], 0
    for line in text.split("\n"):
        lines.append((at, at + len(line), fold(line)))
        at += len(line) + 1
    if unit == "line":
        return [line for line in lines if line[2]]
    blocks = (list(block) for full, block in groupby(lines, key=lambda x: bool(x[2])) if full)
    return [(b[0][0], b[-1][1], "".join(line[2] for line in b)) for b in blocks]


def naive_texts(
    parts: list[list[str]], unit: str, keep: str, min_documents: int, min_characters: int
) -> list[list[str]]:
    homes: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, texts in enumerate(parts):
        for row, text in enumerate(texts):
            for passage in {folded for *_, folded in naive(text, unit)}:
                homes[passage].append((number, row))
    left: list[list[str]] = []
    for number, texts in enumerate(parts):
        left.append([])
        for row, text in enumerate(texts):
            found = naive(text, unit)
            goes = [
                len(homes[f]) >= min_documents and len(f) >= min_characters
                and not (keep == "first" and homes[f][0] == (number, row))
                for *_, f in found
            ]  # fmt: skip
            for start, end in reversed(run_spans(text, [p[:2] for p in found], goes)):
                text = text[:start] + text[end:]
            left[-1].append(text)
    return left


@settings(max_examples=60)
@given(parts=PARTS, unit=UNITS, keep=st.sampled_from(["first", "none"]), least=st.integers(2, 4))
def test_it_is_what_a_naive_implementation_cuts(
    parts: list[list[str]], unit: str, keep: str, least: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows: list[list[Row]] = [[(t, "a.jp", "keep") for t in texts] for texts in parts]
        found = cut(
            Store(folder), rows, unit=unit, keep=keep, min_documents=least, shares=(0, 3, 200, 256)
        )
    assert found.texts == naive_texts(parts, unit, keep, least, 5)
    before = sum(one.counts["characters_before"] for one in found.edits)
    after = sum(one.counts["characters_after"] for one in found.edits)
    assert before - after >= found.account.counts["characters"]
    assert after == sum(len(text or "") for texts in found.texts for text in texts)


@given(texts=st.lists(TEXT, max_size=5), unit=UNITS)
def test_passages_are_where_a_naive_implementation_finds_them(texts: list[str], unit: str) -> None:
    comparison = Comparison.of({**COMPARISON, "unit": unit})
    found = [
        (first + text, start, end, characters)
        for first, some in comparison.passages(texts, ["a.jp"] * len(texts))
        for text, start, end, characters in _rows(some)
    ]
    assert found == [
        (number, start, end, len(folded))
        for number, text in enumerate(texts)
        for start, end, folded in naive(text, unit)
    ]


def _rows(found: Passages) -> list[tuple[int, ...]]:
    columns = (found.texts, found.starts, found.ends, found.characters)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(text=TEXT, unit=UNITS, drawn=st.integers(0, 255))
def test_spans_and_what_is_between_them_are_the_text(text: str, unit: str, drawn: int) -> None:
    passages = [(start, end) for start, end, _ in naive(text, unit)]
    goes = [bool(drawn >> number & 1) for number in range(len(passages))]
    spans = run_spans(text, passages, goes)
    assert all(a < b for a, b in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    for (start, end), gone in zip(passages, goes, strict=True):
        assert gone == any(a <= start and end <= b for a, b in spans)
        assert gone or all(b <= start or end <= a for a, b in spans)
