"""WARC, WET and ARC: what becomes a document, with what provenance, and what damage costs."""

from __future__ import annotations

import base64
import bz2
import gzip
import hashlib
import random
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import orjson
import pyarrow as pa
import pytest
import zstandard

from corpora.documents import MAX_RECORD_BYTES
from tests.corpora.ingest import web_archives as make
from tests.corpora.ingest.conftest import Ingested
from tests.corpora.ingest.web_archives import (
    NEKO,
    arc,
    arc_begin,
    by_frame,
    by_member,
    http,
    numbered,
    page,
    record,
    with_dictionary,
)  # fmt: skip
from tests.fuzz.limits import limited

Ingest = Callable[..., Ingested]


def told(ingested: Ingested) -> list[int]:
    """Which of the numbered pages became documents."""
    return [int(text.partition("番目")[0]) for text in ingested.texts]


def whole(records: list[bytes]) -> bytes:
    return gzip.compress(b"".join(records))


CONTAINERS = [
    pytest.param("a.warc", b"".join, id="plain"),
    pytest.param("a.warc.gz", by_member, id="a gzip member a record"),
    pytest.param("a.warc.gz", whole, id="gzip of the whole"),
    pytest.param("a.warc.zst", by_frame, id="a zstd frame a record"),
    pytest.param("a.warc.zst", with_dictionary, id="zstd with a dictionary"),
]


def bzip2(records: list[bytes]) -> bytes:
    return bz2.compress(b"".join(records))


@pytest.mark.parametrize(
    ("name", "pack"), [*CONTAINERS, pytest.param("a.warc.bz2", bzip2, id="bzip2")]
)
def test_every_container_gives_the_same_pages(
    ingest: Ingest, tmp_path: Path, name: str, pack: Callable[[list[bytes]], bytes]
) -> None:
    (tmp_path / name).write_bytes(pack(numbered(6)))
    ingested = ingest(tmp_path / name)
    assert (told(ingested), ingested.errors) == ([0, 1, 2, 3, 4, 5], [])
    assert len({document["locator"] for document in ingested.documents}) == 6
    assert {document["format"] for document in ingested.documents} == {"warc"}


def test_a_locator_says_where_the_member_lies(ingest: Ingest, tmp_path: Path) -> None:
    data = by_member(numbered(3))
    (tmp_path / "a.warc.gz").write_bytes(data)
    place = ingest(tmp_path / "a.warc.gz").documents[1]["locator"]
    offset = int(place.removeprefix("stored:"))
    assert zlib.decompressobj(31).decompress(data[offset:]) == numbered(3)[1]


def test_where_a_page_came_from_is_kept(ingest: Ingest, tmp_path: Path) -> None:
    head = '<meta name="robots" content="noai"><link rel=license href="https://example.jp/cc0">'
    block = http(
        page(NEKO, head=head).encode(), "X-Robots-Tag: gptbot: noimageai, noarchive",
        "TDM-Reservation: 1", type="text/html; charset=UTF-8",
    )  # fmt: skip
    (tmp_path / "a.warc").write_bytes(record(block, url="<http://www.example.jp/猫>"))
    (document,) = ingest(tmp_path / "a.warc").documents
    assert (document["url"], document["host"]) == ("http://www.example.jp/猫", "www.example.jp")
    assert (document["title"], document["licence"]) == ("題", "https://example.jp/cc0")
    assert document["date"] == "2024-05-01T12:30:00Z"
    metadata = orjson.loads(document["metadata"])
    assert metadata.pop("id").startswith("urn:uuid:")
    assert metadata == {
        "fetched": "2024-05-01T12:30:00Z",
        "content_type": "text/html; charset=UTF-8",
        "robots": ["gptbot: noimageai", "noarchive", "tdm-reservation", "noai"],
        "opt_out": ["noai", "noimageai", "tdm-reservation"],
    }


@pytest.mark.parametrize("label", ["Shift_JIS", "EUC-JP", "UTF-8", "ISO-8859-1", "no-such", None])
@pytest.mark.parametrize("codec", ["cp932", "euc_jp", "utf-8", "iso2022_jp"])
def test_a_page_is_decoded_as_what_it_is(
    ingest: Ingest, tmp_path: Path, codec: str, label: str | None
) -> None:
    type = f"text/html; charset={label}" if label else "text/html"
    (tmp_path / "a.warc").write_bytes(record(http(page(NEKO).encode(codec), type=type)))
    (document,) = ingest(tmp_path / "a.warc").documents
    assert NEKO in document["text"]
    assert document["encoding"] == codec


def chunked(data: bytes, size: int = 100, end: bytes = b"0\r\n\r\n") -> bytes:
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x;x=1\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + end


PAGE = page(NEKO).encode()
PACKED = gzip.compress(PAGE)
CHUNKED = "transfer-encoding: Chunked"
GZIPPED = "CONTENT-ENCODING:\r\n gzip"
RAW_DEFLATE = zlib.compress(PAGE, wbits=-15)
BROTLI = pa.compress(PAGE, codec="brotli", asbytes=True)


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(http(chunked(PAGE), CHUNKED), id="in chunks"),
        pytest.param(http(chunked(PACKED), CHUNKED, GZIPPED), id="in chunks, gzip"),
        pytest.param(http(zlib.compress(PAGE), "Content-Encoding: deflate"), id="deflate"),
        pytest.param(http(RAW_DEFLATE, "Content-Encoding: deflate"), id="raw deflate"),
        pytest.param(http(BROTLI, "Content-Encoding: br"), id="brotli"),
        pytest.param(
            http(zstandard.compress(PAGE), "Content-Encoding: zstd"), id="zstd"
        ),
        pytest.param(http(gzip.compress(PACKED), "Content-Encoding: gzip, gzip"), id="gzip twice"),
        pytest.param(http(PAGE, CHUNKED, "Content-Encoding: br"), id="decoded before it was kept"),
        pytest.param(http(PAGE, GZIPPED), id="says gzip and is not"),
        pytest.param(http(PAGE, "Content-Encoding: UTF-8"), id="no such coding"),
        pytest.param(http(PAGE, type=""), id="no type"),
        pytest.param(http(PAGE, type="text/plain"), id="a page called plain text"),
        pytest.param(http(PACKED, GZIPPED, type="application/octet-stream"), id="unknown type"),
        pytest.param(http(PAGE, status="203 Non-Authoritative"), id="203"),
        pytest.param(http(PAGE, *[f"X-{n}: {n}" for n in range(10_000)]), id="10,000 headers"),
        pytest.param(http(PAGE).replace(b"\r\n", b"\n"), id="line feeds alone"),
        pytest.param(PAGE, id="no HTTP headers"),
    ],
)  # fmt: skip
def test_a_body_is_what_was_sent(ingest: Ingest, tmp_path: Path, block: bytes) -> None:
    (tmp_path / "a.warc").write_bytes(record(block))
    ingested = ingest(tmp_path / "a.warc")
    assert [NEKO in text for text in ingested.texts] == [True]
    assert "<" not in ingested.texts[0]


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        pytest.param(http(chunked(PAGE)[:230] + b"zz\r\n", CHUNKED), "bad-http", id="bad chunk"),
        pytest.param(http(chunked(PAGE)[:250], CHUNKED), "bad-http", id="cut in a chunk"),
        pytest.param(http(PACKED[:90], GZIPPED), "bad-http", id="cut gzip"),
        pytest.param(http(b"\x1b\0\xff\0" * 9, "Content-Encoding: br"), "bad-http", id="no brotli"),
        pytest.param(
            http(gzip.compress(b"<html>" + b" " * MAX_RECORD_BYTES), GZIPPED), "bad-http", id="bomb"
        ),
        pytest.param(b"HTTP/1.1 200 OK\r\nA: b", "bad-http", id="headers without an end"),
        pytest.param(b"HTTP/1.1 fine\r\n\r\nx", "bad-http", id="no status"),
        pytest.param(http(b""), "no-text", id="nothing"),
        pytest.param(http(bytes(range(256)) * 9), "binary", id="no text"),
        pytest.param(
            http(b"<html>" + b"x" * MAX_RECORD_BYTES), "too-large", id="beyond the limit"
        ),
    ],
)  # fmt: skip
def test_a_bad_message_costs_only_itself(
    ingest: Ingest, tmp_path: Path, block: bytes, reason: str
) -> None:
    (tmp_path / "a.warc").write_bytes(record(block) + numbered(1)[0])
    ingested = ingest(tmp_path / "a.warc")
    assert (told(ingested), ingested.reasons, ingested.errors) == ([0], [reason], [])


def test_what_says_itself_that_it_is_cut_is_kept(ingest: Ingest, tmp_path: Path) -> None:
    block = http(chunked(gzip.compress(page(NEKO * 50).encode()))[:-40], CHUNKED, GZIPPED)
    (tmp_path / "a.warc").write_bytes(record(block, "WARC-Truncated: length"))
    (document,) = ingest(tmp_path / "a.warc").documents
    assert orjson.loads(document["metadata"])["truncated"] == "length"


def test_what_is_no_page_is_counted_by_kind(ingest: Ingest, tmp_path: Path) -> None:
    large = http(b"\0" * (MAX_RECORD_BYTES + 1), type="video/mp4")
    records = [
        record(b"software: x\r\n", kind="warcinfo", type="application/warc-fields"),
        record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record(http(b"", status="200 OK"), kind="revisit"),
        record(b"{}", kind="metadata", type="application/json"),
        record(b"\x89PNG", kind="resource", type="image/png"),
        record(b"wget", kind="resource", type="text/plain", url="metadata://gnu.org/log"),
        record(b"1.2.3.4", type="text/dns", url="dns:example.jp"),
        record(http(b"User-agent: *", type="text/plain"), url="http://example.jp/robots.txt"),
        record(http(PAGE, status="404 Not Found")),
        record(http(PAGE, status="206 Partial Content")),
        record(http(b"%PDF-1.7 ...", type="application/pdf")),
        record(http(b"\x89PNG\0\0", type="")),
        record(large),
        *numbered(1),
    ]
    (tmp_path / "a.warc.gz").write_bytes(by_member(records))
    ingested = ingest(tmp_path / "a.warc.gz")
    assert (told(ingested), ingested.reasons, ingested.errors) == ([0], [], [])
    assert ingested.files[0]["skipped"] == {
        "metadata": 1, "request": 1, "revisit": 1, "robots.txt": 1, "scheme dns": 1,
        "scheme metadata": 1, "status 206": 1, "status 404": 1, "type application/pdf": 1,
        "type image/png": 1, "type unknown": 1, "type video/mp4": 1, "warcinfo": 1,
    }  # fmt: skip


def test_extracted_text_is_taken_as_it_is(ingest: Ingest, tmp_path: Path) -> None:
    text = f"<p> は段落である。\n\n{NEKO}\n".encode()
    found = record(
        text, "WARC-Refers-To: <urn:uuid:1>", "WARC-Identified-Content-Language: jpn,eng",
        kind="conversion", type="text/plain",
    )  # fmt: skip
    (tmp_path / "a.warc.wet.gz").write_bytes(by_member([found]))
    (document,) = ingest(tmp_path / "a.warc.wet.gz").documents
    assert (document["text"], document["format"]) == (text.decode(), "wet")
    assert document["language"] == "jpn"
    assert orjson.loads(document["metadata"])["refers_to"] == "urn:uuid:1"


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("pack", [b"".join, by_member, whole])
def test_arc(
    ingest: Ingest, tmp_path: Path, version: int, pack: Callable[[list[bytes]], bytes]
) -> None:
    records = [
        arc_begin(version),
        arc("http://example.jp/a b?c=1", http(PAGE), version=version),
        arc("dns:example.jp", b"1.2.3.4", version=version, type="text/dns"),
        arc("http://example.jp/2", http(PAGE, status="404 Not Found"), version=version),
        arc("http://example.jp/3", http(PAGE, type=""), version=version),
    ]
    (tmp_path / "a.arc.gz").write_bytes(pack(records))
    ingested = ingest(tmp_path / "a.arc.gz")
    assert ingested.errors == []
    assert [document["url"] for document in ingested.documents] == [
        "http://example.jp/a b?c=1",
        "http://example.jp/3",
    ]
    assert ingested.documents[0]["date"] == "2014-02-16T05:02:21Z"
    assert ingested.files[0]["skipped"] == {"filedesc": 1, "scheme dns": 1, "status 404": 1}


def _digest(data: bytes, name: str = "sha1") -> str:
    return f"{name}:{base64.b32encode(hashlib.new(name, data).digest()).decode()}"


@pytest.mark.parametrize(
    ("field", "matches"),
    [
        pytest.param(f"WARC-Block-Digest: {_digest(http(PACKED, GZIPPED))}", True, id="the block"),
        pytest.param(f"WARC-Payload-Digest: {_digest(PACKED)}", True, id="the body as sent"),
        pytest.param(f"WARC-Payload-Digest: {_digest(PAGE)}", True, id="the body decoded"),
        pytest.param(
            f"WARC-Payload-Digest: sha256:{hashlib.sha256(PAGE).hexdigest()}", True, id="in hex"
        ),
        pytest.param("WARC-Payload-Digest: crc99:xyz", True, id="an unknown algorithm"),
        pytest.param(f"WARC-Payload-Digest: {_digest(b'?')}", False, id="of something else"),
    ],
)
def test_a_digest_of_other_bytes_is_told(
    ingest: Ingest, tmp_path: Path, field: str, matches: bool
) -> None:
    (tmp_path / "a.warc").write_bytes(record(http(PACKED, GZIPPED), field))
    (document,) = ingest(tmp_path / "a.warc").documents
    assert ("digest_mismatch" in orjson.loads(document["metadata"])) is not matches


def test_records_in_an_archive_of_files(ingest: Ingest, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("crawl.warc", b"".join(numbered(2)))
    ingested = ingest(tmp_path / "a.zip")
    assert told(ingested) == [0, 1]
    assert ingested.documents[0]["locator"] == "member:crawl.warc;byte:0"


# -- damage --------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "pack"), CONTAINERS)
def test_a_cut_file_gives_what_came_before(
    ingest: Ingest, tmp_path: Path, name: str, pack: Callable[[list[bytes]], bytes]
) -> None:
    (tmp_path / name).write_bytes(pack(numbered(4))[:-20])
    ingested = ingest(tmp_path / name)
    assert told(ingested) == [0, 1, 2]
    assert ingested.reasons == ["truncated"]
    assert "damaged or cut records: 1" in ingested.errors[0]


@pytest.mark.parametrize(
    ("length", "reason"),
    [
        pytest.param(-5, "bad-record", id="negative"),
        pytest.param("many", "bad-record", id="no number"),
        pytest.param(3, "bad-record", id="too short"),
        pytest.param(900, "bad-record", id="into the next record"),
        pytest.param(5_000, "bad-record", id="beyond the end"),
        pytest.param(10**12, "bad-record", id="a terabyte"),
    ],
)
@pytest.mark.parametrize(("name", "pack"), CONTAINERS)
def test_a_wrong_length_costs_one_record(
    ingest: Ingest,
    tmp_path: Path,
    name: str,
    pack: Callable[[list[bytes]], bytes],
    length: int | str,
    reason: str,
) -> None:
    first, _, *rest = numbered(5)
    wrong = record(http(page("1番目の頁。").encode()), length=length)
    (tmp_path / name).write_bytes(pack([first, wrong, *rest]))
    ingested = ingest(tmp_path / name)
    assert told(ingested) == [0, 2, 3, 4]
    assert len(ingested.reasons) == len(ingested.errors) == 1
    assert ingested.reasons[0] in (reason, "truncated")
    assert ingested.quarantine[0]["bytes"].startswith(b"WARC/1.0\r\n")


def test_a_header_without_end_is_not_held(ingest: Ingest, tmp_path: Path) -> None:
    endless = b"WARC/1.0\r\n" + b"X-Filler: 12345678\r\n" * 100_000
    (tmp_path / "a.warc").write_bytes(endless + b"".join(numbered(2)))
    ingested = ingest(tmp_path / "a.warc")
    assert (told(ingested), ingested.reasons) == ([0, 1], ["bad-record"])


@pytest.mark.parametrize("pack", [by_member, by_frame])
def test_a_member_that_grows_like_a_bomb_costs_itself(
    ingest: Ingest, tmp_path: Path, pack: Callable[[list[bytes]], bytes]
) -> None:
    first, _, third = numbered(3)
    bomb = record(http(b"\0" * (70 << 20)))
    (tmp_path / "a.warc.gz").write_bytes(pack([first, bomb, third]))
    ingested = ingest(tmp_path / "a.warc.gz")
    assert told(ingested) == [0, 2]
    assert "bomb" in ingested.quarantine[0]["detail"]


@pytest.mark.parametrize(
    ("name", "pack", "every"),
    [
        pytest.param("a.warc.gz", by_member, 37, id="gzip"),
        pytest.param("a.warc.zst", by_frame, 31, id="zstd"),
    ],
)
def test_a_flipped_byte_costs_at_most_its_record(
    ingest: Ingest,
    tmp_path: Path,
    name: str,
    pack: Callable[[list[bytes]], bytes],
    every: int,
) -> None:
    records = numbered(4)
    data = pack(records)
    ends = [len(pack(records[: number + 1])) for number in range(4)]
    for at in range(4, len(data), every):  # the first four bytes say what the file is
        damaged = bytearray(data)
        damaged[at] ^= 0x15
        (tmp_path / f"{at}-{name}").write_bytes(damaged)
    ingested = ingest(*sorted(tmp_path.glob("*-a.*")))
    by_file: dict[str, list[int]] = {}
    for document, number in zip(ingested.documents, told(ingested), strict=True):
        by_file.setdefault(Path(document["source"]).name, []).append(number)
    for file in ingested.files:
        at = int(Path(file["path"]).name.partition("-")[0])
        hit = next(number for number, end in enumerate(ends) if at < end)
        others = [number for number in range(4) if number != hit]
        kept = by_file.get(Path(file["path"]).name, [])
        assert kept in (others, [0, 1, 2, 3]), file
        assert bool(file["error"]) == (kept == others) == bool(file["quarantined"]), file


def test_mutated_archives_are_read_to_their_end(ingest: Ingest, tmp_path: Path) -> None:
    """Bytes changed, cut out, doubled: nothing crashes, hangs or is counted twice."""
    source = random.Random(20)
    records = [*numbered(5), record(http(chunked(PACKED), CHUNKED, GZIPPED))]
    arcs = [arc_begin(), *(arc(f"http://example.jp/{n}", http(PAGE)) for n in range(4))]
    originals = {
        "warc": b"".join(records),
        "arc": b"".join(arcs),
        "warc.gz": by_member(records),
        "arc.gz": by_member(arcs),
        "whole.warc.gz": whole(records),
        "warc.zst": with_dictionary(records),
    }
    for number in range(80):
        name = source.choice(list(originals))
        data = bytearray(originals[name])
        for _ in range(source.randint(1, 4)):
            at, size = source.randrange(len(data)), source.randint(1, 200)
            if source.random() < 0.4:
                data[at : at + size] = source.randbytes(min(size, 8))
            elif source.random() < 0.5:
                del data[at : at + size]
            else:
                data[at:at] = data[at : at + size]
        (tmp_path / f"{number}.{name}").write_bytes(data)
    ingested = ingest(*sorted(tmp_path.glob("*.*")))
    assert len(ingested.files) == 80
    assert len(ingested.documents) == sum(file["documents"] for file in ingested.files)
    assert len(ingested.quarantine) == sum(file["quarantined"] for file in ingested.files)
    assert all(file["quarantined"] for file in ingested.files if file["error"])
    places = [(row["source"], row["locator"]) for row in ingested.documents]
    assert len(set(places)) == len(places)
    assert make.NEKO in "".join(ingested.texts)


def test_a_hostile_header_of_an_arc_is_read_once(ingest: Ingest, tmp_path: Path) -> None:
    head = b"filedesc://a 192.0.2.1 20140216050221 text/plain 0\n\n"
    hostile = b"http://a.jp/ " + b"1:1 12345678 " * 70_000 + b"x\n"
    (tmp_path / "a.arc").write_bytes(head + hostile)
    with limited(4):
        ingested = ingest(tmp_path / "a.arc")
    assert ingested.documents == []
    assert ingested.reasons == ["bad-record"]
