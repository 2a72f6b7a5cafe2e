"""The corpus of the benchmarks: the same bytes again, pairs as similar as stated, flat memory."""

from __future__ import annotations

import csv
import hashlib
import io
import tracemalloc
from pathlib import Path
from random import Random

import orjson
import pytest

from benchmarks import corpus
from benchmarks.edits import EDITS
from benchmarks.planting import HARD, grams, similarity, within
from benchmarks.sources import sentences, split
from benchmarks.workshop import lines
from tools.repository import ROOT

SAMPLE = ROOT / "corpora" / "sample" / "files" / "web.jsonl.zst"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("corpora") / "one"
    corpus.build([SAMPLE], out, megabytes=1, seed=7)
    return out


def digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def records(folder: Path) -> dict[str, str]:
    found = [orjson.loads(line) for line in lines(folder)]
    return {record["id"]: record["text"] for record in found}


def test_the_same_seed_gives_the_same_bytes_and_another_others(built: Path, tmp_path: Path) -> None:
    corpus.build([SAMPLE], tmp_path / "again", megabytes=1, seed=7)
    corpus.build([SAMPLE], tmp_path / "other", megabytes=1, seed=8)
    assert digest(tmp_path / "again") == digest(built)
    assert digest(tmp_path / "other") != digest(built)


def test_no_document_comes_twice_and_the_size_is_what_was_asked(built: Path) -> None:
    texts = list(records(built).values())
    assert len(set(texts)) == len(texts)
    assert 1e6 <= sum(len(text.encode()) for text in texts) < 1.3e6


def test_planted_pairs_are_as_similar_as_the_table_says(built: Path) -> None:
    texts = records(built)
    with (built / "pairs.tsv").open(encoding="utf-8") as file:
        pairs = list(csv.DictReader(file, delimiter="\t"))
    assert len(pairs) > 20
    for pair in pairs:
        exact = similarity(grams(texts[pair["a"]]), grams(texts[pair["b"]]))
        assert float(pair["jaccard"]) == pytest.approx(exact, abs=1e-6)
    hard = [
        float(p["jaccard"])
        for p in pairs
        if p["kind"].split(".")[0] == "hard" and "+" not in p["kind"]
    ]
    assert hard
    assert all(0.80 <= value < 0.88 for value in hard)


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_at_more_places_takes_a_text_further_away(name: str) -> None:
    text = "".join(f"第{n}章 国の発展と学会の変遷について{n * 7}年に述べた。" for n in range(40))
    edit, _ = EDITS[name]
    few = edit(text, 2, ["別の文。"], Random(1))
    many = edit(text, 20, ["別の文。"], Random(1))
    assert few != text
    near, far = (similarity(grams(text), grams(one)) for one in (few, many))
    assert 1 > near > far


@pytest.mark.parametrize("band", HARD, ids=str)
def test_a_hard_copy_lies_in_its_band(band: tuple[float, float]) -> None:
    random = Random(3)
    text = "".join(chr(random.randint(0x4E00, 0x5500)) for _ in range(900))
    copy = within(text, "substitution", band, "hard", [], random)
    assert copy is not None
    assert band[0] <= similarity(grams(text), grams(copy.text)) < band[1]
    assert copy.kind == "hard.substitution"


def test_a_text_is_its_sentences_end_to_end() -> None:
    text = "\n\n。」春は、あけぼの！？\n「夏は夜。」秋は\n\n 夕暮れ\u3000"
    assert "".join(split(text)) == text


def test_memory_does_not_grow_with_the_size(tmp_path: Path) -> None:
    peaks = []
    with sentences([SAMPLE], tmp_path) as source:
        for size in (0.2, 1):
            account = corpus.Account(seed=0, megabytes=size)
            tracemalloc.start()
            for record in corpus.Builder(source, account, io.StringIO()).records():
                account.bytes += len(record.text.encode())
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    # Copies wait up to 2,000 documents; here that is all that a larger corpus may hold more.
    assert peaks[1] < peaks[0] + 1.5e6
