"""Load a SentencePiece model from an unknown hand and say what it is, as one JSON object.

Run as a script in a child process of its own, with limits on memory and time: a hostile model can
then crash or exhaust nothing but this. It imports nothing of the project.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sentencepiece

#: Address space: several times the largest model that is let in.
MEMORY_BYTES = 4 << 30
CPU_SECONDS = 30

#: sentencepiece_model.proto: ModelProto's and its specs' field numbers, TrainerSpec.ModelType.
_TRAINER_SPEC, _MODEL_TYPE = 2, 3
_NORMALIZER_SPEC, _NORMALIZER_NAME = 3, 1
_TYPES = {1: "unigram", 2: "bpe", 3: "word", 4: "char"}

Field = tuple[int, int | bytes]


def describe(path: Path) -> dict[str, Any]:
    """What ``models.ModelInfo`` holds, without the hash. Raises ValueError or RuntimeError."""
    data = path.read_bytes()
    processor = sentencepiece.SentencePieceProcessor(model_proto=data)
    trainer = _message(data, _TRAINER_SPEC)
    size = processor.vocab_size()
    text = "言葉の蔵"
    if processor.decode(processor.encode(text)) is None:
        raise ValueError("it does not decode what it encodes")
    kind = dict(fields(trainer)).get(_MODEL_TYPE, 1)
    name = dict(fields(_message(data, _NORMALIZER_SPEC))).get(_NORMALIZER_NAME, b"")
    return {
        "vocab_size": size,
        "type": _TYPES.get(kind, "unknown") if isinstance(kind, int) else "unknown",
        "normalization": name.decode() if isinstance(name, bytes) else "",
        "byte_fallback": any(processor.is_byte(number) for number in range(size)),
        "bos_id": processor.bos_id(),
        "eos_id": processor.eos_id(),
        "pad_id": processor.pad_id(),
        "unk_id": processor.unk_id(),
    }


def _message(data: bytes, number: int) -> bytes:
    """The embedded message with the field number, b"" when there is none."""
    found = [value for field, value in fields(data) if field == number]
    return found[-1] if found and isinstance(found[-1], bytes) else b""


def fields(data: bytes) -> Iterator[Field]:
    """Field number and value of each field of a protobuf message, in order.

    Wire format: protobuf.dev, "Encoding". Fixed-width values are given as bytes.
    Raises ValueError when the message is cut short or is none.

    >>> list(fields(bytes([0x08, 0x96, 0x01, 0x12, 0x02, 0x41, 0x42])))
    [(1, 150), (2, b'AB')]
    """
    place = 0
    while place < len(data):
        tag, place = _varint(data, place)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            value, place = _varint(data, place)
            yield number, value
            continue
        size, place = _varint(data, place) if kind == 2 else ({1: 8, 5: 4}.get(kind, -1), place)
        if size < 0 or place + size > len(data):
            raise ValueError("the file is not a whole protobuf message")
        yield number, data[place : place + size]
        place += size


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if place >= len(data) or shift > 63:
            raise ValueError("the file is not a whole protobuf message")
        value |= (data[place] & 0x7F) << shift
        shift += 7
        place += 1
        if not data[place - 1] & 0x80:
            return value, place


def main(path: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found = describe(Path(path))
    except (OSError, ValueError, RuntimeError, MemoryError) as error:
        found = {"error": str(error) or type(error).__name__}
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
