from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
import zstandard

from corpora.export.jsonl import count
from tests.corpora.export.conftest import Exporter, leaving
from tests.corpora.parts import Written


def lines(path: Path) -> list[str]:
    """By another decoder than the one that counts: whole frames, the standard JSON reader."""
    data = io.BytesIO()
    with path.open("rb") as file:
        zstandard.ZstdDecompressor().copy_stream(file, data)
    assert data.getvalue().endswith(b"\n")
    return data.getvalue().decode().split("\n")[:-1]


def test_json_lines_hold_what_is_kept_and_nothing_else(
    exporter: Exporter, documents: list[Written], tmp_path: Path
) -> None:
    columns = ["title", "metadata", "licence"]
    result = exporter.export(documents, "jsonl", columns=columns)
    folder = exporter.folder(result, tmp_path / "out")
    rows = [json.loads(line) for line in lines(folder / "part-00000.jsonl.zst")]
    assert {row["id"]: row["text"] for row in rows} == leaving(documents)
    assert all(list(row) == ["id", "text", *columns] for row in rows)
    row = next(row for row in rows if row["id"] == f"{1:032x}")
    assert (row["title"], row["metadata"], row["licence"]) == ("題1", {"頁": 3}, "CC0")


def test_japanese_is_not_escaped_and_a_line_is_a_document(
    exporter: Exporter, documents: list[Written], tmp_path: Path
) -> None:
    folder = exporter.folder(exporter.export(documents, "jsonl"), tmp_path / "out")
    found = lines(folder / "part-00000.jsonl.zst")
    assert len(found) == len(leaving(documents))
    assert not any("\\u" in line for line in found)


def test_offsets_lead_to_a_line(
    exporter: Exporter, documents: list[Written], tmp_path: Path
) -> None:
    result = exporter.export(documents, "jsonl", shard_bytes=1_500)
    folder = exporter.folder(result, tmp_path / "out")
    shards = sorted(folder.glob("*.zst"))
    assert len(shards) > 2
    whole = [("\n".join(lines(path)) + "\n").encode() for path in shards]
    for row in pq.read_table(folder / "document-ids.parquet").to_pylist():
        line = whole[row["shard"]][row["offset"] :].split(b"\n", 1)[0]
        assert json.loads(line)["id"] == row["id"]
        assert json.loads(lines(shards[row["shard"]])[row["sequence"]])["id"] == row["id"]


def test_without_a_tokenizer_no_tokens_are_stated(
    exporter: Exporter, documents: list[Written]
) -> None:
    result = exporter.export(documents, "jsonl", encode=False)
    manifest = json.loads(exporter.store.read(result.outputs["manifest"]))
    assert manifest["totals"]["tokens"] is manifest["tokenizer"] is None
    assert all(file["tokens"] is None for file in manifest["files"])


def test_a_cut_shard_does_not_pass_the_count(tmp_path: Path) -> None:
    path = tmp_path / "part.jsonl.zst"
    path.write_bytes(zstandard.compress(b'{"id":1}\n{"id":'))
    with pytest.raises(ValueError, match="last line"):
        count(path)


def card(folder: Path) -> dict[str, Any]:
    """The README's YAML."""
    _, head, _ = (folder / "README.md").read_text().split("---\n", 2)
    read: dict[str, Any] = yaml.safe_load(head)
    return read


def test_parquet_is_laid_out_as_the_hub_reads_it(
    exporter: Exporter, documents: list[Written], tmp_path: Path
) -> None:
    result = exporter.export(documents, "parquet", shard_bytes=1_500, columns=["title"])
    folder = exporter.folder(result, tmp_path / "out")
    shards = sorted(folder.glob("train-*.parquet"))
    assert [p.name for p in shards] == [
        f"train-{n:05d}-of-{len(shards):05d}.parquet" for n in range(len(shards))
    ]
    tables = [pq.read_table(path) for path in shards]
    assert all(table.column_names == ["id", "text", "title"] for table in tables)
    rows = [row for table in tables for row in table.to_pylist()]
    assert {row["id"]: row["text"] for row in rows} == leaving(documents)
    read = card(folder)
    assert read["configs"] == [
        {"config_name": "default", "data_files": [{"split": "train", "path": "train-*.parquet"}]}
    ]
    info = read["dataset_info"]
    assert [feature["name"] for feature in info["features"]] == ["id", "text", "title"]
    text_bytes = sum(len(row["text"].encode()) for row in rows)
    assert info["splits"] == [{"name": "train", "num_bytes": text_bytes, "num_examples": len(rows)}]
    assert info["download_size"] == sum(path.stat().st_size for path in shards)


def test_row_groups_are_small(exporter: Exporter, tmp_path: Path) -> None:
    many = [Written(id=f"{n:032x}", text=f"文書{n}") for n in range(2_500)]
    folder = exporter.folder(exporter.export(many, "parquet", encode=False), tmp_path / "out")
    footer = pq.read_metadata(folder / "train-00000-of-00001.parquet")
    groups = [footer.row_group(n).num_rows for n in range(footer.num_row_groups)]
    assert groups == [1_000, 1_000, 500]
