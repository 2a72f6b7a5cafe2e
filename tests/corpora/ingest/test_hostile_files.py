"""Every file of the shared folder ``hostile``: what its manifest hopes for is what comes out."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

from corpora.plans import IngestPlan, Outcome
from corpora.stages import execute
from corpora.storage import Store
from tests.conftest import SHARED_CORPORA
from tests.corpora.ingest.conftest import Ingested, read_back

HOSTILE = SHARED_CORPORA / "hostile"
MANIFEST = HOSTILE / "MANIFEST.tsv"
SAID = "吾輩は猫である。名前はまだ無い。"


@dataclass(frozen=True, kw_only=True)
class Expected:
    documents: int = 1
    #: Reason -> records.
    quarantined: dict[str, int] = field(default_factory=dict)
    #: Part of the file's error, and of its warning.
    error: str = ""
    warning: str = ""
    format: str = "text"
    #: Of the first document.
    encoding: str | None = "utf-8"
    text: str = SAID
    metadata: dict[str, Any] = field(default_factory=dict)


def _nothing(**said: Any) -> Expected:
    return Expected(documents=0, encoding=None, text="", **said)


def _lines(**said: Any) -> Expected:
    return Expected(documents=500, format="jsonl", text=f"0番。{SAID}", **said)


_DAMAGED = "damaged or cut records: 1; the others were read"
_WRONG_LENGTH = Expected(
    documents=2, quarantined={"bad-record": 1}, error=_DAMAGED, format="warc", encoding="cp932"
)
_BAD_LINES = {
    "invalid-json": 5, "not-an-object": 3, "no-text": 2, "mistyped-text": 1, "duplicate-key": 1,
    "lone-surrogate": 1, "huge-number": 1, "undecodable": 3,
}  # fmt: skip

EXPECTED = {
    "truncated.jsonl.gz": Expected(
        documents=320, format="jsonl", text=f"0番。{SAID}", error="gzip data is cut short"
    ),
    "multi_member.jsonl.gz": _lines(),
    "trailing_garbage.jsonl.gz": _lines(warning="after the end of the gzip data"),
    "bad_crc.jsonl.gz": _lines(error="incorrect data check"),
    "not_gzip.jsonl.gz": _lines(),
    "empty.jsonl.gz": _nothing(),
    "empty_member.jsonl.gz": _nothing(),
    # Its first block ends behind the cut.
    "truncated.jsonl.zst": _nothing(error="the zstd data is cut short"),
    "multi_frame.jsonl.zst": _lines(),
    "long_window.jsonl.zst": _lines(),
    "bad_lines.jsonl": Expected(documents=8, format="jsonl", quarantined=_BAD_LINES),
    "utf8_bom_crlf.txt": Expected(encoding="utf-8-sig", metadata={"line_ends": "crlf"}),
    "cr_only.txt": Expected(encoding="cp932", metadata={"line_ends": "cr"}),
    "nul_bytes.txt": Expected(encoding="cp932", metadata={"nul_removed": 210}),
    "mixed_encodings.txt": Expected(
        metadata={"encodings": {"cp932": 695, "euc_jp": 695, "iso2022_jp": 725, "utf-8": 1040}}
    ),
    "truncated_multibyte.txt": Expected(encoding="cp932", metadata={"truncated_bytes": 1}),
    "truncated_utf8.txt": Expected(metadata={"truncated_bytes": 1}),
    "iso2022jp_no_reset.txt": Expected(encoding="iso2022_jp"),
    "iso2022jp_halfkana.txt": Expected(encoding="iso2022_jp", text="日本語ｶﾅｶﾅ"),
    "cp932_specials.txt": Expected(encoding="cp932", text="①②③ⅣⅤ㈱㍻№㎡髙﨑～∥－￢ｶﾞｷﾞｸ"),
    "eucjp_ms.txt": Expected(encoding="euc_jp", text="①②漢字かな丂ｶｷ"),
    "sjis_backslash.txt": Expected(encoding="cp932", text="表示能力ソ予約ポ暴露十貼申\\n構文"),
    "mojibake_utf8_as_cp932.txt": _nothing(quarantined={"replacement-characters": 1}),
    "mojibake_utf8_as_latin1.txt": Expected(metadata={"repaired": "utf-8 read as latin-1"}),
    "mojibake_sjis_as_latin1.txt": Expected(metadata={"repaired": "cp932 read as latin-1"}),
    "double_utf8.txt": _nothing(quarantined={"mojibake": 1}),
    "replacement_chars.txt": _nothing(quarantined={"replacement-characters": 1}),
    # These are texts; what they are worth is for the stages behind to say.
    "nfd_dakuten.txt": Expected(text="吾輩は猫て\u3099ある"),
    "halfwidth_kana.txt": Expected(text="ﾆﾎﾝｺﾞﾉ"),
    "invisible.txt": Expected(text="吾\ufeff輩\u00adは\u202e猫"),
    "pua_gaiji.txt": Expected(text="外字\ue000\ue001\uf8ff\U000f0000異体字"),
    "huge_single_line.txt.gz": Expected(),
    "huge_one_char.txt.gz": Expected(text="ああああ"),
    "kaomoji_aa.txt": Expected(encoding="cp932", text="　　∧＿∧"),
    "repeat_line.txt": Expected(text="続きを読む\n続きを読む"),
    "zh_not_ja.txt": Expected(text="今天天气很好"),
    "kanji_only_ja.txt": Expected(text="東京都千代田区"),
    "ko_not_ja.txt": Expected(text="오늘은 날씨가"),
    "filename_テスト\u3099.txt": Expected(),
    "bomb.jsonl.gz": _nothing(format="jsonl", error="looks like a decompression bomb"),
    "empty.txt": _nothing(),
    "only_spaces.txt": _nothing(quarantined={"no-text": 1}),
    "binary.txt": _nothing(quarantined={"binary": 1}),
    "sjis_names.zip": Expected(documents=3, format="zip", encoding="cp932"),
    "slip.zip": _nothing(format="zip", error="a member's name leaves the archive"),
    "truncated.zip": _nothing(format="zip", error="no whole zip archive"),
    "truncated.parquet": _nothing(format="parquet", error="not readable as Parquet"),
    "binary_text_column.parquet": Expected(
        quarantined={"no-text": 2}, format="parquet", encoding="cp932"
    ),
    "other_column_name.parquet": Expected(quarantined={"no-text": 2}, format="parquet"),
    "zero_rows.parquet": _nothing(format="parquet"),
    "length_too_long.warc": _WRONG_LENGTH,
    "length_negative.warc": _WRONG_LENGTH,
    "length_missing.warc": _WRONG_LENGTH,
    "no_http_header_end.warc": _nothing(format="warc", quarantined={"bad-http": 1}),
    "sjis_in_http_header.warc": Expected(
        quarantined={"bad-record": 1}, error=_DAMAGED, format="warc", encoding="cp932"
    ),
    # Its block is shorter than it says: the line ends were CRLF when that was written.
    "lf_only.warc": _nothing(format="warc", quarantined={"truncated": 1}, error=_DAMAGED),
    "bad_content_encoding.warc": Expected(format="warc", encoding="cp932"),
    "meta_lies.html": Expected(format="html", encoding="cp932"),
    "meta_late.html": Expected(format="html", encoding="euc_jp"),
    "deep.html": Expected(format="html"),
    "unclosed.html": Expected(format="html"),
    "entities.html": Expected(format="html", text="はな\u00a0&#12354;\ufffd\ufffd&ruby;漢吾輩"),
    "cut.xml.bz2": Expected(format="mediawiki", error="ends before its closing tag"),
    "cut_container.xml.bz2": _nothing(
        quarantined={"truncated": 1}, error="the bzip2 data is cut short"
    ),
    "billion_laughs.xml": _nothing(format="mediawiki", error="a document type of its own"),
    "aozora_broken.txt": Expected(format="aozora", encoding="cp932", text=f"《閉じない{SAID}"),
}


def manifest() -> list[str]:
    """The files that the manifest names; one that says what is missing where it is not there."""
    if not MANIFEST.is_file():
        return [str(MANIFEST)]
    with MANIFEST.open(encoding="utf-8", newline="") as lines:
        return [row["file"] for row in csv.DictReader(lines, delimiter="\t")]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    """All of them, by one run."""
    if not MANIFEST.is_file():
        pytest.skip(f"the shared corpora are not at {SHARED_CORPORA} (KOTOGURA_SHARED_CORPORA)")
    store = Store(tmp_path_factory.mktemp("hostile"))
    plan = IngestPlan(paths=(str(HOSTILE),))
    results: dict[str, list[Outcome]] = {}
    for stage in plan.stages:
        results[stage] = [
            Outcome(part=unit.part, result=execute(unit, store))
            for unit in plan.units(stage, results)
        ]
    return read_back([found.result for found in results["ingest"] if found.result], store)


@pytest.mark.parametrize("name", manifest())
def test_a_hostile_file_gives_what_is_expected(read: Ingested, name: str) -> None:
    path = str(HOSTILE / name)
    expected = EXPECTED[name]
    (account,) = [file for file in read.files if file["path"] == path]
    documents = [row for row in read.documents if row["source"].partition("#")[0] == path]
    rejected = [row for row in read.quarantine if row["source"].partition("#")[0] == path]
    first = documents[0] if documents else {"text": "", "metadata": "{}"}
    metadata = orjson.loads(first["metadata"])
    assert expected == Expected(
        documents=account["documents"],
        quarantined=dict(Counter(row["reason"] for row in rejected)),
        error=expected.error if expected.error in (account["error"] or "") else account["error"],
        warning=expected.warning if expected.warning in (account["warning"] or "") else "another",
        format=account["format"],
        encoding=account["encoding"],
        text=first["text"][: len(expected.text)],
        metadata={key: metadata.get(key) for key in expected.metadata},
    )
    assert bool(expected.error) == bool(account["error"])
    assert bool(expected.warning) == bool(account["warning"])
    assert (len(documents), len(rejected)) == (account["documents"], account["quarantined"])


def test_the_neighbours_of_bad_lines_are_kept(read: Ingested) -> None:
    rows = [row for row in read.documents if row["source"] == str(HOSTILE / "bad_lines.jsonl")]
    ids = {orjson.loads(row["metadata"]).get("id") for row in rows}
    assert {"ok1", "ok2", "lastnonl"} <= ids


def test_nothing_of_an_archive_lies_outside_the_store(read: Ingested) -> None:
    outside = [Path("/etc/evil.txt"), Path("/abs/evil.txt"), HOSTILE.parent / "evil.txt"]
    assert [path for path in outside if path.exists()] == []
