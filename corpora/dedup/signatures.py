"""The unit that signs a part's documents: a hash for exact copies, a MinHash for near ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from corpora.dedup.folding import Points, fold_points
from corpora.dedup.minhash import signatures
from corpora.documents import ROW_GROUP_ROWS, SIGNATURES, text_hash
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs: signatures (documents.SIGNATURES, row-aligned with the part's text).

    ``folded_hash`` is null for a text with nothing in it; ``signature`` is empty for a text
    shorter than a gram, and for all when only exact copies are wanted.
    """
    with (
        store.parquet(unit.inputs["text"]) as source,
        store.table_writer(SIGNATURES) as writer,
    ):
        for batch in source.iter_batches(ROW_GROUP_ROWS, columns=["text"]):
            writer.write(_signed(batch.column("text"), unit.params))
            progress(documents=batch.num_rows, bytes=batch.nbytes)
    return UnitResult(outputs={"signatures": writer.sha256})


def _signed(texts: pa.Array[Any], params: dict[str, Any]) -> pa.Table:
    folded = [
        fold_points(text or "", old_kanji=params["fold_old_kanji"]) for text in texts.to_pylist()
    ]
    near = _near(folded, params) if params["mode"] == "near" else [b""] * len(folded)
    hashes = [_hash(points) for points in folded]
    return pa.table({"folded_hash": hashes, "signature": near}, schema=SIGNATURES)


def _near(folded: list[Points], params: dict[str, Any]) -> list[bytes]:
    signed, matrix = signatures(folded, ngram=params["ngram"], permutations=params["permutations"])
    values = [b""] * len(folded)
    little = matrix.astype(np.dtype("<u4"), copy=False)
    for place, row in zip(signed.tolist(), little, strict=True):
        values[place] = row.tobytes()
    return values


def _hash(points: Points) -> str | None:
    """xxh3_128 of the folded text's UTF-8, in hex; None for an empty one."""
    if not len(points):
        return None
    return text_hash(points.tobytes().decode("utf-32-le", "surrogatepass"))
