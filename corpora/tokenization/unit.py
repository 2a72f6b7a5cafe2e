"""The unit that encodes a part and counts what it gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora.arrays import put_array
from corpora.documents import TOKENS
from corpora.final_texts import final_texts
from corpora.kernels.text import Utf8
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store
from corpora.tokenization.encoder import Encoded, encoder


@dataclass(slots=True, kw_only=True)
class Tally:
    documents: int = 0
    tokens: int = 0
    #: Code points of the final texts.
    characters: int = 0

    def add(self, measures: Mapping[str, NDArray[np.int64]]) -> None:
        """``measures`` say of each document what is counted."""
        self.documents += len(measures["tokens"])
        self.tokens += int(measures["tokens"].sum())
        self.characters += int(measures["characters"].sum())

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

    def add(self, texts: Any, offsets: NDArray[np.int64], domains: Any) -> None:
        """Count the documents that have a text; ``domains`` has a name for each row."""
        rows = np.flatnonzero(texts.is_valid())
        measures = {
            "tokens": np.diff(offsets)[rows],
            "characters": pc.utf8_length(texts).fill_null(0).to_numpy().astype(np.int64)[rows],
        }
        self.whole.add(measures)
        named = pc.fill_null(domains, "").take(pa.array(rows)).combine_chunks().dictionary_encode()
        codes = named.indices.to_numpy()
        for code, name in enumerate(named.dictionary.to_pylist()):
            own = {measure: values[codes == code] for measure, values in measures.items()}
            self.by_domain.setdefault(name, Tally()).add(own)

    def to_json(self) -> dict[str, Any]:
        return {
            **self.whole.to_json(),
            "by_domain": {name: tally.to_json() for name, tally in self.by_domain.items()},
        }


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs: tokens (documents.TOKENS, row-aligned), token_counts (int32, -1 for no text).

    Ids are sentencepiece's EncodeAsIds.

    Counts: documents, tokens, characters; by_domain ("" when unknown) of the same;
    byte_fallback_tokens and unknown_tokens. No BOS, EOS or EOD is added: exports do that.
    """
    model = encoder(store.path(unit.inputs["model"]))
    domains = store.read_table(unit.inputs["documents"], columns=["domain"])["domain"]
    counts = Counts()
    seen = np.zeros(model.processor.vocab_size(), np.int64)
    lengths = [np.zeros(0, np.int32)]
    with store.table_writer(TOKENS) as writer:
        for batch in final_texts(store, unit.inputs):
            texts = Utf8.of(batch.texts)
            encoded = model.encode(texts)
            counts.add(batch.texts, encoded[0], domains.slice(batch.start, len(texts)))
            lengths.append(_lengths(encoded, batch.texts))
            seen += np.bincount(encoded[1], minlength=len(seen))
            writer.write(_table(encoded, batch.texts.is_null()))
            progress(documents=len(texts), bytes=texts.size)
    kinds = {
        "byte_fallback_tokens": int(seen[model.bytes].sum()),
        "unknown_tokens": int(seen[model.unknown].sum()),
    }
    outputs = {"tokens": writer.sha256, "token_counts": put_array(store, np.concatenate(lengths))}
    return UnitResult(outputs=outputs, counts={**counts.to_json(), **kinds})


def _lengths(encoded: Encoded, texts: Any) -> NDArray[np.int32]:
    found = np.diff(encoded[0]).astype(np.int32)
    found[texts.is_null().to_numpy(zero_copy_only=False)] = -1
    return found


def _table(encoded: Encoded, without: Any) -> pa.Table:
    offsets, ids = encoded
    tokens = pa.LargeListArray.from_arrays(
        pa.array(offsets, pa.int64()), pa.array(ids, pa.int32()), mask=without
    )
    return pa.table({"tokens": tokens}, schema=TOKENS)
