"""What is compressed or in an archive: cut, damaged, hostile, or one inside the other."""

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

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from corpora.ingest import streams
from tests.corpora.ingest.conftest import NEKO, RECORDS, Ingested, jsonl

Ingest = Callable[..., Ingested]
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


def test_a_file_that_is_cut_before_its_first_character_is_told_of(
    ingest: Ingest, tmp_path: Path
) -> None:
    path = tmp_path / "猫.txt.bz2"
    path.write_bytes(bz2.compress(NEKO.encode())[:40])
    ingested = ingest(path)
    assert (ingested.texts, ingested.reasons) == ([], ["truncated"])


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
