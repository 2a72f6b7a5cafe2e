"""Encoding by a unigram model without sentencepiece, to the same ids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.normalizing import Normalizer
from corpora.kernels.text import Utf8, decode
from corpora.kernels.unigram import Pieces
from corpora.tokenization.unigram_model import (
    BYTE,
    NORMAL,
    UNKNOWN,
    USER_DEFINED,
    UnigramModel,
    read,
)

#: Bytes of text encoded at a time: their code points and symbols stay in a core's cache.
_SLICE_BYTES = 256 << 10

#: sentencepiece looks no further when so many user-defined symbols begin with each other.
_NESTED_SYMBOLS = 64

_UNKNOWN_PENALTY = np.float32(10.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unigram:
    """A unigram model whose ids are those of sentencepiece's ``EncodeAsIds``, for every text."""

    normalizer: Normalizer
    pieces: Pieces

    @classmethod
    def of(cls, data: bytes) -> Unigram | None:
        """A model that sentencepiece loads; None when it has to be encoded by sentencepiece.

        That is every model that ``unigram_model.read`` refuses, and one without an ordinary
        piece, with scores, symbols or pieces of sizes that no trainer makes, or with pieces that
        share too little to lie in one double array.
        """
        try:
            model = read(data)
            return cls(normalizer=_normalizer(model), pieces=_pieces(model))
        except ValueError:
            return None

    def encode(self, texts: Utf8) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """int64[texts + 1] and int32[total]: text *i* is ``ids[offsets[i]:offsets[i + 1]]``.

        Raises ValueError where the texts are not UTF-8. Takes about 30 bytes a code point of the
        longest text, besides the ids.
        """
        lengths, ids = [np.zeros(1, np.int64)], [np.empty(0, np.int32)]
        for _, part in texts.slices(_SLICE_BYTES):
            offsets, found = self.pieces.encode(self.normalizer.normalized(decode(part)))
            lengths.append(np.diff(offsets))
            ids.append(found)
        return np.cumsum(np.concatenate(lengths)), np.concatenate(ids)


def _normalizer(model: UnigramModel) -> Normalizer:
    symbols = [model.pieces[number] for number in model.ids(USER_DEFINED)]
    every = set(symbols)
    for symbol in symbols:
        nested = sum(symbol[:length] in every for length in range(1, len(symbol) + 1))
        if nested > _NESTED_SYMBOLS:
            raise ValueError("too many user-defined symbols begin with each other")
    return Normalizer.of(model.rules, symbols, model.spaces)


def _pieces(model: UnigramModel) -> Pieces:
    scores = np.array(model.scores, np.float32)
    least = scores[model.ids(NORMAL)].min()
    symbols = model.ids(USER_DEFINED)
    # As a product of doubles that becomes a float (GetUserDefinedScore of src/unigram_model.cc).
    scores[symbols] = [0.1 * (len(model.pieces[number].encode()) - 1) for number in symbols]
    ids = np.array(model.ids(NORMAL, USER_DEFINED), np.int32)
    (unknown,) = model.ids(UNKNOWN)
    names = [f"<0x{byte:02X}>" for byte in range(256 if model.byte_fallback else 0)]
    by_name = {model.pieces[number]: number for number in model.ids(BYTE)}
    if by_name.keys() != set(names):
        raise ValueError("the pieces of bytes are not the 256 bytes")
    return Pieces.of(
        pieces=[model.pieces[number] for number in ids],
        ids=ids,
        scores=scores[ids],
        unknown_score=least - _UNKNOWN_PENALTY,
        byte_ids=np.array([by_name[name] for name in names], np.int32),
        unknown=unknown,
    )
