"""What a person says of the columns: in the readers, in the key, and looked at beforehand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora.ingest.columns import ColumnsRefused, checked, parsed
from corpora.ingest.lacking import look_into, require_columns
from corpora.ingest.preview import look, preview
from corpora.plans import IngestPlan, Outcome
from corpora.stages import UnitResult
from tests.corpora.ingest.conftest import NEKO, Ingested, jsonl

Ingest = Callable[..., Ingested]

ROWS = [
    {"題": "猫", "本文": NEKO, "text": "機械の要約", "出典": "https://example.jp/1", "date": "x"},
    {"題": "", "本文": "坊っちゃん", "text": "要約", "出典": "", "date": "2026-01-01"},
    {"題": "", "本文": "", "text": "要約", "出典": "", "date": ""},
]
CHOSEN = {"text": ["題", "本文"], "title": ["題"], "url": ["出典"], "date": []}


def _written(folder: Path, format: str) -> Path:
    path = folder / f"rows.{format}"
    if format == "parquet":
        pq.write_table(pa.Table.from_pylist(ROWS), path)
    elif format == "jsonl":
        path.write_bytes(jsonl(*ROWS))
    elif format == "json":
        path.write_bytes(b"[" + b",".join(jsonl(*ROWS).splitlines()) + b"]")
    else:
        mark = {"csv": ",", "tsv": "\t"}[format]
        lines = [mark.join(ROWS[0]), *(mark.join(row.values()) for row in ROWS)]
        path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("format", ["jsonl", "json", "csv", "tsv", "parquet"])
def test_columns_become_what_a_person_says(format: str, tmp_path: Path, ingest: Ingest) -> None:
    found = ingest(_written(tmp_path, format), columns=CHOSEN)
    first, second = found.documents
    assert (first["text"], second["text"]) == (f"猫\n\n{NEKO}", "坊っちゃん")
    assert (first["title"], first["url"], first["host"]) == (
        "猫", "https://example.jp/1", "example.jp",
    )  # fmt: skip
    assert second["date"] is None, "said to be none, although a column is called so"
    assert "機械の要約" in first["metadata"]
    assert found.reasons == ["no-text"]
    assert found.files[0]["reasons"] == {"no-text": 1}


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_a_column_may_stand_within_an_object(format: str, tmp_path: Path, ingest: Ingest) -> None:
    rows = [
        {"番号": 1, "body": {"本文": NEKO, "題": "猫", "頁": 3}, "about": {"when": "2026-01-02"}}
    ]
    path = tmp_path / f"rows.{format}"
    if format == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        path.write_bytes(jsonl(*rows))
    columns = {"text": ["body.本文"], "title": ["body.題"], "date": ["about.when"]}
    (document,) = ingest(path, columns=columns).documents
    assert (document["text"], document["title"], document["date"]) == (NEKO, "猫", "2026-01-02")
    assert json.loads(document["metadata"]) == {"番号": 1, "body": {"頁": 3}}
    found = look(path, "rows", format="auto", columns=columns)
    assert {name for names in columns.values() for name in names} <= set(found.columns)
    assert found.examples["body.題"] == "猫"


def test_the_key_changes_with_the_columns_and_not_without(tmp_path: Path) -> None:
    group = [{"name": "a", "source": "a", "sha256": "0" * 64, "bytes": 1, "origin": "a"}]
    scan = {"scan": [Outcome(part="", result=UnitResult(counts={"groups": [group]}))]}
    plain, said = (
        IngestPlan(paths=("a",), columns=columns).units("ingest", scan)[0]
        for columns in ({}, {"text": ["本文"]})
    )
    assert set(plain.params) == {"files", "format", "licence", "domain"}
    assert said.key != plain.key


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        pytest.param({"body": ["本文"]}, 'no role "body"', id="role"),
        pytest.param({"title": ["a", "b"]}, "too many", id="two titles"),
        pytest.param({"text": []}, "needs a text", id="no text"),
        pytest.param({"text": ["a", "a"]}, "twice", id="twice"),
        pytest.param({"text": ["a\0"]}, "no name", id="NUL"),
    ],
)
def test_a_mapping_without_sense_is_refused(stated: dict[str, list[str]], reason: str) -> None:
    with pytest.raises(ColumnsRefused, match=reason):
        checked(stated)


def test_words_of_the_command_line() -> None:
    assert parsed(["text=a=b"]) == {"text": ["a=b"]}
    with pytest.raises(ColumnsRefused, match="ROLE=COLUMN"):
        parsed(["本文"])


@pytest.mark.parametrize("format", ["jsonl", "csv", "parquet"])
def test_a_look_is_what_reading_gives(format: str, tmp_path: Path, ingest: Ingest) -> None:
    path = _written(tmp_path, format)
    found = look(path, "rows", format="auto", columns=CHOSEN)
    assert (found.format, found.columns) == (format, list(ROWS[0]))
    assert found.guessed == {"text": "text", "date": "date"}
    assert found.examples["出典"] == "https://example.jp/1"
    assert (found.documents, found.quarantined, found.complete) == (2, {"no-text": 1}, True)
    texts = [shown["text"] for shown in found.shown if "characters" in shown]
    assert texts == ingest(path, columns=CHOSEN).texts
    assert found.shown[0]["about"]["title"] == "猫"


def test_a_look_ends_soon_and_says_so(tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "many.jsonl"
    path.write_bytes(jsonl(*({"text": f"{number}。" * 50} for number in range(3_000))))
    found = look(path, "many", format="auto", columns={})
    assert (found.looked_at, len(found.shown), found.complete) == (200, 20, False)
    monkeypatch.setattr("corpora.ingest.preview.MOST_BYTES", 1)
    assert "only the first" in look(path, "many", format="auto", columns={}).error


def test_a_look_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = _written(tmp_path, "parquet")
    assert preview(path, "rows", format="auto", columns=CHOSEN).documents == 2
    (tmp_path / "broken.parquet").write_bytes(b"PAR1" + b"\0" * 100)
    broken = preview(tmp_path / "broken.parquet", "broken", format="auto", columns={})
    assert "Parquet" in broken.error
    assert not broken.shown


def _mixed(folder: Path) -> list[tuple[Path, str]]:
    """Files of one source that are not alike."""
    (folder / "a.txt").write_text("読み方。\n" * 30)
    (folder / "b.jsonl").write_bytes(jsonl(*({"body": NEKO} for _ in range(300))))
    (folder / "c.csv").write_text("題,本文\n猫,吾輩は猫である。\n犬,犬もいる。\n")
    with ZipFile(folder / "d.zip", "w") as archive:
        archive.write(folder / "b.jsonl", "b.jsonl")
        archive.write(folder / "c.csv", "c.csv")
    return [(path, path.name) for path in sorted(folder.iterdir())]


def test_columns_are_looked_for_in_every_file(tmp_path: Path) -> None:
    files = _mixed(tmp_path)
    found = require_columns(files, "auto", {"text": ["本文"], "title": ["題"]})
    assert found.files == 3, "a text has no columns"
    assert found.each == [("b.jsonl", ["本文", "題"])], "the second member of the archive has both"
    with pytest.raises(ColumnsRefused, match=r"none of the 3 .* There are: body, 題, 本文"):
        require_columns(files, "auto", {"text": ["題名"]})
    with pytest.raises(ColumnsRefused, match='there is no column "題名"'):
        require_columns(files[2:3], "auto", {"text": ["題名"]})
    with pytest.raises(ColumnsRefused, match="no columns"):
        require_columns(files[:1], "auto", {"text": ["本文"]})


def test_columns_are_looked_for_within_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = _mixed(tmp_path)
    told: list[list[str]] = []
    monkeypatch.setattr("corpora.ingest.lacking.MOST_BYTES", 0)
    look_into(files[3:], "auto", ["本文"], told.append)
    assert told == [["body"]], "of an archive no more than 200 records, once enough was read"
    monkeypatch.setattr("corpora.ingest.lacking.MOST_FILES", 2)
    with pytest.raises(ColumnsRefused, match="There are: body"):
        require_columns(files, "auto", {"text": ["本文"]})
