"""Recipes that cut passages, as a whole run: the same bytes whoever works, all adds up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from corpora import recipe as recipes
from corpora.__main__ import main
from corpora.documents import DOCUMENTS
from corpora.plans import CuratePlan, PartRef, only
from corpora.recipe import Recipe
from corpora.report import write
from corpora.runner import Runner
from corpora.storage import Store

NOTICE = (
    "この記事の一部または全部を許可なく転載することを禁じます。当社の定める規約をお読みください。"
)

RECIPE = """
name = "passages"
[dedup]
mode = "none"
[footers]
enabled = true
[passages]
enabled = true
min_documents = 3
"""


def parts(store: Store) -> tuple[PartRef, ...]:
    """Three parts of eight stories, most with the notice in them, all with a footer."""
    found = []
    for number in range(3):
        texts = [
            f"第{number}巻{row}話。\n{NOTICE if row % 4 else ''}\n終わり{row}。\n©会社"
            for row in range(8)
        ]
        rows = [
            {"id": f"{number:016x}{row:016x}", "text": text, "source": "a.jsonl", "host": "a.jp"}
            for row, text in enumerate(texts)
        ]
        documents = store.put_table(pa.Table.from_pylist(rows, schema=DOCUMENTS))
        found.append(PartRef(documents=documents, rows=len(rows), source="a.jsonl"))
    return tuple(found)


def curate(folder: Path, recipe: Recipe, workers: int = 1) -> tuple[Store, dict[str, Any]]:
    store = Store(folder)
    plan = CuratePlan(recipe=recipe, parts=parts(store))
    with Runner(store, workers=workers).open() as runner:
        manifest = only(runner.run(plan), "snapshot").outputs["manifest"]
    found: dict[str, Any] = store.read_json(manifest)
    return store, found


def test_two_workers_give_the_bytes_of_one(tmp_path: Path) -> None:
    recipe = recipes.parse(RECIPE, "passages")
    _, one = curate(tmp_path / "one", recipe)
    _, two = curate(tmp_path / "two", recipe, workers=2)
    assert one == two


def test_what_is_cut_is_in_the_report_by_rule(tmp_path: Path) -> None:
    store, manifest = curate(tmp_path / "store", recipes.parse(RECIPE, "passages"))
    report = write(Runner(store), manifest, store, tmp_path / "out", seconds={}, rates={})
    assert report["edits"] == {
        "footer": {"edits": 24, "documents": 24, "characters": 24 * len("\n©会社")},
        "passage": {"edits": 17, "documents": 17, "characters": 17 * (len(NOTICE) + 1)},
    }
    cut = sum(rule["characters"] for rule in report["edits"].values())
    assert report["characters"] - report["kept_characters"] == cut
    (passage,) = store.read_table(manifest["passages"]).to_pylist()
    assert (passage["example"], passage["documents"], passage["cut_documents"]) == (NOTICE, 18, 17)


def test_a_recipe_without_passages_has_the_hash_and_the_units_of_before(tmp_path: Path) -> None:
    plain = recipes.parse('name = "plain"\n[dedup]\nmode = "none"', "plain")
    assert "passages" not in plain.to_json()
    off = recipes.parse('name = "off"\n[dedup]\nmode = "none"\n[passages]\nenabled = false', "off")
    assert off.sha256 == plain.sha256
    _, manifest = curate(tmp_path, plain)
    assert "passages" not in manifest


def test_a_corpus_without_repetitions_runs_through(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("一行だけ。", "utf-8")
    (tmp_path / "r.toml").write_text(RECIPE, "utf-8")
    out = tmp_path / "out"
    assert main(["run", str(tmp_path / "r.toml"), str(tmp_path / "a.txt"), "--out", str(out)]) == 0
    assert orjson.loads((out / "report.json").read_bytes())["edits"] == {}
