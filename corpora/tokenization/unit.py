"""The unit that encodes a part and counts what it gave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import sentencepiece
from numpy.typing import NDArray

from corpora.documents import TOKENS
from corpora.final_texts import FinalTexts, final_texts
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store
from corpora.tokenization.models import load

Ids = NDArray[np.int32]


@dataclass(slots=True, kw_only=True)
class Tally:
    documents: int = 0
    tokens: int = 0
    #: Code points of the final texts.
    characters: int = 0

    def add(self, ids: Ids, text: str) -> None:
        self.documents += 1
        self.tokens += len(ids)
        self.characters += len(text)

    def to_json(self) -> dict[str, int]:
        return {
            "documents": self.documents,
            "tokens": self.tokens,
            "characters": self.characters,
        }


@dataclass(slots=True, kw_only=True)
class Counts:
    """What the unit reports; characters per token follow from it."""

    whole: Tally = field(default_factory=Tally)
    by_domain: dict[str, Tally] = field(default_factory=dict)

    def add(self, ids: Ids, text: str, domain: str) -> None:
        self.whole.add(ids, text)
        self.by_domain.setdefault(domain, Tally()).add(ids, text)

    def to_json(self) -> dict[str, Any]:
        return {
            **self.whole.to_json(),
            "by_domain": {name: tally.to_json() for name, tally in self.by_domain.items()},
        }


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs: tokens (documents.TOKENS, row-aligned). Ids are sentencepiece's EncodeAsIds.

    Counts: documents, tokens, characters; by_domain ("" when unknown) of the same;
    byte_fallback_tokens and unknown_tokens. No BOS, EOS or EOD is added: exports do that.
    """
    model = load(store.path(unit.inputs["model"]))
    labels = store.read_table(unit.inputs["documents"], columns=["domain"])
    domains = labels["domain"].to_pylist()
    counts = Counts()
    seen = np.zeros(model.vocab_size(), np.int64)
    with store.table_writer(TOKENS) as writer:
        for batch in final_texts(store, unit.inputs):
            encoded = _encode(model, batch)
            for row, (text, ids) in enumerate(zip(batch.texts, encoded, strict=True), batch.start):
                if text is not None and ids is not None:
                    counts.add(ids, text, domains[row] or "")
                    seen += np.bincount(ids, minlength=len(seen))
            writer.write(_table(encoded))
            size = sum(len(text.encode()) for text in batch.texts if text)
            progress(documents=len(batch.texts), bytes=size)
    kinds = {
        "byte_fallback_tokens": _occurrences(seen, filter(model.is_byte, range(len(seen)))),
        "unknown_tokens": _occurrences(seen, filter(model.is_unknown, range(len(seen)))),
    }
    return UnitResult(outputs={"tokens": writer.sha256}, counts={**counts.to_json(), **kinds})


def _encode(model: sentencepiece.SentencePieceProcessor, batch: FinalTexts) -> list[Ids | None]:
    """Ids of each text, None where there is none."""
    texts = [text for text in batch.texts if text is not None]
    # One thread: how many units run at once is the runner's decision.
    encoded = iter(model.Encode(texts, return_type="numpy", num_threads=1))
    return [None if text is None else next(encoded) for text in batch.texts]


def _table(encoded: list[Ids | None]) -> pa.Table:
    lengths = [0 if ids is None else len(ids) for ids in encoded]
    offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    values = np.concatenate([np.empty(0, np.int32), *(ids for ids in encoded if ids is not None)])
    tokens = pa.LargeListArray.from_arrays(
        pa.array(offsets, pa.int64()),
        pa.array(values, pa.int32()),
        mask=pa.array([ids is None for ids in encoded], pa.bool_()),
    )
    return pa.table({"tokens": tokens}, schema=TOKENS)


def _occurrences(seen: NDArray[np.int64], ids: Iterable[int]) -> int:
    return int(seen[list(ids)].sum())
