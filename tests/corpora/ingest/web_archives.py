"""Small web archives, record by record."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable

import zstandard

NEKO = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"


def page(sentence: str, *, head: str = "") -> str:
    text = f"{sentence}窓の外では雨が降り続き、電線の雀が肩を寄せ合っていた。" * 3
    return f"<!DOCTYPE html><html><head><title>題</title>{head}</head><body><p>{text}</p></body>"


def http(body: bytes, *fields: str, status: str = "200 OK", type: str = "text/html") -> bytes:
    lines = [f"HTTP/1.1 {status}", *([f"Content-Type: {type}"] if type else []), *fields]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def record(
    block: bytes,
    *fields: str,
    kind: str = "response",
    url: str = "http://example.jp/",
    type: str = "application/http; msgtype=response",
    length: int | str | None = None,
) -> bytes:
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        "WARC-Date: 2024-05-01T12:30:00Z",
        f"WARC-Record-ID: <urn:uuid:{zlib.crc32(block + url.encode()):08x}>",
        f"Content-Type: {type}",
        *fields,
        f"Content-Length: {len(block) if length is None else length}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def numbered(count: int) -> list[bytes]:
    """Whole records of pages; page 3 says 「3番目の頁。」"""
    return [
        record(http(page(f"{number}番目の頁。").encode()), url=f"http://example.jp/{number}")
        for number in range(count)
    ]


def by_member(records: Iterable[bytes]) -> bytes:
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def by_frame(records: Iterable[bytes]) -> bytes:
    compressor = zstandard.ZstdCompressor(write_checksum=True)
    return b"".join(compressor.compress(one) for one in records)


def with_dictionary(records: list[bytes]) -> bytes:
    """As .warc.zst has it: a skippable frame with the dictionary, then a frame a record."""
    dictionary = zstandard.train_dictionary(1 << 12, records * 20)
    compressor = zstandard.ZstdCompressor(dict_data=dictionary)
    raw = zstandard.ZstdCompressor().compress(dictionary.as_bytes())
    head = b"\x5d\x2a\x4d\x18" + len(raw).to_bytes(4, "little")
    return head + raw + b"".join(compressor.compress(one) for one in records)


def arc(url: str, block: bytes, *, version: int = 1, type: str = "text/html") -> bytes:
    middle = " 200 abc - 0 x.arc" if version == 2 else ""
    head = f"{url} 192.0.2.1 20140216050221 {type}{middle} {len(block)}\n"
    return head.encode() + block + b"\n"


def arc_begin(version: int = 1) -> bytes:
    return arc(
        "filedesc://x.arc", f"{version} 0 Test\nURL IP-address\n".encode(), type="text/plain"
    )
