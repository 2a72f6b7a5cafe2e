"""The unit: one part's texts as read -> its normalised texts, row by row."""

from __future__ import annotations

import pyarrow as pa

from corpora.documents import ROW_GROUP_ROWS, TEXT
from corpora.normalize.text import Policy, normalize
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
            texts = [normalize(text or "", policy) for text in batch["text"].to_pylist()]
            table = pa.table({"text": pa.array(texts, pa.large_string())}, schema=TEXT)
            writer.write(table)
            characters += sum(map(len, texts))
            size = sum(len(text.encode()) for text in texts)
            written += size
            progress(documents=len(texts), bytes=size)
    return UnitResult(
        outputs={"text": writer.sha256}, counts={"characters": characters, "bytes": written}
    )
