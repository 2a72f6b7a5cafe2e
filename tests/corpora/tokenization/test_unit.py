from __future__ import annotations

from pathlib import Path
from typing import Any

from corpora.stages import UnitResult, UnitSpec, no_progress
from corpora.storage import Store
from corpora.tokenization import unit
from corpora.tokenization.models import load
from tests.corpora.parts import Written, part


def _encoded(store: Store, model: Path, documents: list[Written]) -> tuple[UnitResult, list[Any]]:
    roles = ("documents", "text", "decisions", "edits")
    written = part(store, documents)
    inputs = {role: written[role] for role in roles}
    spec = UnitSpec(stage="tokenization", inputs={**inputs, "model": store.put_file(model)})
    result = unit.run(spec, store, no_progress)
    return result, store.read_table(result.outputs["tokens"]).column("tokens").to_pylist()


def test_ids_are_sentencepiece_s_own_for_the_edited_text(store: Store, model: Path) -> None:
    documents = [
        Written(id="a", text="春の山は美しい。\n続きを読む", edits=[(8, 14, "")]),
        Written(id="b", text="捨てられた文書", kept=False),
        Written(id="c", text="全部消える", edits=[(0, 5, " ")]),
        Written(id="d", text="𠮷野さんは2026年に😀"),
        Written(id="e", text="電話は〇三", edits=[(3, 5, "＊")]),
    ]
    result, rows = _encoded(store, model, documents)
    finals = ["春の山は美しい。", None, None, "𠮷野さんは2026年に😀", "電話は＊"]
    encode = load(model).EncodeAsIds
    assert rows == [None if text is None else encode(text) for text in finals]
    assert result.counts["documents"] == 3
    assert result.counts["tokens"] == sum(len(row) for row in rows if row)
    assert result.counts["characters"] == sum(len(text) for text in finals if text)


def test_counts_are_told_apart_by_domain(store: Store, model: Path) -> None:
    documents = [
        Written(id="a", text="春の雨", labels={"domain": "文学"}),
        Written(id="b", text="秋の空", labels={"domain": "文学"}),
        Written(id="c", text="冬"),
    ]
    counts = _encoded(store, model, documents)[0].counts
    assert {name: c["characters"] for name, c in counts["by_domain"].items()} == {"文学": 6, "": 1}


def test_bytes_of_unknown_characters_are_counted(store: Store, model: Path) -> None:
    counts = _encoded(store, model, [Written(id="a", text="春\n𠮷")])[0].counts
    # The newline is a piece; the character outside the BMP is four bytes.
    assert (counts["byte_fallback_tokens"], counts["unknown_tokens"]) == (4, 0)


def test_many_row_groups_stay_aligned(store: Store, model: Path) -> None:
    documents = [Written(id=str(n), text=f"第{n}の春", kept=n % 3 > 0) for n in range(4_100)]
    _, rows = _encoded(store, model, documents)
    decode = load(model).decode
    assert len(rows) == 4_100
    assert all((row is None) == (n % 3 == 0) for n, row in enumerate(rows))
    assert [decode(rows[n]) for n in (1, 2_000, 4_099)] == ["第1の春", "第2000の春", "第4099の春"]


def test_a_part_that_keeps_nothing_gives_no_tokens(store: Store, model: Path) -> None:
    result, rows = _encoded(store, model, [Written(id="a", text="春", kept=False)])
    assert rows == [None]
    assert result.counts["tokens"] == 0
