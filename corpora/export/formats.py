"""The formats by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora.errors import ExportError
from corpora.export import jsonl, megatron, parquet
from corpora.export.rows import Needs
from corpora.export.settings import ExportSettings
from corpora.export.shards import ExportFile, Job, Whole
from corpora.export.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    name: str
    #: What of a document it holds.
    needs: Needs
    #: When the settings do not say.
    shard_bytes: int
    #: Rows' sizes (``corpora.export.rows``), int64 -> bytes of each in a shard.
    sizes: Callable[[NDArray[np.int64], ExportSettings, Vocabulary | None], NDArray[np.int64]]
    #: Of a shard; None when its readers set no bound.
    most_rows: int | None = None
    #: A shard's rows in their order -> its files, written to the store.
    write: Callable[[Job, Iterator[pa.Table]], list[ExportFile]]
    #: All shards' files -> those of the export, with what lies beside the shards.
    finish: Callable[[Whole, list[ExportFile]], list[ExportFile]]
    #: A shard's counts, recomputed from its bytes.
    count: Callable[[Path], dict[str, int]]


_TEXT_SHARD = 256 << 20
#: Few large prefixes: Megatron opens and indexes each one.
_TOKEN_SHARD = 16 << 30


def _as_they_are(
    sizes: NDArray[np.int64], settings: ExportSettings, vocabulary: Vocabulary | None
) -> NDArray[np.int64]:
    """Texts count as they are, without what a format puts around them."""
    return sizes


FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        Format(
            name="jsonl",
            needs="text",
            shard_bytes=_TEXT_SHARD,
            sizes=_as_they_are,
            write=jsonl.write,
            finish=jsonl.finish,
            count=jsonl.count,
        ),
        Format(
            name="parquet",
            needs="text",
            shard_bytes=_TEXT_SHARD,
            sizes=_as_they_are,
            write=parquet.write,
            finish=parquet.finish,
            count=parquet.count,
        ),
        Format(
            name="megatron",
            needs="tokens",
            shard_bytes=_TOKEN_SHARD,
            sizes=megatron.sizes,
            most_rows=megatron.MOST_DOCUMENTS,
            write=megatron.write,
            finish=megatron.finish,
            count=megatron.count,
        ),
    )
}


def format_named(name: str) -> Format:
    """Raises ExportError for a name that is none."""
    try:
        return FORMATS[name]
    except KeyError:
        raise ExportError(
            f"the export format {name!r} is not known.", remedy=f"Use {', '.join(FORMATS)}."
        ) from None
