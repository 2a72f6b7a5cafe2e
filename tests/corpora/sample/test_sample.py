"""The committed sample is what its builder writes, and holds what its README promises."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import zipfile
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import zstandard

from corpora.sample import SAMPLE_DIR
from corpora.sample.build import FOOTER, build, contents_table, sample_documents
from corpora.sample.documents import SampleDocument
from corpora.sample.similarity import grams, jaccard

PACKAGE = SAMPLE_DIR.parent
#: Cases whose texts are made from another document's text.
DERIVED = {"exact_copy", "near_copy", "old_orthography", "halfwidth_copy", "mojibake"}


@pytest.fixture(scope="module")
def documents() -> dict[str, SampleDocument]:
    return {document.id: document for document in sample_documents()}


@pytest.fixture(scope="module")
def web_lines() -> list[str]:
    packed = (SAMPLE_DIR / "web.jsonl.zst").read_bytes()
    with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(packed)) as reader:
        # Not splitlines: the mojibake holds U+0085, which ends a line for Python and no record.
        return reader.read().decode().rstrip("\n").split("\n")


def web_records(lines: list[str]) -> tuple[list[dict[str, str]], int]:
    """The records with a text, and how many lines are none."""
    records = []
    for line in lines:
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(record.get("text"), str) and record["text"]:
            records.append(record)
    return records, len(lines) - len(records)


def zip_texts() -> dict[str, str]:
    with zipfile.ZipFile(SAMPLE_DIR / "aozora.zip", metadata_encoding="cp932") as archive:
        return {name: archive.read(name).decode("shift_jis") for name in archive.namelist()}


def of_case(documents: dict[str, SampleDocument], case: str) -> list[SampleDocument]:
    return [document for document in documents.values() if document.case == case]


def files_in(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def test_the_builder_writes_the_committed_files_byte_for_byte(tmp_path: Path) -> None:
    places = build(tmp_path / "files")
    assert files_in(tmp_path / "files") == files_in(SAMPLE_DIR)
    assert contents_table(places) == (PACKAGE / "contents.tsv").read_text(encoding="utf-8")


def test_plain_readers_find_every_document(
    documents: dict[str, SampleDocument], web_lines: list[str]
) -> None:
    records, _ = web_records(web_lines)
    table = pq.read_table(SAMPLE_DIR / "shiryo.parquet").to_pylist()
    threads = [path.read_bytes() for path in sorted((SAMPLE_DIR / "keijiban").glob("*.txt"))]
    count = len(records) + len(table) + len(threads) + len(zip_texts())
    assert count == len(documents)
    assert count >= 300
    for row in [*records, *table]:
        assert row["text"] == documents[row["id"]].text
        assert row["licence"] == "CC0-1.0"
    assert all(b"\r\n" in thread and thread.decode("cp932") for thread in threads)


def test_the_whole_sample_stays_small() -> None:
    assert sum(len(data) for data in files_in(SAMPLE_DIR).values()) < 2_000_000


def test_four_records_are_there_for_the_quarantine(web_lines: list[str]) -> None:
    _, bad = web_records(web_lines)
    assert bad == 4


def test_one_archive_member_is_named_in_shift_jis() -> None:
    assert "月を売る男.txt" in zip_texts()
    assert "月を売る男".encode("cp932") in (SAMPLE_DIR / "aozora.zip").read_bytes()


@pytest.mark.parametrize("mark", ["《", "｜", "［＃", "※［＃", "底本："])
def test_the_stories_use_the_aozora_marks(mark: str) -> None:
    assert any(mark in text for text in zip_texts().values())


def test_written_documents_are_distinct(documents: dict[str, SampleDocument]) -> None:
    written = {id_: grams(d.text) for id_, d in documents.items() if d.case not in DERIVED}
    assert len(written) >= 150
    for (one, left), (other, right) in itertools.combinations(written.items(), 2):
        shared = len(left & right)
        assert shared < 0.5 * max(1, len(left) + len(right) - shared), (one, other)


def test_exact_copies_equal_their_originals(documents: dict[str, SampleDocument]) -> None:
    copies = of_case(documents, "exact_copy")
    assert len(copies) == 12
    assert all(copy.text == documents[copy.origin].text for copy in copies)


def test_near_copies_lie_in_their_range(documents: dict[str, SampleDocument]) -> None:
    found = [jaccard(d.text, documents[d.origin].text) for d in of_case(documents, "near_copy")]
    assert len(found) == 15
    assert all(0.82 <= value <= 0.98 for value in found)
    assert min(found) < 0.85
    assert max(found) > 0.95


def test_old_orthography_twins_differ_in_characters(documents: dict[str, SampleDocument]) -> None:
    twins = of_case(documents, "old_orthography")
    assert len(twins) == 6
    for twin in twins:
        assert 0.5 < jaccard(twin.text, documents[twin.origin].text) < 0.9


def test_half_width_copies_are_their_originals_after_nfkc(
    documents: dict[str, SampleDocument],
) -> None:
    copies = of_case(documents, "halfwidth_copy")
    assert copies
    for copy in copies:
        assert "ｰ" in copy.text
        assert jaccard(copy.text, documents[copy.origin].text) == 1.0


def test_some_mojibake_cannot_be_undone(documents: dict[str, SampleDocument]) -> None:
    broken = of_case(documents, "mojibake")
    assert len(broken) == 8
    assert 0 < sum("\ufffd" in document.text for document in broken) < 8


def test_one_site_repeats_its_footer(documents: dict[str, SampleDocument]) -> None:
    footer = "\n".join(FOOTER)
    assert sum(document.text.endswith(footer) for document in documents.values()) >= 25


def test_the_readme_counts_every_planted_case(documents: dict[str, SampleDocument]) -> None:
    readme = (PACKAGE / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `?([a-z_ ]+)`? \| (\d+) \|", readme, flags=re.MULTILINE)
    promised = {case: int(count) for case, count in rows}
    found = Counter(document.case or "ordinary" for document in documents.values())
    assert promised == dict(found) | {"bad records": 4}


def test_the_contents_table_names_places_that_exist() -> None:
    with (PACKAGE / "contents.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            assert (SAMPLE_DIR / row["place"].split("#")[0]).is_file()
