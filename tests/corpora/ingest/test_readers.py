"""Each format end to end: what becomes a document, what is quarantined and why."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from corpora.ingest import streams
from tests.corpora.ingest.conftest import NEKO, Ingested, jsonl
from tests.fuzz.limits import peak, peak_from_now

Ingest = Callable[..., Ingested]
RECORDS = [{"id": f"d{number}", "text": f"{number}番。{NEKO}"} for number in range(300)]


def test_the_same_records_in_every_container_give_the_same_texts(
    ingest: Ingest, tmp_path: Path
) -> None:
    lines = jsonl(*RECORDS)
    files = {
        "a.jsonl": lines,
        "not_gzip.jsonl.gz": lines,
        "b.jsonl.gz": gzip.compress(lines[:5_000]) + gzip.compress(lines[5_000:]),
        "c.zst": zstandard.compress(lines[:5_000])
        + b"\x50\x2a\x4d\x18\x04\0\0\0skip"
        + zstandard.compress(lines[5_000:]),
        "c.bz2": bz2.compress(lines[:5_000]) + bytes(9) + bz2.compress(lines[5_000:]) + bytes(9),
        "c.xz": lzma.compress(lines[:5_000]) + bytes(8) + lzma.compress(lines[5_000:]),
        "d.json": orjson.dumps(RECORDS, option=orjson.OPT_INDENT_2),
        "e.csv": ("id,text\r\n" + "".join(f'{r["id"]},"{r["text"]}"\r\n' for r in RECORDS)).encode(
            "cp932"
        ),
        "f.txt": ("id\ttext\n" + "".join(f"{r['id']}\t{r['text']}\n" for r in RECORDS)).encode(
            "euc_jp"
        ),
        "g.jsonl": b"".join(
            orjson.dumps(record).decode().encode("iso2022_jp") + b"\n" for record in RECORDS
        ),
        "h.jsonl": lines.decode().encode("utf-16"),
        "i.json": orjson.dumps({"data": RECORDS}).decode().encode("cp932"),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    pq.write_table(pa.Table.from_pylist(RECORDS), tmp_path / "p.parquet")
    for name in [*files, "p.parquet"]:
        ingested = ingest(tmp_path / name)
        assert ingested.errors == [], name
        assert ingested.texts == [record["text"] for record in RECORDS], name
        ids = [orjson.loads(document["metadata"])["id"] for document in ingested.documents]
        assert ids == [record["id"] for record in RECORDS], name


def test_fields_are_mapped_by_their_usual_names(ingest: Ingest, tmp_path: Path) -> None:
    record = {
        "本文": NEKO,
        "URL": "https://News.example.jp/1",
        "title": "猫",
        "license": "CC BY 4.0",
        "lang": "ja",
        "meta": {"published_at": "2024年1月2日", "domain": "文学", "doc_id": 7},
        "views": 3,
    }
    (tmp_path / "a.jsonl").write_bytes(jsonl(record, {"text": NEKO}))
    first, second = ingest(tmp_path / "a.jsonl", licence="CC0", domain="web").documents
    assert (first["url"], first["host"]) == ("https://News.example.jp/1", "news.example.jp")
    assert (first["title"], first["date"], first["language"]) == ("猫", "2024-01-02", "ja")
    assert (first["licence"], first["domain"]) == ("CC BY 4.0", "文学")
    assert orjson.loads(first["metadata"]) == {"meta": record["meta"], "views": 3, "id": 7}
    assert (second["licence"], second["domain"], second["locator"]) == (
        "CC0",
        "web",
        f"byte:{len(jsonl(record))}",
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param(b"null", "not-an-object", id="null"),
        pytest.param(b'"text only"', "not-an-object", id="string"),
        pytest.param(b'{"id":"a"}', "no-text", id="no text"),
        pytest.param(b'{"text":null}', "no-text", id="null text"),
        pytest.param(b'{"text":12}', "mistyped-text", id="number as text"),
        pytest.param(b'{"text":"a"', "invalid-json", id="cut"),
        pytest.param(b'{"text":"\xe3\x81"}', "undecodable", id="bad UTF-8"),
        pytest.param(b'{"text":"\\udc00"}', "lone-surrogate", id="lone surrogate"),
    ],
)
def test_a_bad_line_is_quarantined_and_its_neighbours_are_kept(
    ingest: Ingest, tmp_path: Path, line: bytes, reason: str
) -> None:
    good = jsonl({"text": NEKO})
    (tmp_path / "a.jsonl").write_bytes(good + line + b"\n\n" + good)
    ingested = ingest(tmp_path / "a.jsonl")
    assert ingested.texts == [NEKO, NEKO]
    (row,) = ingested.quarantine
    assert (row["reason"], row["locator"], row["bytes"]) == (reason, f"byte:{len(good)}", line)
    assert row["source"] == str(tmp_path / "a.jsonl")
    assert ingested.files[0]["quarantined"] == 1


def test_most_lines_may_be_bad(ingest: Ingest, tmp_path: Path) -> None:
    good = jsonl({"text": NEKO})
    (tmp_path / "a.jsonl").write_bytes(good + b'{"text":"cut\n' * 5 + good)
    ingested = ingest(tmp_path / "a.jsonl")
    assert ingested.texts == [NEKO, NEKO]
    assert ingested.files[0]["reasons"] == {"invalid-json": 5}


def test_a_legacy_line_in_a_utf8_file_is_decoded(ingest: Ingest, tmp_path: Path) -> None:
    line = f'{{"text":"{NEKO}"}}\n'
    (tmp_path / "a.jsonl").write_bytes(line.encode() * 3 + line.encode("cp932"))
    ingested = ingest(tmp_path / "a.jsonl")
    assert ingested.texts == [NEKO] * 4
    assert [document["encoding"] for document in ingested.documents][-1] == "cp932"


def test_json_with_sentences_is_one_document_a_file(ingest: Ingest, tmp_path: Path) -> None:
    value = {
        "header": {"document_id": "E1", "document_name": "株式会社言蔵"},
        "sentences": [
            {"sentence_id": 0, "sentence": "売上は増えた", "opinions": []},
            {"sentence_id": 1, "sentence": "利益は減った", "opinions": []},
        ],
    }
    (tmp_path / "a.json").write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2))
    (document,) = ingest(tmp_path / "a.json").documents
    assert document["text"] == "売上は増えた\n利益は減った"
    assert document["title"] == "株式会社言蔵"
    metadata = orjson.loads(document["metadata"])
    assert (metadata["id"], len(metadata["sentences"])) == ("E1", 2)


def test_csv_keeps_quoted_line_ends_and_quarantines_odd_rows(
    ingest: Ingest, tmp_path: Path
) -> None:
    rows = "".join(f'{n},"一行目、{n}\n二行目""引用"""\n' for n in range(30))
    (tmp_path / "data").write_text("番号,感想文\n" + rows + "1,2,3\n", encoding="utf-8")
    ingested = ingest(tmp_path / "data")
    assert len(ingested.texts) == 30
    assert ingested.texts[0] == '一行目、0\n二行目"引用"'
    assert ingested.reasons == ["bad-row"]
    assert ingested.files[0]["format"] == "csv"


def test_a_news_article_gives_url_date_and_title(ingest: Ingest, tmp_path: Path) -> None:
    text = f"http://news.example.jp/1/\n2012-05-01T10:00:00+0900\n見出し\n{NEKO}\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (document,) = ingest(tmp_path / "a.txt").documents
    assert (document["text"], document["title"]) == (f"{NEKO}\n", "見出し")
    assert (document["host"], document["date"]) == ("news.example.jp", "2012-05-01T10:00:00+0900")


def test_prose_with_commas_and_brackets_is_plain_text(ingest: Ingest, tmp_path: Path) -> None:
    texts = {
        "a": "One, two and three.\nFour, five.\nSix.\n",
        "b": "[注] これは注である。\n{波括弧}も文のうち。\n",
        "c": "<見出し>で始まる文\n",
        "d": "http://news.example.jp/1/\n2012-05-01T10:00:00+0900\n見出しだけの記事\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        (document,) = ingest(tmp_path / name).documents
        assert (document["format"], document["text"]) == ("text", text)


def test_a_large_text_is_read_in_pieces(
    ingest: Ingest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpora.ingest.readers.text.MAX_RECORD_BYTES", 10_000)
    monkeypatch.setattr("corpora.ingest.readers.text._PIECE", 1_000)
    text = "".join(f"{number}。{NEKO}\n\n" for number in range(300))
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    ingested = ingest(tmp_path / "a.txt")
    assert len(ingested.texts) > 10
    assert "".join(text + "\n" for text in ingested.texts) == text
    assert len({document["id"] for document in ingested.documents}) == len(ingested.texts)


def test_a_line_of_a_quarter_gigabyte_is_never_held(ingest: Ingest, tmp_path: Path) -> None:
    """Sparse, so that it takes no disk; the good lines around it are read."""
    with (tmp_path / "a.jsonl").open("wb") as file:
        file.write(jsonl({"text": NEKO}) + b'{"text":"')
        file.seek(256 << 20)
        file.write(b'"}\n' + jsonl({"text": NEKO}))
    before = peak_from_now()
    ingested = ingest(tmp_path / "a.jsonl")
    assert (ingested.texts, ingested.reasons) == ([NEKO, NEKO], ["too-large"])
    assert len(ingested.quarantine[0]["bytes"]) == 4_096
    assert peak() - before < 100 << 20


# -- parquet -------------------------------------------------------------------------------


def test_parquet_columns_of_every_kind_are_read(ingest: Ingest, tmp_path: Path) -> None:
    table = pa.table(
        {
            "感想": pa.array([NEKO, None, "", "短い"]),
            "種類": pa.array(["a", "b", "a", "b"]).dictionary_encode(),
            "日時": pa.array([0, 1, 2, 3], pa.timestamp("s")),
            "meta": pa.array([{"url": "https://example.jp/"}] * 4),
        }
    )
    pq.write_table(table, tmp_path / "a")
    ingested = ingest(tmp_path / "a")
    assert ingested.texts == [NEKO, "短い"]
    assert ingested.reasons == ["no-text", "no-text"]
    assert ingested.documents[0]["host"] == "example.jp"
    assert orjson.loads(ingested.documents[0]["metadata"])["日時"].startswith("1970-01-01")


def test_times_that_python_has_none_of_spoil_nothing(ingest: Ingest, tmp_path: Path) -> None:
    far = 2**62
    columns = {
        "text": [NEKO],
        "細": pa.array([1], pa.timestamp("ns")),
        "遠": pa.array([far], pa.timestamp("us")),
        "長": pa.array([far], pa.int64()).cast(pa.duration("s")),
        "日": pa.array([2**31 - 1], pa.int32()).cast(pa.date32()),
        "何処": pa.array([1], pa.timestamp("us", "Nowhere/Land")),
        "中": pa.array([[far]], pa.list_(pa.timestamp("us"))),
    }
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    (document,) = ingest(tmp_path / "a.parquet").documents
    assert orjson.loads(document["metadata"]) == {
        "細": "1970-01-01T00:00:00", "遠": far, "長": far, "日": 2**31 - 1, "何処": 1,
    }  # fmt: skip


def test_binary_text_columns_are_decoded(ingest: Ingest, tmp_path: Path) -> None:
    cells = [NEKO.encode("cp932"), b"\xff\x80\x00\x01\x02" * 9, NEKO.encode()]
    pq.write_table(pa.table({"text": pa.array(cells, pa.binary())}), tmp_path / "a.parquet")
    ingested = ingest(tmp_path / "a.parquet")
    assert ingested.texts == [NEKO, NEKO]
    assert len(ingested.reasons) == 1


def test_one_oversized_cell_does_not_spoil_its_file(
    ingest: Ingest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpora.ingest.parquet_process.MAX_RECORD_BYTES", 1_000)
    pq.write_table(pa.table({"text": [NEKO, "あ" * 2_000, NEKO]}), tmp_path / "a.parquet")
    ingested = ingest(tmp_path / "a.parquet")
    assert (ingested.texts, ingested.reasons) == ([NEKO, NEKO], ["too-large"])
    assert ingested.quarantine[0]["locator"] == "row:1"


def test_damaged_parquet_is_one_file_error_and_the_next_file_is_read(
    ingest: Ingest, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    pq.write_table(pa.table({"text": [NEKO] * 5_000}), folder / "b.parquet", compression="none")
    data = bytearray((folder / "b.parquet").read_bytes())
    (folder / "a.parquet").write_bytes(data[:-20])
    data[200] ^= 0xFF
    (folder / "c.parquet").write_bytes(data)
    ingested = ingest(folder)
    by_name = {Path(file["path"]).name: file for file in ingested.files}
    assert "Parquet" in by_name["a.parquet"]["error"]
    assert by_name["b.parquet"]["documents"] == 5_000


def _claiming(rows: int) -> bytes:
    """Parquet whose footer says that its three rows are so many (Thrift's compact protocol)."""
    target = io.BytesIO()
    pq.write_table(pa.table({"text": [NEKO] * 3}), target, use_dictionary=False)
    data = target.getvalue()
    size = int.from_bytes(data[-8:-4], "little")
    number, claimed = 2 * rows, b""
    while number > 0x7F:
        claimed, number = claimed + bytes([number & 0x7F | 0x80]), number >> 7
    footer = data[-8 - size : -8].replace(b"\x16\x06", b"\x16" + claimed + bytes([number]))
    return data[: -8 - size] + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def _with_a_wrong_checksum() -> bytes:
    target = io.BytesIO()
    table = pa.table({"text": [NEKO] * 3})
    pq.write_table(
        table,
        target,
        use_dictionary=False,
        compression="none",
        write_page_checksum=True,
        write_statistics=False,
    )
    return target.getvalue().replace(NEKO.encode(), NEKO[::-1].encode(), 1)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_claiming(10**9), id="a billion values"),
        pytest.param(_with_a_wrong_checksum(), id="checksum"),
    ],
)
def test_parquet_that_lies_fails_and_costs_nothing_else(
    ingest: Ingest, tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "a.parquet").write_bytes(data)
    pq.write_table(pa.table({"text": [NEKO]}), tmp_path / "b.parquet")
    ingested = ingest(tmp_path / "a.parquet", tmp_path / "b.parquet")
    assert ingested.texts[-1:] == [NEKO]
    assert [bool(file["error"]) for file in ingested.files] == [True, False]


def test_a_parquet_reader_that_dies_is_a_file_error(
    ingest: Ingest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child.py"
    child.write_text("import os, sys\nsys.stdin.readline()\nos.kill(os.getpid(), 9)\n")
    monkeypatch.setattr("corpora.ingest.parquet_process._CHILD", child)
    pq.write_table(pa.table({"text": [NEKO]}), tmp_path / "a.parquet")
    (error,) = ingest(tmp_path / "a.parquet").errors
    assert "was stopped (memory or CPU limit, status -9)" in error


# -- compression and archives --------------------------------------------------------------

#: Records of 2 KB that do not compress away, so that every compression has several blocks.
NOISY = [
    record | {"noise": random.Random(number).randbytes(1_000).hex()}
    for number, record in enumerate(RECORDS)
]


def _small_blocks(data: bytes) -> bytes:
    return bz2.compress(data, 1)


@pytest.mark.parametrize(
    ("pack", "kind"), [(gzip.compress, "gzip"), (_small_blocks, "bzip2"), (lzma.compress, "xz")]
)
def test_a_cut_file_keeps_what_was_whole(
    ingest: Ingest, tmp_path: Path, pack: Callable[[bytes], bytes], kind: str
) -> None:
    data = pack(jsonl(*NOISY))
    (tmp_path / "a.jsonl.gz").write_bytes(data[: len(data) * 2 // 3])
    ingested = ingest(tmp_path / "a.jsonl.gz")
    assert 100 < len(ingested.documents) < 300
    assert f"the {kind} data is cut short; what came before the cut was read" in ingested.errors[0]


@pytest.mark.parametrize(
    ("pack", "byte", "lost"),
    [(gzip.compress, -6, 0), (_small_blocks, -6, 2), (lzma.compress, -20, 2)],
)
def test_a_wrong_checksum_keeps_what_came_before_and_says_so(
    ingest: Ingest, tmp_path: Path, pack: Callable[[bytes], bytes], byte: int, lost: int
) -> None:
    data = bytearray(pack(jsonl(*NOISY)))
    data[byte] ^= 0xFF
    (tmp_path / "a.gz").write_bytes(data)
    ingested = ingest(tmp_path / "a.gz")
    assert len(ingested.documents) >= 300 - lost
    assert "damaged" in ingested.errors[0]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_bytes_after_compressed_data_are_a_warning(
    ingest: Ingest, tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    (tmp_path / "a.gz").write_bytes(pack(jsonl(*RECORDS)) + b"\0" * 512 + b"junk")
    ingested = ingest(tmp_path / "a.gz")
    assert (len(ingested.documents), ingested.errors) == (300, [])
    assert "ignored" in ingested.files[0]["warning"]


def test_a_cut_text_is_shown_but_kept_out(ingest: Ingest, tmp_path: Path) -> None:
    data = gzip.compress((NEKO * 50).encode())
    (tmp_path / "a.txt.gz").write_bytes(data[:-20])
    ingested = ingest(tmp_path / "a.txt.gz")
    assert (ingested.texts, ingested.reasons) == ([], ["truncated"])
    assert "cut short" in ingested.errors[0]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, bz2.compress, lzma.compress])
def test_a_bomb_is_stopped(
    ingest: Ingest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pack: Callable[[bytes], bytes],
) -> None:
    monkeypatch.setattr(streams, "BOMB_FLOOR", 1 << 20)
    (tmp_path / "a").write_bytes(pack(b"A" * (30 << 20)))
    ingested = ingest(tmp_path / "a")
    assert ingested.documents == []
    assert "bomb" in ingested.errors[0]


def zipped(members: dict[str, bytes], **flags: Any) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def test_members_of_an_archive_are_read_each_by_its_content(ingest: Ingest, tmp_path: Path) -> None:
    table = io.BytesIO()
    pq.write_table(pa.table({"text": [NEKO]}), table)
    members = {
        "a.txt": NEKO.encode("cp932"),
        "b/c.jsonl": jsonl({"text": NEKO}),
        "p.parquet": table.getvalue(),
        "x.bin": b"\x00\x01\x02\x03\xff" * 99,
        "inner.7z": b"7z\xbc\xaf\x27\x1c" + b"x" * 50,
    }
    (tmp_path / "a.zip").write_bytes(zipped(members))
    ingested = ingest(tmp_path / "a.zip")
    assert ingested.texts == [NEKO] * 3
    assert [document["source"].split("#")[1] for document in ingested.documents] == [
        "a.txt",
        "b/c.jsonl",
        "p.parquet",
    ]
    assert ingested.documents[1]["locator"] == "member:b/c.jsonl;byte:0"
    assert sorted(ingested.reasons) == ["binary", "unreadable-member"]
    assert ingested.files[0]["format"] == "zip"


def test_member_names_in_shift_jis_are_decoded(ingest: Ingest, tmp_path: Path) -> None:
    raw = "表示ソ.txt".encode("cp932")
    data = zipped({"x" * len(raw): NEKO.encode()}).replace(b"x" * len(raw), raw)
    (tmp_path / "a.zip").write_bytes(data)
    (document,) = ingest(tmp_path / "a.zip").documents
    assert document["source"].endswith("a.zip#表示ソ.txt")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_of_the_same_name_have_ids_of_their_own(ingest: Ingest, tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", NEKO)
        archive.writestr("a.txt", NEKO)
    (tmp_path / "a.zip").write_bytes(target.getvalue())
    documents = ingest(tmp_path / "a.zip").documents
    assert len({document["id"] for document in documents}) == 2


def _with_link() -> bytes:
    info = zipfile.ZipInfo("link")
    info.external_attr = 0o120777 << 16
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(zipped({"../../evil.txt": b"a"}), "leaves the archive", id="climbs"),
        pytest.param(zipped({"/abs.txt": b"a"}), "leaves the archive", id="absolute"),
        pytest.param(_with_link(), "is a link", id="link"),
        pytest.param(zipped({"a.txt": NEKO.encode()})[:-30], "no whole zip archive", id="cut"),
        pytest.param(zipped({"[Content_Types].xml": b"<a/>"}), "office document", id="office"),
        pytest.param(zipped({"a" * 4_096: b"a"}), "longer than 1,000", id="long name"),
        pytest.param(zipped({str(n): b"" for n in range(9)}), "9 members, more than 8", id="many"),
        pytest.param(
            zipped({"a": b"a"})[:-10] + b"\xff\xff\xff\x0f" + bytes(6),
            "its directory has 268,435,455 bytes",
            id="a million entries",
        ),
    ],
)
def test_hostile_archives_are_refused_whole(
    ingest: Ingest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, why: str
) -> None:
    monkeypatch.setattr("corpora.ingest.archives.MAX_MEMBERS", 8)
    (tmp_path / "a.zip").write_bytes(data)
    ingested = ingest(tmp_path / "a.zip")
    assert ingested.documents == []
    assert why in ingested.errors[0]


# -- what is not read ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "what"),
    [
        pytest.param(bz2.compress(bz2.compress(b"a")), "bzip2 data inside", id="bzip2 in bzip2"),
        pytest.param(bz2.compress(lzma.compress(b"a")), "xz data inside", id="xz in bzip2"),
        pytest.param(b"%PDF-1.7\n", "PDF", id="PDF"),
        pytest.param(b"\x80\x04\x95\x10\0\0\0", "pickle", id="pickle"),
        pytest.param("710:1:梟\n710:2:木菟: 鳥\n".encode(), "the index of a", id="a dump's index"),
        pytest.param(gzip.compress(gzip.compress(b"a")), "gzip data inside", id="gzip in gzip"),
    ],
)
def test_formats_that_are_not_read_are_refused_by_name(
    ingest: Ingest, tmp_path: Path, data: bytes, what: str
) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    ingested = ingest(tmp_path / "a.txt")
    assert (ingested.documents, ingested.quarantine) == ([], [])
    assert what in ingested.errors[0]


def test_a_person_may_insist_on_a_format(ingest: Ingest, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>猫</p>", encoding="utf-8")
    assert ingest(tmp_path / "a.html", format="text").texts == ["<p>猫</p>"]


@pytest.mark.parametrize("data", [b"", gzip.compress(b"")], ids=["empty", "gzip of nothing"])
def test_an_empty_file_is_no_document_and_no_error(
    ingest: Ingest, tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "a.jsonl").write_bytes(data)
    ingested = ingest(tmp_path / "a.jsonl")
    assert (ingested.documents, ingested.quarantine, ingested.errors) == ([], [], [])
