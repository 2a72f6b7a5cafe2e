"""Hashes that a server states of what it sends, and whether what arrived has them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from urllib3 import HTTPHeaderDict

#: As fields name them -> as hashlib does. What is not here (adler32) is not looked at.
_ALGORITHMS = {
    "md5": "md5",
    "sha": "sha1",
    "sha-1": "sha1",
    "sha1": "sha1",
    "sha-256": "sha256",
    "sha256": "sha256",
    "sha-512": "sha512",
    "sha512": "sha512",
    "crc32c": "crc32c",
}
#: Fields of "name=value, …", those that hold bytes between colons among them (RFC 9530, RFC 3230).
_LISTS = ("Repr-Digest", "Content-Digest", "Digest", "X-Goog-Hash")
#: Fields that hold one value in base 64.
_SINGLE = {
    "Content-MD5": "md5",
    "x-ms-blob-content-md5": "md5",
    "x-amz-checksum-sha256": "sha256",
    "x-amz-checksum-sha1": "sha1",
    "x-amz-checksum-crc32c": "crc32c",
}
#: A name is looked for where it begins alone: a long one is read once.
_PAIR = re.compile(r"(?<![A-Za-z0-9-])([A-Za-z0-9-]+)=:?([A-Za-z0-9+/=_-]+):?")


def stated(fields: HTTPHeaderDict) -> list[list[str]]:
    """[field, algorithm, hex] of an answer that holds the whole file.

    What Google's storage states is of the file as it is stored: it is left out where another
    form was sent.
    """
    stored = fields.get("X-Goog-Stored-Content-Encoding", "identity")
    sent = fields.get("Content-Encoding", "identity")
    found = [
        [name, algorithm, digest]
        for name, algorithm, value in _values(fields)
        if not (name == "X-Goog-Hash" and stored != sent)
        if (digest := _hex(value, algorithm))
    ]
    return found


def _values(fields: HTTPHeaderDict) -> Iterator[tuple[str, str, str]]:
    for name in _LISTS:
        for pair in _PAIR.finditer(", ".join(fields.getlist(name))):
            algorithm = _ALGORITHMS.get(pair[1].lower())
            if algorithm is not None:
                yield name, algorithm, pair[2]
    for name, algorithm in _SINGLE.items():
        if name in fields:
            yield name, algorithm, fields[name]


class _Hash(Protocol):
    @property
    def digest_size(self) -> int: ...
    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


def _begun(algorithm: str) -> _Hash:
    if algorithm == "crc32c":
        # Its kernel is only loaded where a server states such a sum.
        from corpora.kernels.crc32c import Crc32c

        return Crc32c()
    return hashlib.new(algorithm, usedforsecurity=False)


def _hex(value: str, algorithm: str) -> str:
    """The digest in hex; "" for what is none (of several parts, of another length)."""
    size = _begun(algorithm).digest_size
    if re.fullmatch(rf"[0-9A-Fa-f]{{{2 * size}}}", value):
        return value.lower()
    try:
        digest = base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error):
        return ""
    return digest.hex() if len(digest) == size else ""


def differing(
    path: Path, expected: Iterable[list[str]], pulse: Callable[[], None]
) -> tuple[str, str, str] | None:
    """The first (where it was stated, stated, found) that the file's bytes do not have."""
    wanted = list(expected)
    hashes = {name: _begun(name) for _, name, _ in wanted}
    if hashes:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                for one in hashes.values():
                    one.update(chunk)
                pulse()
    for where, algorithm, digest in wanted:
        found = hashes[algorithm].hexdigest()
        if found != digest:
            return where, digest, found
    return None
