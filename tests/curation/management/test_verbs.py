"""The verbs of manage.py with no worker running: what they say, refuse and leave behind."""

from __future__ import annotations

import io
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from django.core.management import CommandError, call_command

from corpora.storage import Store
from curation.actions import recipes
from curation.models import Corpus, Export, Recipe, Run, Snapshot, Source, Tokenizer
from tools.repository import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C")


def test_json_is_one_object_and_nothing_else(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "今日の天気"}\n{"text": 1}\n')
    call_command("ingest", "news", str(tmp_path / "a.jsonl"), "--json")
    account = orjson.loads(capsys.readouterr().out)
    assert (account["documents"], account["files"], account["file_errors"]) == (1, 1, 0)
    assert account["quarantined"] == {"mistyped-text": 1}


def test_which_column_is_what_is_said_with_map(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("件名,発言,text\n雨,雨が降る。,要約\n風,風が吹く。,要約\n")
    with pytest.raises(CommandError, match="There are: 件名, 発言, text"):
        call_command("ingest", "news", str(tmp_path / "*.csv"), "--map", "text=発現")
    assert not Corpus.objects.exists()
    call_command(
        "ingest", "news", str(tmp_path / "*.csv"), "--map", "text=発言", "--map=title=件名"
    )
    (part,) = Source.objects.get().parts
    rows = store.read_table(part["documents"], columns=["text", "title"]).to_pylist()
    assert rows[0] == {"text": "雨が降る。", "title": "雨"}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", b"%PDF-1.7\n", "this is a PDF document"),
        ("a.bin", b"\0\1\2PNG\x89", "1 records quarantined"),
    ],
    ids=["not read", "quarantined"],
)
def test_an_ingest_that_gives_no_document_is_no_success(
    name: str, content: bytes, reason: str, store: Store, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError, match=f"No document was read from 1 files.*{reason}"):
        call_command("ingest", "news", str(tmp_path / name))


def test_the_files_of_a_unit_that_was_given_up_are_told(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "今日の天気"}\n')
    monkeypatch.setattr("corpora.ingest.unit.run", None)
    monkeypatch.setattr("curation.actions.units.MAX_FAILURES", 1)
    with pytest.raises(CommandError, match=r"from 1 files \(1 with errors.*TypeError"):
        call_command("ingest", "news", str(tmp_path / "a.jsonl"))
    source = Source.objects.get()
    assert (source.file_count, source.file_errors) == (1, 1)


@pytest.mark.parametrize(
    ("path", "options", "reason"),
    [
        ("nowhere", [], "there is no such file or folder"),
        (".", ["--format", "docx"], "docx: there is no such format. Use one of: auto"),
    ],
)
def test_a_refused_ingest_leaves_nothing(
    path: str, options: list[str], reason: str, store: Store, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match=reason):
        call_command("ingest", "news", str(tmp_path / path), *options)
    assert not Corpus.objects.exists()
    assert not Run.objects.exists()


def test_a_recipe_that_is_no_text_is_refused_in_a_sentence(store: Store, tmp_path: Path) -> None:
    recipes.ensure_shipped()
    Corpus.objects.create(name="news")
    (tmp_path / "mine.toml").write_bytes(b"\x8e\xff")
    before = Recipe.objects.count()
    with pytest.raises(CommandError, match=r"mine\.toml, byte 0: not UTF-8. Save the file"):
        call_command("curate", "news", "--recipe", str(tmp_path / "mine.toml"))
    assert Recipe.objects.count() == before


def test_an_export_into_a_file_is_refused(snapshot: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    command = ["export", str(snapshot.pk), "--format", "jsonl", "--out", str(tmp_path / "file")]
    with pytest.raises(CommandError, match="is a file"):
        call_command(*command)
    assert not Export.objects.exists()


def test_only_text_is_encoded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    Tokenizer.objects.create(name="small", origin=Tokenizer.Origin.IMPORTED, vocab_size=1)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"abc\x8e\xff")))
    with pytest.raises(CommandError, match="Standard input, byte 3: not UTF-8"):
        call_command("tokenizer", "encode", "small")


def test_copies_stay_in_the_corpus_that_the_recipe_prefers(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for corpus in ("aozora", "law"):
        file = tmp_path / f"{corpus}.jsonl"
        file.write_text('{"text": "法令の公布は、官報をもって行うものとする。"}\n')
        call_command("ingest", corpus, str(file))
    recipe = tmp_path / "prefer.toml"
    recipe.write_text('[dedup]\nprefer = ["cases", "law"]\n')
    curate = ("curate", "aozora", "law", "--recipe", str(recipe), "--json")
    capsys.readouterr()
    call_command(*curate, "--dry-run")
    assert orjson.loads(capsys.readouterr().out)["preferred_but_unknown"] == ["cases"]
    call_command(*curate)
    found = orjson.loads(capsys.readouterr().out)["by_source"]
    kept = {Path(name).stem: group["kept"] for name, group in found.items()}
    assert kept == {"aozora": 0, "law": 1}
    assert all(part["corpus"] for part in Run.objects.latest("id").arguments["parts"])


def test_a_verb_prepares_a_new_place_and_leaves_another_version_alone(tmp_path: Path) -> None:
    def ran() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", "ingest", "news", str(tmp_path / "missing.jsonl")]
        environment = {**os.environ, "KOTOGURA_DATA_DIR": str(tmp_path / "data"), "LANG": "C"}
        for name in ("DATABASE_URL", "STORE_URL", "DJANGO_SETTINGS_MODULE"):
            environment.pop(name, None)
        return subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )

    first = ran()
    assert (first.returncode, first.stdout) == (1, "")
    assert first.stderr.endswith("there is no such file or folder. Check the spelling.\n")
    assert len(first.stderr.splitlines()) == 1
    with sqlite3.connect(tmp_path / "data" / "kotogura.sqlite3") as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'curation' AND name > '0003'")
    second = ran()
    assert second.returncode == 1
    assert "The database is not of this version. Run: python manage.py prepare" in second.stderr
