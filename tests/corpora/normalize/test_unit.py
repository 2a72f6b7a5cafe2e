"""The unit keeps rows aligned and counts what it wrote."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from corpora.normalize.unit import run
from corpora.stages import UnitSpec, no_progress
from corpora.storage import Store

POLICY = {"form": "NFKC", "punctuation": "unify", "invisible": True, "spaces": True}


def test_rows_stay_aligned_and_are_counted(tmp_path: Path) -> None:
    store = Store(tmp_path)
    texts = ["ｶﾞ①", "", "東京\u200b都"]
    documents = store.put_table(pa.table({"text": pa.array(texts, pa.large_string())}))
    unit = UnitSpec(stage="normalize", inputs={"documents": documents}, params=POLICY)
    result = run(unit, store, no_progress)
    assert store.read_table(result.outputs["text"])["text"].to_pylist() == ["ガ1", "", "東京都"]
    assert result.counts == {"characters": 5, "bytes": 13}
