"""The unit: one part's texts as read -> its normalised texts, row by row."""

from __future__ import annotations

import pyarrow as pa

from corpora.documents import ROW_GROUP_ROWS, TEXT
from corpora.kernels.text import Utf8
from corpora.normalize.batch import normalize_texts
from corpora.normalize.text import Policy
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs {"text": blob of TEXT}; counts characters (code points) and UTF-8 bytes."""
    policy = Policy(**unit.params)
    characters = written = 0
    with (
        store.parquet(unit.inputs["documents"]) as documents,
        store.table_writer(TEXT) as writer,
    ):
        for batch in documents.iter_batches(batch_size=ROW_GROUP_ROWS, columns=["text"]):
            for _, texts in Utf8.of(batch["text"]).slices():
                found, lengths = normalize_texts(texts, policy)
                writer.write(pa.table({"text": found.to_arrow()}, schema=TEXT))
                characters += int(lengths.sum())
                written += found.size
                progress(documents=len(texts), bytes=found.size)
    return UnitResult(
        outputs={"text": writer.sha256}, counts={"characters": characters, "bytes": written}
    )
