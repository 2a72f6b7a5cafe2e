"""Ours and peers speak one protocol; one piece of work from end to end, ours alone."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from benchmarks import run
from benchmarks.contest import Contender
from benchmarks.contests import (
    candidates,
    exact_checks,
    minhash,
    ng_words,
    on_screen,
    signals,
    unigram,
)
from benchmarks.environments import REQUIREMENTS, peers
from benchmarks.pieces import PIECES
from benchmarks.studies import dedup_quality, whole_run
from tools.repository import ROOT, short

SCRIPTS = sorted(
    path
    for place in ("ours", "peers")
    for path in (ROOT / "benchmarks" / place).glob("*.py")
    if path.stem != "__init__"
)
CONTESTS = (
    minhash.CONTEST,
    signals.CONTEST,
    ng_words.CONTEST,
    exact_checks.CONTEST,
    unigram.CONTEST,
    on_screen.CONTEST,
)


def works(path: Path) -> list[str]:
    """The keys of a script's WORKS, without importing what is not installed here."""
    tree = ast.parse(path.read_text())
    named = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "WORKS"
    ]
    assert len(named) == 1, f"{short(path)} has no WORKS"
    return list(ast.literal_eval(re.sub(r": \w+", ": 0", ast.unparse(named[0]))))


def contenders() -> list[Contender]:
    from_contests = [one for contest in CONTESTS for one in contest.contenders]
    return [
        *from_contests,
        *candidates.CONTENDERS,
        *dedup_quality.CONTENDERS,
        whole_run.CALIBRATOR,
    ]


@pytest.mark.parametrize("path", SCRIPTS, ids=short)
def test_a_script_says_what_it_does_and_answers_by_the_protocol(path: Path) -> None:
    tree = ast.parse(path.read_text())
    compile(tree, str(path), "exec")
    assert ast.get_docstring(tree)
    assert works(path)
    assert "main(WORKS" in path.read_text()


def test_every_peer_is_pinned_by_hash_and_has_a_script() -> None:
    scripts = {path.stem for path in SCRIPTS if path.parent == REQUIREMENTS}
    assert scripts == set(peers())
    for name in peers():
        text = (REQUIREMENTS / f"{name}.txt").read_text()
        entries = [line for line in text.splitlines() if line and line[0] not in "# "]
        assert all(re.match(r"[\w.-]+==\S+ ", entry) for entry in entries), name
        assert text.count("--hash=sha256:") >= len(entries)
        assert "torch" not in text


@pytest.mark.parametrize("contender", contenders(), ids=lambda one: one.label or one.work)
def test_a_contender_names_work_that_its_script_can_do(contender: Contender) -> None:
    path = ROOT / "benchmarks" / Path(*contender.module.split(".")).with_suffix(".py")
    assert contender.work in works(path)


def test_every_piece_is_documented() -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text()
    assert set(re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE)) == set(PIECES)


def test_a_piece_from_end_to_end_with_ours_alone(tmp_path: Path) -> None:
    folders = ["--results", str(tmp_path / "results"), "--cache", str(tmp_path / "cache")]
    asked = ["--megabytes", "0.3", "--rounds", "1", "--only", "minhash", "--peers"]
    assert run.main([*asked, *folders, "--scratch", str(tmp_path)]) == 0
    (written,) = (tmp_path / "results").glob("*-minhash.json")
    told = json.loads(written.read_text())
    assert told["circumstances"]["cores"]
    ours = told["data"][0]
    assert ours["ours_over_this"] == 1
    assert len(ours["seconds"]) == 1
    assert min(ours["seconds"]) > 0
    assert ours["bytes"] > 300_000
    assert ours["peak_rss"] > 10e6
    assert "ours" in written.with_suffix(".md").read_text()
