"""Dear signals are measured on what the other rules keep, and on nothing else."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpora.plans import CuratePlan, IngestPlan, only, parts_of
from corpora.recipe import parse
from corpora.runner import Runner
from corpora.signals import GROUPS, SIGNALS, members
from corpora.signals.survivors import run
from corpora.signals.unit import run as run_cheap
from corpora.stages import UnitResult, UnitSpec, no_progress
from corpora.storage import Store

TEXTS = [
    "吾輩は猫である。名前はまだ無い。",
    "短い",
    "",
    "激安送料無料。" * 40,
    "親譲りの無鉄砲で損をした。",
]
DEAR = sorted(name for name in SIGNALS if GROUPS[SIGNALS[name].group].dear)


def measured(store: Store, *rules: dict[str, Any], watch: Any = no_progress) -> UnitResult:
    texts = store.put_table(pa.table({"text": pa.array(TEXTS, pa.large_string())}))
    inputs = {"text": texts, "documents": texts}
    cheap = UnitSpec(stage="signals", inputs=inputs, params={"signals": ["characters"]})
    signals = run_cheap(cheap, store, no_progress).outputs["signals"]
    unit = UnitSpec(
        stage="signals.dear",
        inputs={**inputs, "signals": signals},
        params={"signals": DEAR, "rules": list(rules)},
    )
    return run(unit, store, watch)


def too_short(least: float) -> dict[str, Any]:
    return {"name": "too_short", "signal": "characters", "min": least, "max": None}


def test_survivors_have_the_signals_own_values_and_the_others_none(tmp_path: Path) -> None:
    store = Store(tmp_path)
    result = measured(store, too_short(10))
    assert result.counts == {"documents": 5, "measured": 3}
    assert set(result.outputs["signals"]) == {"compression", "morphology"}
    for group, blob in result.outputs["signals"].items():
        table = store.read_table(blob)
        for signal in members(group):
            for text, value in zip(TEXTS, table[signal.name].to_pylist(), strict=True):
                if len(text) < 10:
                    assert math.isnan(value)
                else:
                    assert value == pytest.approx(signal.of(text), rel=1e-6)


def test_without_cheap_rules_all_are_measured(tmp_path: Path) -> None:
    assert measured(Store(tmp_path)).counts["measured"] == len(TEXTS)


def test_a_threshold_that_changes_nobody_measures_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first = measured(store, too_short(10))
    seen: list[int] = []

    def watch(*, documents: int = 0, bytes: int = 0) -> None:
        seen.append(documents)

    assert measured(store, too_short(9), watch=watch) == first
    assert seen == []
    assert measured(store, too_short(1), watch=watch) != first
    assert seen


RECIPE = """
name = "dear"

[dedup]
mode = "none"

[[rules]]
name = "short"
signal = "characters"
min = 10

[[rules]]
name = "packed"
signal = "zlib_ratio"
min = 0.5

[[rules]]
name = "names"
signal = "noun_share"
max = 0.9
"""


def test_a_whole_run_drops_by_the_cheap_rule_first_and_then_by_the_dear_one(
    tmp_path: Path,
) -> None:
    source = tmp_path / "文.jsonl"
    source.write_text("".join(f'{{"text": "{text}"}}\n' for text in TEXTS if text), "utf-8")
    store = Store(tmp_path / "store")
    runner = Runner(store)
    parts = parts_of(runner.run(IngestPlan(paths=(str(source),))))
    results = runner.run(CuratePlan(recipe=parse(RECIPE, "test"), parts=tuple(parts)))
    decisions = store.read_table(only(results, "decisions").outputs["decisions"])
    assert decisions["rule"].to_pylist() == [None, "short", "packed", None]
    manifest = store.read_json(only(results, "snapshot").outputs["manifest"])
    assert set(manifest["parts"][0]["signals"]) == {"compression", "morphology", "script"}
    assert {"zlib_ratio", "noun_share", "characters"} <= set(manifest["columns"])
