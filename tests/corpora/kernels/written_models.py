"""SentencePiece models written by hand, byte by byte: what no trainer would give."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import NamedTuple

#: SentencePiece.Type (sentencepiece_model.proto).
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)


class Written(NamedTuple):
    piece: str | bytes
    score: float = 0.0
    type: int = NORMAL


def written(
    pieces: Iterable[Written],
    *,
    byte_fallback: bool = False,
    suffix: bool = False,
    dummy_prefix: bool = True,
    extra_whitespaces: bool = True,
    escape: bool = True,
    charsmap: bytes = b"",
    type: int = 1,
) -> bytes:
    """The model's protobuf: <unk>, <s>, the bytes if asked for, then ``pieces``."""
    every = [Written("<unk>", type=UNKNOWN), Written("<s>", type=CONTROL)]
    if byte_fallback:
        every += [Written(f"<0x{byte:02X}>", type=BYTE) for byte in range(256)]
    trainer = _number(3, type) + _number(24, suffix) + _number(35, byte_fallback)
    normalizer = _bytes(1, b"by hand") + _bytes(2, charsmap) + _number(3, dummy_prefix)
    normalizer += _number(4, extra_whitespaces) + _number(5, escape)
    messages = [_bytes(1, _piece(piece)) for piece in [*every, *pieces]]
    return b"".join([*messages, _bytes(2, trainer), _bytes(3, normalizer)])


def _piece(piece: Written) -> bytes:
    text = piece.piece if isinstance(piece.piece, bytes) else piece.piece.encode()
    score = _varint(2 << 3 | 5) + struct.pack("<f", piece.score)
    return _bytes(1, text) + score + _number(3, piece.type)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])
