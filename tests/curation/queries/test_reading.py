"""A document's text as it is asked for: marks by rule, scripts, ruby, tokens, windows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corpora.decisions.shapes import quantiles
from corpora.normalize.text import Policy, normalize
from corpora.storage import Store
from corpora.text_spans import apply_edits
from curation.models import Snapshot
from curation.queries import pieces
from curation.queries.document import detail
from curation.queries.documents import page
from curation.queries.percentiles import percentile, standings
from curation.queries.places import Place, locate
from curation.queries.reading import Wish, read
from curation.queries.ruby import after_edits, listed_ruby, normalised, ruby_of, within
from curation.queries.scan import Filter
from curation.queries.scripts import by_script
from curation.queries.segments import Segment, Span, segments
from curation.templatetags.reading import text_in_pieces


def protobuf(*fields: tuple[int, int | bytes]) -> bytes:
    made = b""
    for number, value in fields:
        if isinstance(value, int):
            made += bytes([number << 3, value])
        else:
            assert len(value) < 128
            made += bytes([number << 3 | 2, len(value)]) + value
    return made


def model(store: Store, *named: tuple[str, int]) -> str:
    """A model's blob with these pieces and types."""
    parts = [(1, protobuf((1, name.encode()), (3, kind))) for name, kind in named]
    return store.put(protobuf(*parts))


NORMAL, UNKNOWN, BYTE = 1, 2, 6


def ids(*numbers: int) -> pieces.Ids:
    return np.array(numbers, np.int32)


# -- tokens -----------------------------------------------------------------------------------


def test_tokens_alternate_and_bytes_are_one_character(store: Store) -> None:
    blob = model(
        store, ("言葉", NORMAL), ("の", NORMAL), ("<0xF0>", BYTE), ("<0xA0>", BYTE),
        ("<0xAE>", BYTE), ("<0xB7>", BYTE),
    )  # fmt: skip
    made = pieces.tokens(ids(0, 1, 2, 3, 4, 5, 0), "言葉の𠮷言葉", blob)
    assert made.is_text
    found = made.segments(0, 99)
    assert [(piece.text, piece.kind) for piece in found] == [
        ("言葉", "token"), ("の", "token-odd"), ("𠮷", "bytes"), ("言葉", "token-odd"),
    ]  # fmt: skip
    assert found[2].label == "<0xF0> (2) <0xA0> (3) <0xAE> (4) <0xB7> (5)"
    assert [piece.text for piece in made.segments(2, 3)] == ["の"]


def test_a_model_that_changes_blanks_and_widths_is_followed(store: Store) -> None:
    blob = model(
        store, ("\u2581今日", NORMAL), ("は", NORMAL), ("\u2581ABC", NORMAL), ("<unk>", UNKNOWN)
    )
    made = pieces.tokens(ids(0, 1, 2, 3, 1), "今日は\nＡＢＣ𠮷𠮷は", blob)
    assert made.is_text
    assert [p.text for p in made.segments(0, 99)] == ["今日", "は", "\nＡＢＣ", "𠮷𠮷", "は"]


def test_tokens_that_are_not_in_the_text_are_shown_alone(store: Store) -> None:
    blob = model(store, ("甲", NORMAL), ("乙", NORMAL))
    made = pieces.tokens(ids(0, 1), "まったく別", blob)
    assert (made.is_text, made.text) == (False, "甲乙")


@pytest.mark.parametrize("damaged", [b"\x0a\xff", b"\x0b", b"\xff" * 3])
def test_a_damaged_model_is_a_value_error(store: Store, damaged: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        pieces.tokens(ids(0), "本文", store.put(damaged))


# -- marks ------------------------------------------------------------------------------------


def test_each_span_is_gone_to_once() -> None:
    spans = [
        Span(start=1, end=4, kind="evidence", label="ad"),
        Span(start=3, end=5, kind="edit", label="footer"),
    ]
    found = segments("一二\u200b三四五", spans)
    assert [(p.text, p.kind, p.is_hit) for p in found] == [
        ("一", "", False),
        ("二", "evidence", True),
        ("\u200b", "invisible", False),
        ("三", "edit", True),
        ("四", "edit", False),
        ("五", "", False),
    ]


def test_scripts_part_what_is_marked_and_keep_it() -> None:
    marked = Segment(text="漢字カナ", kind="evidence", label="ad", is_hit=True)
    found = by_script([marked])
    assert [(p.text, p.script, p.kind, p.is_hit) for p in found] == [
        ("漢字", "han", "evidence", True),
        ("カナ", "katakana", "evidence", False),
    ]


# -- ruby -------------------------------------------------------------------------------------


RAW = "\n\n　㈱行は、\r\n\n\n\n\n旅に、行く。行きて（６１）、帰　　る。屏風を"


def test_ruby_is_where_the_book_has_it_in_each_text() -> None:
    raw = RAW
    start = raw.index("屏風")
    listed = [[raw.index("行く"), 1, "ゆ"], [raw.index("行き"), 1, "い"], [start, 2, "びょうぶ"]]
    ruby = ruby_of(listed_ruby({"format": "aozora"}, {"ruby": {"list": listed}}))
    text = normalize(raw, Policy())
    spans = normalised(ruby, raw, text, Policy())
    assert [(text[start:][:2], label) for start, _, label in spans] == [
        ("行く", "ゆ"), ("行き", "い"), ("屏風", "びょうぶ"),
    ]  # fmt: skip
    assert [raw[start:end] for start, end, _ in ruby] == ["行", "行", "屏風"]
    assert [span.label for span in within(spans, spans[0][1], spans[2][1])] == ["い", "びょうぶ"]
    edits = [
        (text.index("旅"), text.index("行き"), ""),
        (text.index("帰"), text.index("。屏"), "…"),
    ]
    final = apply_edits(text, edits)
    left = after_edits(spans, edits)
    assert [final[start:end] for start, end, _ in left] == ["行", "屏風"]


@pytest.mark.parametrize(
    "strange",
    [
        {}, {"ruby": "x"}, {"ruby": {"list": 3}}, {"ruby": {"list": [["語", "ご"], [-1, 2, "a"]]}},
        {"ruby": {"list": [[True, 1, "a"], [1, 0, "a"], [1, 2, ""]]}},
    ],
)  # fmt: skip
def test_metadata_of_any_shape_is_no_ruby(strange: dict[str, object]) -> None:
    assert ruby_of(listed_ruby({"format": "aozora"}, strange)) == []
    assert listed_ruby({"format": "jsonl"}, {"ruby": {"list": [[0, 1, "ご"]]}}) == ()


def test_a_reading_stands_over_its_whole_base_whatever_is_marked_in_it() -> None:
    spans = [
        Span(start=0, end=2, kind="ruby", label="のりきよ"),
        Span(start=1, end=3, kind="found", label=""),
        Span(start=3, end=5, kind="ruby", label="にわ"),
    ]
    found = by_script(segments("義清は中庭", spans, 0, 4))
    assert [(p.text, p.opens_ruby, p.reading, p.is_found) for p in found] == [
        ("義", True, "", False), ("清", False, "のりきよ", True), ("は", False, "", True),
        ("中", False, "", False),
    ]  # fmt: skip
    shown = text_in_pieces(found)
    assert "<ruby>" in shown
    assert shown.count("<ruby>") == shown.count("</ruby>") == 1


# -- what was searched for --------------------------------------------------------------------


def test_what_was_searched_for_is_gone_through_and_rules_marks_stay(snapshot: Snapshot) -> None:
    wanted = Filter(contains="ＡＬＥＲＴ")
    place = page(snapshot, wanted, Place(0, 0), 1).places[0]
    wish = Wish(listed="contains=x", wanted=wanted)
    reading = read(snapshot, detail(snapshot, place), wish)
    marked = [piece for piece in reading.segments if piece.is_found]
    assert {piece.text for piece in marked} == {"alert"}
    assert (reading.found, reading.hits) == (len(marked), len(marked))
    assert all(piece.is_hit for piece in marked)
    rules = read(snapshot, detail(snapshot, place), replace(wish, rule="*"))
    assert rules.found == reading.found
    assert not any(piece.is_hit for piece in rules.segments if piece.is_found and not piece.label)


# -- percentiles ------------------------------------------------------------------------------


def test_a_percentile_counts_ties_by_halves() -> None:
    values = quantiles(np.array([0, 0, 0, 1, np.nan], np.float32))
    assert percentile(values, 0.0) == pytest.approx(0.375)
    assert percentile(values, 1.0) == pytest.approx(0.875)
    assert percentile(quantiles(np.full(3, np.nan, np.float32)), 1.0) is None


# -- a snapshot -------------------------------------------------------------------------------


def test_the_most_unusual_signal_is_first(snapshot: Snapshot) -> None:
    place = page(snapshot, Filter(rule=("too_short",)), Place(0, 0), 1).places[0]
    found = standings(snapshot, detail(snapshot, place).signals)
    unusual = [standing.unusual for standing in found.signals]
    assert unusual == sorted(unusual, reverse=True)
    by_name = {standing.signal: standing for standing in found.signals}
    assert (by_name["characters"].percentile or 1) < 0.25
    assert (found.documents, found.seen) == (27, 27)


def test_the_difference_ends_in_the_snapshots_text(snapshot: Snapshot) -> None:
    place = page(snapshot, Filter(contains="alert"), Place(0, 0), 1).places[0]
    found = detail(snapshot, place)
    reading = read(snapshot, found, Wish(view="difference"))
    assert reading.is_current
    assert [(change.before, change.after) for change in reading.changes][:2] == [
        ("U+202E", ""), ("U+200B", ""),
    ]  # fmt: skip
    assert reading.hits == 1


def test_a_view_that_a_document_lacks_is_the_normalised_one(snapshot: Snapshot) -> None:
    place = page(snapshot, Filter(verdict=("drop",)), Place(0, 0), 1).places[0]
    reading = read(snapshot, detail(snapshot, place), Wish(view="tokens"))
    assert reading.wish.view == "normalised"
    assert locate(snapshot, detail(snapshot, place).id) == place
