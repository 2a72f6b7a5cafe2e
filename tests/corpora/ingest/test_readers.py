"""Each format end to end: what becomes a document, what is quarantined and why."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from tests.corpora.ingest.conftest import NEKO, RECORDS, Ingested, jsonl
from tests.fuzz.limits import peak, peak_from_now

Ingest = Callable[..., Ingested]


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
        "j.jsonl": lines.decode().encode("cp932"),
        "k.jsonl": lines.decode().encode("utf-16-le"),
    }
    weighed = {"e.csv", "f.txt", "i.json", "j.jsonl", "k.jsonl"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    pq.write_table(pa.Table.from_pylist(RECORDS), tmp_path / "p.parquet")
    for name in [*files, "p.parquet"]:
        ingested = ingest(tmp_path / name)
        assert ingested.errors == [], name
        assert ingested.texts == [record["text"] for record in RECORDS], name
        metadata = [orjson.loads(document["metadata"]) for document in ingested.documents]
        assert [said["id"] for said in metadata] == [record["id"] for record in RECORDS], name
        sure = {said.get("encoding_confidence") for said in metadata}
        assert sure == {1.0 if name in weighed else None}, name
        assert ingested.files[0]["encoding_confidence"] in sure, name


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
    table = f"text\n{NEKO}\n"
    (tmp_path / "a.jsonl").write_bytes(line.encode() * 3 + line.encode("cp932"))
    (tmp_path / "b.csv").write_bytes(table.encode() + f"{NEKO}\n".encode("cp932"))
    for name, rows in (("a.jsonl", 4), ("b.csv", 2)):
        found = ingest(tmp_path / name).documents
        assert [document["text"] for document in found] == [NEKO] * rows
        assert [document["encoding"] for document in found] == ["utf-8"] * (rows - 1) + ["cp932"]
        sure = [orjson.loads(each["metadata"]).get("encoding_confidence") for each in found]
        assert sure == [None] * (rows - 1) + [1.0]


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


def test_how_sure_the_encoding_of_a_text_is(ingest: Ingest, tmp_path: Path) -> None:
    for name, data in {
        "name.txt": "東京".encode("cp932"),
        "prose.txt": NEKO.encode("euc_jp"),
        "wide.txt": (NEKO * 3).encode("utf-16-be"),
        "certain.txt": NEKO.encode(),
    }.items():
        (tmp_path / name).write_bytes(data)
    found = ingest(tmp_path).documents
    sure = {
        Path(document["source"]).stem: orjson.loads(document["metadata"]).get("encoding_confidence")
        for document in found
    }
    assert 0.5 < sure.pop("name") < 0.99
    assert sure == {"prose": 1.0, "wide": 1.0, "certain": None}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", f"<html><title>猫</title><body><p>{NEKO}</p></body></html>"),
        ("a.xml", f'<?xml version="1.0"?><doc><p>{NEKO}</p></doc>'),
        ("feed.xml", f"<rss><item><description>{NEKO}</description></item></rss>"),
        ("neko.1", f'.TH NEKO 1 "2020-01-01"\n.SH 名前\n{NEKO}\n'),
        ("a.txt", NEKO * 3),
        ("a.json", f'[{{"text": "{NEKO}"}}]'),
        ("a.jsonl", f'{{"text": "{NEKO}"}}\n{{"text": "{NEKO}", "n": 1}}\n'),
        ("a.csv", f"id,text\n1,{NEKO}\n"),
        ("wiki.xml", f"<mediawiki><page><title>猫</title><ns>0</ns><id>1</id><revision><id>2</id>"
                     f"<text>{NEKO}</text></revision></page></mediawiki>"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("codec", "encoding", "sure"),
    [("utf-16", "utf-16-le", None), ("utf-16-le", "utf-16-le", 1.0), ("cp932", "cp932", 1.0)],
)
def test_every_format_says_what_its_bytes_were_in(
    ingest: Ingest, tmp_path: Path, name: str, text: str, codec: str, encoding: str, sure: object
) -> None:
    (tmp_path / name).write_bytes(text.encode(codec))
    found = ingest(tmp_path / name).documents
    assert found
    for document in found:
        said = orjson.loads(document["metadata"])
        assert (document["encoding"], said.get("encoding_confidence")) == (encoding, sure)


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
