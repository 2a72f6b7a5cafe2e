"""What a SentencePiece unigram model holds, read from its protobuf (sentencepiece_model.proto)."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpora.kernels.normalizing import Rules, Spaces
from corpora.tokenization import charsmap
from corpora.tokenization.probe import fields

#: Field numbers of ModelProto, its SentencePiece, TrainerSpec and NormalizerSpec.
_PIECES, _TRAINER, _NORMALIZER = 1, 2, 3
_PIECE, _SCORE, _TYPE = 1, 2, 3
_MODEL_TYPE, _SUFFIX, _BYTE_FALLBACK = 3, 24, 35
_CHARSMAP, _DUMMY_PREFIX, _EXTRA_WHITESPACES, _ESCAPE = 2, 3, 4, 5

#: TrainerSpec.ModelType.
_UNIGRAM = 1

#: SentencePiece.Type.
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)

_Message = Mapping[int, int | bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnigramModel:
    """A model as it is written; an id is a place in ``pieces``."""

    pieces: Sequence[str]
    #: float32 values.
    scores: Sequence[float]
    #: NORMAL and its like.
    types: Sequence[int]
    byte_fallback: bool
    spaces: Spaces
    #: Replacements made before encoding; user-defined symbols are not among them.
    rules: Rules

    def ids(self, *types: int) -> list[int]:
        return [number for number, type in enumerate(self.types) if type in types]


def read(data: bytes) -> UnigramModel:
    """Read a model that sentencepiece loads; ``data`` comes from unknown hands.

    Raises ValueError when it is no unigram model, or when it holds what is left to sentencepiece:
    pieces that are no text or hold NUL, a specification in several parts, a charsmap that
    ``charsmap.read`` refuses.
    """
    pieces: list[tuple[str, float, int]] = []
    specs: dict[int, _Message] = {}
    for number, value in fields(data):
        if number == _PIECES:
            pieces.append(_piece(dict(fields(_bytes(value)))))
        elif number in (_TRAINER, _NORMALIZER):
            if number in specs:
                raise ValueError("a specification is in several parts")
            specs[number] = dict(fields(_bytes(value)))
    trainer, normalizer = specs.get(_TRAINER, {}), specs.get(_NORMALIZER, {})
    if _number(trainer, _MODEL_TYPE, _UNIGRAM) != _UNIGRAM:
        raise ValueError("the model is no unigram model")
    compiled = _bytes(normalizer.get(_CHARSMAP, b""))
    return UnigramModel(
        pieces=[piece for piece, _, _ in pieces],
        scores=[score for _, score, _ in pieces],
        types=[type for _, _, type in pieces],
        byte_fallback=bool(_number(trainer, _BYTE_FALLBACK, 0)),
        spaces=Spaces(
            add_dummy_prefix=bool(_number(normalizer, _DUMMY_PREFIX, 1)),
            remove_extra_whitespaces=bool(_number(normalizer, _EXTRA_WHITESPACES, 1)),
            escape_whitespaces=bool(_number(normalizer, _ESCAPE, 1)),
            treat_whitespace_as_suffix=bool(_number(trainer, _SUFFIX, 0)),
        ),
        rules=charsmap.read(compiled) if compiled else Rules.none(),
    )


def _piece(message: _Message) -> tuple[str, float, int]:
    piece = _bytes(message.get(_PIECE, b"")).decode()
    if not piece or "\0" in piece:
        raise ValueError("a piece is empty, or holds NUL")
    type = _number(message, _TYPE, NORMAL)
    if not NORMAL <= type <= BYTE:
        raise ValueError("a piece is of an unknown type")
    score = _bytes(message.get(_SCORE, bytes(4)))
    if len(score) != 4:
        raise ValueError("a score is no float32")
    return piece, struct.unpack("<f", score)[0], type


def _number(message: _Message, field: int, default: int) -> int:
    value = message.get(field, default)
    if not isinstance(value, int):
        raise ValueError("a field is of another type")
    return value


def _bytes(value: int | bytes) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError("a field is of another type")
    return value
