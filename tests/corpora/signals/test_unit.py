"""The unit measures what is asked for, once, row by row."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from corpora.signals import GROUPS, SIGNALS, groups_of, members
from corpora.signals.unit import run
from corpora.stages import UnitResult, UnitSpec, no_progress
from corpora.storage import Store

TEXTS = ["吾輩は猫である。", "", "激安 送料無料", "ｶﾀｶﾅ"]


def spec(store: Store, signals: list[str], lists: dict[str, object] | None = None) -> UnitSpec:
    texts = store.put_table(
        pa.table({"text": pa.array(TEXTS, pa.large_string()), "metadata": pa.array(TEXTS)})
    )
    return UnitSpec(
        stage="signals",
        inputs={"text": texts, "documents": texts},
        params={"signals": signals, "lists": lists or {}},
    )


def test_each_group_is_a_blob_of_float32_columns_aligned_with_the_texts(tmp_path: Path) -> None:
    store = Store(tmp_path)
    result = run(spec(store, ["characters", "mojibake_share"]), store, no_progress)
    assert set(result.outputs["signals"]) == {"script", "decoding"}
    table = store.read_table(result.outputs["signals"]["script"])
    assert table.column_names == [signal.name for signal in members("script")]
    assert set(table.schema.types) == {pa.float32()}
    assert table["characters"].to_pylist() == [8, 0, 7, 4]


def test_every_signal_of_the_catalogue_is_what_the_unit_writes(tmp_path: Path) -> None:
    store = Store(tmp_path)
    result = run(spec(store, list(SIGNALS)), store, no_progress)
    assert set(result.outputs["signals"]) == set(GROUPS)
    for group, blob in result.outputs["signals"].items():
        table = store.read_table(blob)
        for signal in members(group):
            values = table[signal.name].to_pylist()
            assert values == pytest.approx([signal.of(text) for text in TEXTS], rel=1e-6)


def test_a_group_that_is_known_is_not_measured_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    first = run(spec(store, ["characters"]), store, no_progress)
    seen: list[int] = []

    def watch(*, documents: int = 0, bytes: int = 0) -> None:
        seen.append(documents)

    again = run(spec(store, ["hiragana_share"]), store, watch)
    assert seen == []
    assert again == first
    more = run(spec(store, ["characters", "zlib_ratio"]), store, watch)
    assert seen == [len(TEXTS)]
    assert more.outputs["signals"]["script"] == first.outputs["signals"]["script"]


def test_a_recorded_group_whose_blob_is_lost_is_measured_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first = run(spec(store, ["characters"]), store, no_progress)
    store.path(first.outputs["signals"]["script"]).unlink()
    assert run(spec(store, ["characters"]), store, no_progress) == first
    assert store.has(first.outputs["signals"]["script"])


def test_own_words_and_patterns_are_signals_of_their_own(tmp_path: Path) -> None:
    store = Store(tmp_path)
    lists = {"words": {"茶": ["激安", "猫"]}, "patterns": {"数": "[激送].."}}
    result = run(spec(store, ["words.茶", "patterns.数"], lists), store, no_progress)
    assert column(store, result, "words.茶") == [1, 0, 1, 0]
    assert column(store, result, "patterns.数") == [0, 0, 2, 0]
    changed = {"words": {"茶": ["猫"]}}
    other = run(spec(store, ["words.茶"], changed), store, no_progress)
    assert column(store, other, "words.茶") == [1, 0, 0, 0]


def column(store: Store, result: UnitResult, name: str) -> list[float]:
    return store.read_table(result.outputs["signals"][name])[name].to_pylist()


def test_groups_of_names() -> None:
    assert groups_of(["zlib_ratio", "words.x", "characters"]) == (
        "compression",
        "script",
        "words.x",
    )


def test_opt_outs_are_those_of_the_metadata_whatever_the_text_says(tmp_path: Path) -> None:
    said = [
        '{"robots":["gptbot: noai"]}',
        "{}",
        '{"robots":["noimageai"]}',
        '{"id":"noai"}',
        '{"opt_out":["tdm-reservation"],"robots":["tdm-reservation"]}',
        '{"robots":"noai"}',
    ]
    store = Store(tmp_path)
    texts = pa.array(['{"robots":["noai"]}'] * len(said), pa.large_string())
    blob = store.put_table(pa.table({"text": texts, "metadata": pa.array(said)}))
    unit = UnitSpec(
        stage="signals",
        inputs={"text": blob, "documents": blob},
        params={"signals": ["opt_out_signal", "characters"]},
    )
    table = store.read_table(run(unit, store, no_progress).outputs["signals"]["rights"])
    assert table["opt_out_signal"].to_pylist() == [1, 0, 0, 0, 1, 0]
    assert table["image_opt_out_signal"].to_pylist() == [1, 0, 1, 0, 1, 0]
