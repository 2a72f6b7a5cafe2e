"""``python -m corpora run``: what it refuses, in one sentence, with nothing left behind."""

from __future__ import annotations

import errno
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import judgements_file
from corpora.__main__ import _given, _parser, main
from corpora.errors import SourceError
from corpora.plans import IngestPlan
from corpora.runner import Runner, Watcher
from corpora.storage import Store
from tests.corpora.fetch.server import file_of, serving

TEXTS = [
    f"{number}番目の話です。昔々ある村に、正直なおじいさんが住んでいました。畑を耕し、山へ行き、"
    f"川で魚を捕って暮らしていたということです。{'それから何年も経ちました。' * (number % 3 + 1)}"
    for number in range(30)
]


@pytest.fixture
def tales(tmp_path: Path) -> Path:
    file = tmp_path / "昔話.jsonl"
    file.write_bytes(b"".join(orjson.dumps({"text": text}) + b"\n" for text in TEXTS))
    return file


def corpora_run(*paths: Path, out: Path, **options: object) -> int:
    named = [item for name, value in options.items() for item in (f"--{name}", str(value))]
    command = ["run", "keep-all", *map(str, paths), "--out", str(out), "--workers", "1"]
    return main([*command, *named])


def report(out: Path) -> dict[str, Any]:
    value: dict[str, Any] = orjson.loads((out / "report.json").read_bytes())
    return value


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "0 with errors, 0 records quarantined", id="empty"),
        pytest.param(b"\0\1\2PNG\x89", "1 records quarantined", id="binary"),
        pytest.param(b"%PDF-1.7\n", "this is a PDF document", id="a format that is not read"),
    ],
)
def test_when_no_document_comes_out_nothing_is_made(
    content: bytes, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x").write_bytes(content)
    assert corpora_run(tmp_path / "x", out=tmp_path / "out") == 1
    assert "no document was read from 1 files" in (said := capsys.readouterr().err)
    assert reason in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x"]


def test_columns_and_formats_are_said_as_to_the_workbench(
    tales: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert corpora_run(tales, out=tmp_path / "out", map="text=本文") == 1
    assert "There are: text." in capsys.readouterr().err
    assert corpora_run(tales, out=tmp_path / "out", format="word") == 1
    assert "there is no such format" in capsys.readouterr().err
    plan = _given(
        _parser().parse_args(
            ["run", "keep-all", str(tales), "--out", "x", "--map", "text=text", "--licence", "CC0"]
        )
    )
    assert (plan.columns, plan.licence, plan.format) == ({"text": ["text"]}, "CC0", "auto")


def test_what_could_not_be_read_is_said_and_the_rest_is_kept(
    tales: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7\n")
    assert corpora_run(tales, tmp_path / "x.pdf", out=tmp_path / "out") == 0
    assert "1 of 2 files could not be read" in capsys.readouterr().err
    assert [bool(file["error"]) for file in report(tmp_path / "out")["files"]] == [False, True]


def test_the_files_of_a_unit_that_was_given_up_are_in_the_report(
    tales: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_text("あ")
    from corpora.ingest.reading import Opened

    entries = Opened.entries

    def failing(opened: Opened) -> Any:
        if opened.path == bad:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return entries(opened)

    monkeypatch.setattr(Opened, "entries", failing)
    assert corpora_run(tales, bad, out=tmp_path / "out") == 0
    told = {Path(file["path"]).name: file["error"] for file in report(tmp_path / "out")["files"]}
    assert told["昔話.jsonl"] is None
    assert "cannot be read now: Input/output error" in told["bad.txt"]


def _below_a_file(folder: Path) -> Path:
    (folder / "file").touch()
    return folder / "file" / "out"


def _a_file(folder: Path) -> Path:
    (folder / "file").touch()
    return folder / "file"


def _full(folder: Path) -> Path:
    (folder / "full").mkdir()
    (folder / "full" / "a").touch()
    return folder / "full"


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (_below_a_file, "cannot be written"),
        (_a_file, "is a file. Name a new folder with --out."),
        (_full, "is not empty. Name a new folder with --out."),
        (lambda _: Path("/proc/kotogura/out"), "cannot be written"),
    ],
    ids=["below a file", "a file", "not empty", "no folder can be made"],
)
def test_an_out_that_cannot_be_is_refused(
    place: Callable[[Path], Path],
    reason: str,
    tales: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert corpora_run(tales, out=place(tmp_path)) == 1
    assert reason in capsys.readouterr().err


def test_a_disk_that_is_full_when_the_outputs_are_written_leaves_nothing(
    tales: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def write(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "Error writing bytes to file")  # Arrow's words

    monkeypatch.setattr("corpora.report.write", write)
    assert corpora_run(tales, out=tmp_path / "out") == 1
    assert "cannot be written: No space left on device. Free some" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["昔話.jsonl"]


def test_judgements_win(tales: Path, tmp_path: Path) -> None:
    assert corpora_run(tales, out=tmp_path / "one") == 0
    ids = pq.read_table(tmp_path / "one" / "documents", columns=["id"])["id"].to_pylist()
    (tmp_path / "words.tsv").write_text(f"id\tverdict\n{ids[3]}\tdrop\n\n{ids[4]}\tkeep\n")
    out = tmp_path / "two"
    assert corpora_run(tales, out=out, judgements=tmp_path / "words.tsv") == 0
    decided = pq.read_table(out / "decisions").to_pylist()
    verdicts = {row["id"]: (row["verdict"], row["rule"]) for row in decided}
    assert verdicts[ids[3]] == ("drop", "judgement")
    assert verdicts[ids[4]][0] == "keep"


@pytest.mark.parametrize(
    "columns",
    [{"id": ["a"], "verdict": ["keep"]}, {"verdict": ["keep"], "id": ["a"], "by": ["花子"]}],
    ids=["as named", "in another order, with more"],
)
def test_judgements_may_be_parquet(columns: Mapping[str, list[str]], tmp_path: Path) -> None:
    pq.write_table(pa.table(dict(columns)), tmp_path / "words")
    assert judgements_file.read(tmp_path / "words").documents.to_pylist() == [
        {"id": "a", "verdict": "keep"}
    ]


def test_a_pair_that_is_no_duplicate_is_in_different_clusters(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\n".join([orjson.dumps({"text": TEXTS[0]})] * 2))
    assert corpora_run(tmp_path / "a.jsonl", out=tmp_path / "one") == 0
    (pair,) = pq.read_table(tmp_path / "one" / "duplicates.parquet").to_pylist()
    (tmp_path / "words.tsv").write_text(f"{pair['b']}\tapart\t{pair['a']}\n")
    out = tmp_path / "two"
    assert corpora_run(tmp_path / "a.jsonl", out=out, judgements=tmp_path / "words.tsv") == 0
    assert not pq.read_table(out / "duplicates.parquet").num_rows
    assert set(pq.read_table(out / "decisions")["cluster"].to_pylist()) == {None}


def test_pairs_may_be_parquet(tmp_path: Path) -> None:
    columns = {"id": ["b", "c"], "verdict": ["apart", "prefer"], "other": ["a", None]}
    pq.write_table(pa.table(columns), tmp_path / "words")
    found = judgements_file.read(tmp_path / "words")
    assert found.apart.to_pylist() == [{"a": "a", "b": "b"}]
    assert found.documents.to_pylist() == [{"id": "c", "verdict": "prefer"}]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param("a\tkeep\n花 drop\n".encode(), "line 2 has no tab", id="no tab"),
        pytest.param(b"a\tmaybe\n", "a is judged 'maybe'. Write keep", id="no verdict"),
        pytest.param(b"a\tapart\n", "a is apart from nobody", id="no other"),
        pytest.param(b"a\tapart\ta\n", "a is apart from nobody", id="apart from itself"),
        pytest.param("a\tkeep 花".encode("cp932"), "these are no judgements", id="no UTF-8"),
        pytest.param(b"PAR1 and no more", "these are no judgements", id="damaged Parquet"),
    ],
)
def test_judgements_that_are_none_are_refused(content: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "words").write_bytes(content)
    with pytest.raises(SourceError, match=reason):
        judgements_file.read(tmp_path / "words")


def test_parquet_without_the_columns_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["a"]}), tmp_path / "words")
    with pytest.raises(SourceError, match=r"no column|no judgements"):
        judgements_file.read(tmp_path / "words")


def test_copies_stay_in_the_preferred_corpus_which_a_path_names(tmp_path: Path) -> None:
    for corpus in ("ウェブ", "法令"):
        (tmp_path / corpus).mkdir()
        (tmp_path / corpus / "話.jsonl").write_bytes(orjson.dumps({"text": TEXTS[0]}))
    recipe = tmp_path / "優先.toml"
    recipe.write_text('[dedup]\nprefer = ["法令", "知らない"]\n')
    paths = [str(tmp_path / "ウェブ"), str(tmp_path / "法令")]
    command = ["run", str(recipe), *paths, "--out", str(tmp_path / "out"), "--workers", "1"]
    assert main(command) == 0
    counts = report(tmp_path / "out")["by_source"]
    assert {name: group["kept"] for name, group in counts.items()} == {"ウェブ": 0, "法令": 1}


@pytest.mark.parametrize("share", [0.0, 0.9])
def test_a_work_in_a_collection_is_dropped_where_the_recipe_says_so(
    share: float, tmp_path: Path
) -> None:
    draw = random.Random(1)
    letters = [chr(point) for point in range(ord("あ"), ord("ん"))]
    works = ["".join(draw.choices(letters, k=900)) for _ in range(5)]
    texts = ["".join(works[:4]), *works]
    lines = b"\n".join(orjson.dumps({"text": text}) for text in texts)
    (tmp_path / "works.jsonl").write_bytes(lines)
    recipe = tmp_path / "inside.toml"
    recipe.write_text(f"[dedup]\ncontainment = {share}\n")
    out = tmp_path / "out"
    command = ["run", str(recipe), str(tmp_path / "works.jsonl"), "--out", str(out)]
    assert main([*command, "--workers", "1"]) == 0
    decided = pq.read_table(out / "decisions").to_pylist()
    if not share:
        assert not (out / "contained.parquet").exists()
        assert report(out)["dropped"] == {}
        return
    assert report(out)["dropped"] == {"contained": 4}
    assert {(row["rule"], row["value"], row["limit"]) for row in decided[1:5]} == {
        ("contained", 1.0, 0.9)
    }
    assert {row["keeper"] for row in decided[1:5]} == {decided[0]["id"]}
    pairs = pq.read_table(out / "contained.parquet").to_pylist()
    assert {(row["a"], row["b"]) for row in pairs} == {
        (row["id"], decided[0]["id"]) for row in decided[1:5]
    }
    assert all(row["share_of_a"] == 1.0 and 0.2 < row["share_of_b"] < 0.3 for row in pairs)


def test_urls_are_read_like_files_and_said_where_they_came_from(
    tales: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving() as server:
        server.answers["/%E6%98%94%E8%A9%B1.jsonl"] = file_of(tales.read_bytes(), etag='"1"')
        url = server.url("/昔話.jsonl")
        out = tmp_path / "out"
        command = ["run", "keep-all", url, "--out", str(out), "--workers", "1"]
        assert main(command) == 1
        assert f"nothing is fetched from port {server.port}" in capsys.readouterr().err
        assert main([*command, "--allow-private", f"127.0.0.1:{server.port}"]) == 0
    found = report(out)
    assert found["documents_in"] == len(TEXTS)
    assert [file["path"] for file in found["files"]] == [url]
    assert [file["url"] for file in found["fetched"]] == [url]


def test_a_stage_is_announced_when_it_begins(tales: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    watcher = Watcher(on_unit=lambda *seen: told.append(seen))
    Runner(Store(tmp_path / "store"), watcher=watcher).run(IngestPlan(paths=(str(tales),)))
    assert told == [("scan", 0, 1), ("scan", 1, 1), ("ingest", 0, 1), ("ingest", 1, 1)]


def test_every_file_has_its_account_with_reasons_and_rate(tales: Path, tmp_path: Path) -> None:
    mixed = tmp_path / "more" / "2026" / "b.jsonl"
    mixed.parent.mkdir(parents=True)
    mixed.write_bytes(tales.read_bytes() + b"{\n")
    (mixed.parent / "notes.md").write_text("覚え書き")
    assert corpora_run(tmp_path / "more" / "**" / "*.jsonl", out=tmp_path / "out") == 0
    (account,) = report(tmp_path / "out")["files"]
    assert (account["format"], account["encoding"]) == ("jsonl", "utf-8")
    assert (account["quarantined"], account["reasons"]) == (1, {"invalid-json": 1})
    assert account["bytes"] == mixed.stat().st_size
    assert account["bytes_per_second"] > 0


def test_being_told_to_stop_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    for name in ("a.jsonl", "b.jsonl"):  # each large enough for a unit of its own
        (texts / name).write_text('{"text": "今日の天気は晴れです。"}\n' * 400_000)
    command = [sys.executable, "-m", "corpora", "run", "keep-all", str(texts)]
    command += ["--out", str(tmp_path / "out"), "--workers", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        limit = time.monotonic() + 60
        while len(children := _children(process.pid)) < 2 and time.monotonic() < limit:
            time.sleep(0.05)
        process.terminate()
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped; nothing was written." in said.decode()
    assert list(tmp_path.iterdir()) == [texts]
    assert len(children) >= 2
    limit = time.monotonic() + 60
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < limit, "a process outlived the command"
        time.sleep(0.05)


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
