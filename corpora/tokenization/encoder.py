"""Encode texts of an Arrow array by any SentencePiece model, to the ids of EncodeAsIds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import sentencepiece
from numpy.typing import NDArray

from corpora.kernels.text import Utf8
from corpora.tokenization.models import load
from corpora.tokenization.unigram import Unigram

Encoded = tuple[NDArray[np.int64], NDArray[np.int32]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Encoder:
    """A model by the kernel, when it is one that the kernel encodes, else by sentencepiece."""

    processor: sentencepiece.SentencePieceProcessor
    kernel: Unigram | None

    @cached_property
    def bytes(self) -> NDArray[np.intp]:
        """The ids of pieces that stand for a byte each."""
        return self._ids(self.processor.is_byte)

    @cached_property
    def unknown(self) -> NDArray[np.intp]:
        """The ids that stand for what is not in the vocabulary."""
        return self._ids(self.processor.is_unknown)

    def _ids(self, asked: Callable[[int], bool]) -> NDArray[np.intp]:
        return np.array([*filter(asked, range(self.processor.vocab_size()))], np.intp)

    def encode(self, texts: Utf8) -> Encoded:
        """int64[texts + 1] and int32[total]: text *i* is ``ids[offsets[i]:offsets[i + 1]]``."""
        if self.kernel is not None:
            return self.kernel.encode(texts)
        # One thread: how many units run at once is the runner's decision.
        found = self.processor.Encode(texts.strings(), return_type="numpy", num_threads=1)
        offsets = np.zeros(len(texts) + 1, np.int64)
        np.cumsum([len(ids) for ids in found], out=offsets[1:])
        return offsets, np.concatenate([np.empty(0, np.int32), *found])


@lru_cache(maxsize=4)
def encoder(model: Path) -> Encoder:
    """The encoder of a model blob, made once a process; raises ModelError."""
    return Encoder(processor=load(model), kernel=Unigram.of(model.read_bytes()))
