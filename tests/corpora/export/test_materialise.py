from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from corpora.errors import ExportError
from corpora.export.materialise import materialise, verify, verify_folder
from tests.corpora.export.conftest import Exporter, leaving
from tests.corpora.parts import Written

FORMATS = ("jsonl", "parquet", "megatron")


def _stated(exporter: Exporter, documents: list[Written], format: str) -> dict[str, Any]:
    result = exporter.export(documents, format, shard_bytes=1_000, seed=5)
    stated: dict[str, Any] = json.loads(exporter.store.read(result.outputs["manifest"]))
    return stated


@pytest.mark.parametrize("format", FORMATS)
def test_an_export_verifies_in_the_store_and_in_a_folder(
    exporter: Exporter, documents: list[Written], tmp_path: Path, format: str
) -> None:
    result = exporter.export(documents, format, shard_bytes=1_000)
    folder = exporter.folder(result, tmp_path / "out")
    assert verify(result.outputs["manifest"], exporter.store) == []
    assert verify_folder(folder) == []
    manifest = json.loads((folder / "manifest.json").read_text())
    for file in manifest["files"]:
        data = (folder / file["name"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])
    assert result.outputs["files"] == {f["name"]: f["sha256"] for f in manifest["files"]}


@pytest.mark.parametrize("format", FORMATS)
def test_the_manifest_says_what_the_export_was_made_from(
    exporter: Exporter, documents: list[Written], format: str
) -> None:
    stated = _stated(exporter, documents, format)
    kept = leaving(documents)
    assert (stated["format"], stated["seed"], stated["recipe_sha256"]) == (format, 5, "ab" * 32)
    assert stated["tokenizer"]["sha256"] == exporter.model
    assert stated["totals"]["documents"] == len(kept)
    assert stated["opt_outs"]["entries"] == 1
    assert sum(one["documents"] for one in stated["licences"].values()) == len(kept)
    assert sum(one["share"] for one in stated["licences"].values()) == pytest.approx(1, abs=1e-5)
    assert stated["sidecar"] in {file["name"] for file in stated["files"]}
    assert "time" not in json.dumps(stated)


@pytest.mark.parametrize("format", FORMATS)
def test_one_flipped_bit_in_any_file_is_found(
    exporter: Exporter, documents: list[Written], tmp_path: Path, format: str
) -> None:
    folder = exporter.folder(exporter.export(documents, format), tmp_path / "out")
    for path in sorted(folder.iterdir()):
        whole = path.read_bytes()
        path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
        (problem,) = verify_folder(folder)
        assert path.name in problem
        path.write_bytes(whole)
    assert verify_folder(folder) == []


def test_missing_and_added_files_are_found(
    exporter: Exporter, documents: list[Written], tmp_path: Path
) -> None:
    folder = exporter.folder(exporter.export(documents, "parquet"), tmp_path / "out")
    (folder / "README.md").unlink()
    (folder / "余計.txt").write_text("")
    assert verify_folder(folder) == [
        "README.md cannot be read: No such file or directory.",
        "余計.txt is not in the manifest.",
    ]


def test_a_manifest_that_states_other_counts_is_found(
    exporter: Exporter, documents: list[Written], tmp_path: Path
) -> None:
    folder = exporter.folder(exporter.export(documents, "jsonl"), tmp_path / "out")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][0]["documents"] += 1
    (folder / "manifest.json").write_text(json.dumps(manifest))
    problems = verify_folder(folder)
    kept = len(leaving(documents))
    assert f"part-00000.jsonl.zst holds {kept} documents; the manifest says {kept + 1}." in problems
    assert "the files' documents do not add up to the total." in problems


def test_a_manifest_that_names_files_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"files": [{"name": "../秘密"}]}))
    assert verify_folder(tmp_path) == [
        "manifest.json names '../秘密', which is no file of this folder."
    ]


def test_damage_in_the_store_is_found(exporter: Exporter, documents: list[Written]) -> None:
    result = exporter.export(documents, "jsonl")
    shard = exporter.store.path(result.outputs["files"]["part-00000.jsonl.zst"])
    shard.chmod(0o644)
    shard.write_bytes(shard.read_bytes()[:-1] + b"x")
    (problem,) = verify(result.outputs["manifest"], exporter.store)
    assert problem.startswith("part-00000.jsonl.zst has the sha256")


def test_a_folder_is_whole_or_not_there(
    exporter: Exporter, documents: list[Written], tmp_path: Path
) -> None:
    result = exporter.export(documents, "megatron")
    exporter.store.path(result.outputs["files"]["document-ids.parquet"]).unlink()
    with pytest.raises(Exception, match="is missing"):
        materialise(result.outputs["manifest"], exporter.store, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_writing_the_same_export_again_is_nothing_to_do(
    exporter: Exporter, documents: list[Written], tmp_path: Path
) -> None:
    result = exporter.export(documents, "jsonl")
    folder = exporter.folder(result, tmp_path / "out")
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    exporter.folder(result, folder)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_a_folder_with_something_else_in_it_is_left_alone(
    exporter: Exporter, documents: list[Written], tmp_path: Path
) -> None:
    result = exporter.export(documents, "jsonl")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "大事.txt").write_text("消さないで")
    with pytest.raises(ExportError, match="is not empty"):
        exporter.folder(result, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["大事.txt"]


@pytest.mark.parametrize("format", FORMATS)
def test_a_snapshot_that_keeps_nothing_gives_an_export_of_no_documents(
    exporter: Exporter, tmp_path: Path, format: str
) -> None:
    nothing = [Written(id="a" * 32, text="文書", kept=False)]
    result = exporter.export(nothing, format)
    assert result.counts["documents"] == 0
    assert verify_folder(exporter.folder(result, tmp_path / "out")) == []


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        pytest.param({"sead": 1}, "'sead' is not known. Use append_eod", id="a mistyped name"),
        pytest.param({"seed": -1}, "seed is -1", id="a negative seed"),
        pytest.param({"seed": True}, "seed is True", id="true is no seed"),
        pytest.param({"shard_bytes": 0}, "shard_bytes is 0", id="no bytes"),
        pytest.param({"columns": ["値段"]}, "no column '値段'", id="an unknown column"),
        pytest.param({"columns": "title"}, "columns is not a list", id="a text for a list"),
        pytest.param({"append_eod": 1}, "append_eod is not", id="a number for a switch"),
    ],
)
def test_settings_are_refused_with_what_to_do(
    exporter: Exporter, documents: list[Written], settings: dict[str, Any], says: str
) -> None:
    with pytest.raises(ExportError, match=says):
        exporter.export(documents, "jsonl", **settings)


def test_an_unknown_format_is_refused(exporter: Exporter, documents: list[Written]) -> None:
    with pytest.raises(ExportError, match=r"'csv' is not known. Use jsonl, parquet, megatron"):
        exporter.export(documents, "csv")
