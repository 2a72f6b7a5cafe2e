"""The unit that signs a part's documents: a hash for exact copies, a MinHash for near ones."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import pairwise
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from corpora.arrays import ArrayWriter, array_writer
from corpora.dedup.minhash import signatures
from corpora.documents import ROW_GROUP_ROWS
from corpora.folding import fold_texts
from corpora.kernels.text import Points, Utf8, encode
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs, row-aligned with the part's text: hashes and, when near copies are wanted,
    signatures.

    ``hashes`` is uint64[rows, 2], the two halves of xxh3_128 of the folded text's UTF-8, zeros
    for a text with nothing in it. ``signatures`` is uint32[rows, permutations] (dedup.minhash).
    """
    params = unit.params
    near = params["mode"] == "near"
    with store.parquet(unit.inputs["text"]) as source, ExitStack() as stack:
        rows = source.metadata.num_rows
        hashes = stack.enter_context(array_writer(store, "<u8", (rows, 2)))
        outputs: dict[str, ArrayWriter] = {"hashes": hashes}
        if near:
            shape = (rows, params["permutations"])
            outputs["signatures"] = stack.enter_context(array_writer(store, "<u4", shape))
        for batch in source.iter_batches(ROW_GROUP_ROWS, columns=["text"]):
            for _, texts in Utf8.of(batch.column("text")).slices():
                folded = _folded(texts, params)
                hashes.write(_hashes(folded))
                if near:
                    outputs["signatures"].write(_signatures(folded, params))
                progress(documents=len(texts), bytes=texts.size)
    return UnitResult(outputs={role: writer.sha256 for role, writer in outputs.items()})


def _folded(texts: Utf8, params: dict[str, Any]) -> Points:
    kana = params.get("fold_kana", False)
    return fold_texts(texts, old_kanji=params["fold_old_kanji"], kana=kana)


def _signatures(folded: Points, params: dict[str, Any]) -> NDArray[np.uint32]:
    return signatures(
        folded,
        ngram=params["ngram"],
        permutations=params["permutations"],
        sketch=params["sketch"],
    )


def _hashes(folded: Points) -> NDArray[np.uint64]:
    texts = encode(folded)
    data: Any = texts.data
    ends = texts.offsets.tolist()
    # Big-endian, as the digest's own digits are written.
    digests = b"".join(
        xxhash.xxh3_128_digest(data[start:end]) if end > start else bytes(16)
        for start, end in pairwise(ends)
    )
    return np.frombuffer(digests, ">u8").reshape(-1, 2)
