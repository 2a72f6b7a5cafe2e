"""Tar archives, and archives in archives; what is cut, climbs out or lies too deep."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from tests.corpora.ingest.conftest import NEKO, Ingested, jsonl

Ingest = Callable[..., Ingested]
RECORDS = jsonl(*({"text": f"{n}番。{NEKO}"} for n in range(300)))


def tar_of(*members: tuple[str, bytes], format: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format) as archive:
        folder = tarfile.TarInfo("本/")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        link = tarfile.TarInfo("本/別名")
        link.type, link.linkname = tarfile.SYMTYPE, "一.txt"
        archive.addfile(link)
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def zip_of(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT],
    ids=["ustar", "gnu", "pax"],
)  # fmt: skip
def test_a_tar_archive_is_its_files(ingest: Ingest, tmp_path: Path, format: int) -> None:
    deep = "深い/" * 12 + "長い名前の文書.txt"
    names = ["本/一.txt", "本/一.txt", deep]
    data = tar_of(*((name, f"{name}。{NEKO}".encode("cp932")) for name in names), format=format)
    for name, packed in {
        "a.tar": data,
        "a.tar.gz": gzip.compress(data),
        "a.tar.bz2": bz2.compress(data),
        "a.tar.xz": lzma.compress(data),
        "a.tar.zst": zstandard.compress(data),
    }.items():
        path = tmp_path / name
        path.write_bytes(packed)
        ingested = ingest(path)
        assert ingested.errors == [], name
        assert [document["source"] for document in ingested.documents] == [
            f"{path}#{label}" for label in ("本/一.txt", "本/一.txt#2", deep)
        ]
        assert ingested.texts == [f"{member}。{NEKO}" for member in names]
        assert ingested.files[0]["format"] == "tar"


def test_what_tar_archives_hold_may_be_packed_again(ingest: Ingest, tmp_path: Path) -> None:
    inner = zip_of(("本.txt", NEKO.encode("euc_jp")), ("一覧.jsonl.gz", gzip.compress(RECORDS)))
    outer = tar_of(("内.zip", inner), ("生.jsonl.zst", zstandard.compress(RECORDS)))
    (tmp_path / "外.tar.gz").write_bytes(gzip.compress(outer))
    ingested = ingest(tmp_path / "外.tar.gz")
    assert (ingested.errors, ingested.reasons) == ([], [])
    assert len(ingested.texts) == 601
    first = ingested.documents[0]
    assert first["source"] == f"{tmp_path}/外.tar.gz#内.zip#本.txt"
    assert first["locator"] == "member:内.zip;member:本.txt;byte:0"
    ids = {document["id"] for document in ingested.documents}
    assert len(ids) == 601


@pytest.mark.parametrize("pack", [zip_of, tar_of])
def test_an_empty_member_is_no_document(
    ingest: Ingest, tmp_path: Path, pack: Callable[..., bytes]
) -> None:
    (tmp_path / "a").write_bytes(pack(("空", b""), ("本.txt", NEKO.encode())))
    ingested = ingest(tmp_path / "a")
    assert (ingested.texts, ingested.reasons, ingested.errors) == ([NEKO], [], [])


def test_what_zipfile_trips_over_is_damage_of_the_archive(ingest: Ingest, tmp_path: Path) -> None:
    """A name that is empty, an offset before the beginning, a name that is not its encoding."""
    data = zip_of(("一", NEKO.encode()), ("二", NEKO.encode()))
    name, directory = "二".encode(), data.rindex(b"PK\1\2")
    changes = {
        "empty.zip": data.replace(name, bytes(3)),
        "offset.zip": data[: directory + 42] + b"\xff\xff\xff\x7f" + data[directory + 46 :],
        "before.zip": data[:-6] + b"\xff\xff\xff\x7f" + data[-2:],
        "name.zip": data.replace(name, b"\xff\xff\xff", 1),
    }
    for path, changed in changes.items():
        (tmp_path / path).write_bytes(changed)
    ingested = ingest(*(tmp_path / path for path in changes))
    by_name = {Path(file["path"]).name: file for file in ingested.files}
    assert [by_name[path]["documents"] for path in changes] == [0, 1, 0, 1]
    assert "holds NUL" in by_name["empty.zip"]["error"]
    assert [by_name[path]["quarantined"] for path in changes] == [0, 1, 2, 1]
    assert set(ingested.reasons) == {"unreadable-member"}


def test_a_third_archive_inside_is_quarantined(ingest: Ingest, tmp_path: Path) -> None:
    third = zip_of(("本.txt", NEKO.encode()))
    data = zip_of(("二.zip", zip_of(("三.zip", third), ("横.txt", NEKO.encode()))))
    (tmp_path / "一.zip").write_bytes(data)
    ingested = ingest(tmp_path / "一.zip")
    assert (ingested.texts, ingested.reasons) == ([NEKO], ["unreadable-member"])


def test_a_cut_archive_keeps_what_came_before(ingest: Ingest, tmp_path: Path) -> None:
    data = tar_of(("一.txt", NEKO.encode()), ("二.jsonl", RECORDS))
    (tmp_path / "a.tar").write_bytes(data[: data.index(b"150") + 5_000])
    ingested = ingest(tmp_path / "a.tar")
    assert ingested.texts[0] == NEKO
    assert len(ingested.texts) > 10
    assert "unreadable-member" in ingested.reasons
    assert "cut short" in ingested.errors[0]


@pytest.mark.parametrize(
    ("name", "why"),
    [("../外.txt", "leaves the archive"), ("/外.txt", "leaves the archive")],
)
def test_hostile_tar_archives_are_refused(
    ingest: Ingest, tmp_path: Path, name: str, why: str
) -> None:
    (tmp_path / "a.tar").write_bytes(tar_of((name, NEKO.encode())))
    ingested = ingest(tmp_path / "a.tar")
    assert ingested.texts == []
    assert why in ingested.errors[0]


@pytest.mark.parametrize(
    ("record", "told"),
    [
        pytest.param(b"11 size=\xff\xfe\n", "size is no number", id="size in no encoding"),
        pytest.param(b"11 size=-5\n", "size is no number", id="negative size"),
        pytest.param(b"1" * 5_000 + b" size=1\n", "", id="a length of 5,000 digits"),
        pytest.param(b"11 path=\xff\xfe\n", "", id="a name in no encoding"),
    ],
)
def test_what_a_pax_header_says_is_no_truth(
    ingest: Ingest, tmp_path: Path, record: bytes, told: str
) -> None:
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, len(record)
    data = header.tobuf(tarfile.USTAR_FORMAT) + record.ljust(-(-len(record) // 512) * 512, b"\0")
    member = tarfile.TarInfo("一.txt")
    member.size = len(NEKO.encode())
    data += member.tobuf(tarfile.USTAR_FORMAT) + NEKO.encode().ljust(1_536, b"\0")
    (tmp_path / "a.tar").write_bytes(data)
    ingested = ingest(tmp_path / "a.tar")
    assert ingested.texts == ([] if told else [NEKO])
    assert told in "".join(ingested.errors)
    assert bool(told) == bool(ingested.errors)


def test_a_damaged_header_ends_the_archive_with_its_place(ingest: Ingest, tmp_path: Path) -> None:
    members = (("一.txt", NEKO.encode()), ("二.txt", NEKO.encode()))
    data = bytearray(tar_of(*members, format=tarfile.GNU_FORMAT))
    # The checksum of the last member's header is wrong then.
    place = data.rindex("二.txt".encode())
    data[place] ^= 1
    (tmp_path / "a.tar").write_bytes(data)
    ingested = ingest(tmp_path / "a.tar")
    assert ingested.texts[0] == NEKO
    assert "no member of the tar archive begins here" in ingested.errors[0]
