"""The formats by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from corpora.errors import ExportError
from corpora.export import jsonl, megatron, parquet
from corpora.export.rows import Needs
from corpora.export.shards import ExportFile, Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    name: str
    #: What of a document it holds.
    needs: Needs
    #: When the settings do not say.
    shard_bytes: int
    #: Rows in their order -> files written to the store, shards numbered from 0.
    write: Callable[[Job, Iterator[pa.Table]], list[ExportFile]]
    #: A shard's counts, recomputed from its bytes.
    count: Callable[[Path], dict[str, int]]


_TEXT_SHARD = 256 << 20
#: Few large prefixes: Megatron opens and indexes each one.
_TOKEN_SHARD = 16 << 30

FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        Format(
            name="jsonl",
            needs="text",
            shard_bytes=_TEXT_SHARD,
            write=jsonl.write,
            count=jsonl.count,
        ),
        Format(
            name="parquet",
            needs="text",
            shard_bytes=_TEXT_SHARD,
            write=parquet.write,
            count=parquet.count,
        ),
        Format(
            name="megatron",
            needs="tokens",
            shard_bytes=_TOKEN_SHARD,
            write=megatron.write,
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
