"""Megatron-LM's indexed dataset, version 1: ``PREFIX.bin`` and ``PREFIX.idx``, little-endian.

``.bin`` is bare token ids. ``.idx`` is 4D 4D 49 44 49 44 58 00 00, u64 version, u8 dtype code,
u64 S sequences, u64 D = documents + 1, i32[S] lengths, i64[S] byte offsets, i64[D] boundaries.
One sequence is one document. Source: megatron/core/datasets/indexed_dataset.py (Megatron-LM);
GPT-NeoX reads the same.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from corpora.errors import ExportError
from corpora.export.settings import ExportSettings
from corpora.export.shards import ExportFile, Job, Whole
from corpora.export.vocabulary import Vocabulary

MAGIC = b"MMIDIDX\x00\x00"
_HEADER = struct.Struct("<9sQBQQ")

#: Megatron's DType codes of what we write, and its rule for which (DType.optimal_dtype).
CODES = {"uint16": 8, "int32": 4}
_UINT16_BELOW = 65_500

#: Readers number the documents of a prefix with int32.
MOST_DOCUMENTS = (1 << 31) - 2

_AT_ONCE = 1 << 16


def dtype_name(vocab_size: int) -> str:
    """
    >>> dtype_name(65_499), dtype_name(65_500), dtype_name(102_400)
    ('uint16', 'int32', 'int32')
    """
    return "uint16" if vocab_size < _UINT16_BELOW else "int32"


def sizes(
    tokens: NDArray[np.int64], settings: ExportSettings, vocabulary: Vocabulary | None
) -> NDArray[np.int64]:
    """Bytes of the ids of documents of so many tokens, the end of each with them."""
    itemsize = np.dtype(dtype_name(_known(vocabulary).size)).itemsize
    return (tokens + int(settings.append_eod)) * itemsize


def write(job: Job, rows: Iterator[pa.Table]) -> list[ExportFile]:
    """A prefix: .bin, .idx and .num_tokens."""
    vocabulary = _known(job.vocabulary)
    prefix = f"part-{job.number:05d}_text_document"
    dtype = np.dtype(dtype_name(vocabulary.size)).newbyteorder("<")
    with job.store.scratch() as folder, (folder / "lengths").open("w+b") as lengths:
        with job.store.writer() as blob:
            out = _Bin(
                file=blob.file,
                lengths=lengths,
                dtype=dtype,
                vocab_size=vocabulary.size,
                eod=vocabulary.eod(job.settings),
            )
            for table in rows:
                job.sidecar.add(table, offsets=out.add(table))
        with job.store.writer() as index:
            _write_index(index.file, out)
    counts = {"documents": out.documents, "sequences": out.documents, "tokens": out.tokens}
    tokens = job.store.put(f"{out.tokens}\n".encode())
    return [
        ExportFile.stored(job.store, f"{prefix}.bin", blob.sha256, **counts, shard=job.number),
        ExportFile.stored(job.store, f"{prefix}.idx", index.sha256),
        ExportFile.stored(job.store, f"{prefix}.num_tokens", tokens),
    ]


def finish(whole: Whole, files: list[ExportFile]) -> list[ExportFile]:
    """All prefixes, then sequences.json, README.md and the tokenizer's model."""
    vocabulary = _known(whole.vocabulary)
    sequences = whole.store.put(orjson.dumps(_sequences(files), option=orjson.OPT_INDENT_2))
    readme = whole.store.put(_readme(files, vocabulary, whole.settings).encode())
    return [
        *files,
        ExportFile.stored(whole.store, "sequences.json", sequences),
        ExportFile.stored(whole.store, "README.md", readme),
        # Ids mean nothing without it, and no other will do.
        ExportFile.stored(whole.store, "tokenizer.model", vocabulary.sha256),
    ]


def _known(vocabulary: Vocabulary | None) -> Vocabulary:
    assert vocabulary is not None, "a plan asks for no tokens without a tokenizer"
    return vocabulary


@dataclass(slots=True, kw_only=True)
class _Bin:
    """A .bin being written, and its documents' lengths (int32) in a file beside it."""

    file: IO[bytes]
    lengths: IO[bytes]
    dtype: np.dtype[Any]
    vocab_size: int
    eod: int | None
    documents: int = 0
    tokens: int = 0

    def add(self, table: pa.Table) -> list[int]:
        """Append the rows' ids; returns the byte offset of each."""
        tokens: Any = table.column("tokens").combine_chunks()
        values: NDArray[np.int32] = tokens.flatten().to_numpy()
        lengths = table.column("token_count").to_numpy().astype("<i4")
        if values.size and not 0 <= values.min() <= values.max() < self.vocab_size:
            raise ExportError(
                "the snapshot's token ids are not of this tokenizer's vocabulary.",
                remedy="Encode the snapshot with the tokenizer of the export.",
            )
        if self.eod is not None:
            values = np.insert(values, np.cumsum(lengths, dtype=np.int64), self.eod)
            lengths += 1
        self.file.write(values.astype(self.dtype).tobytes())
        self.lengths.write(lengths.tobytes())
        ends = self.tokens + np.cumsum(lengths, dtype=np.int64)
        offsets: list[int] = ((ends - lengths) * self.dtype.itemsize).tolist()
        self.tokens = int(ends[-1])
        self.documents += len(lengths)
        return offsets


def _write_index(file: IO[bytes], out: _Bin) -> None:
    """Three passes over the lengths, so that memory does not grow with the documents."""
    code = CODES[out.dtype.name]
    file.write(_HEADER.pack(MAGIC, 1, code, out.documents, out.documents + 1))
    for lengths in _chunks(out.lengths):
        file.write(lengths.tobytes())
    tokens = 0
    for lengths in _chunks(out.lengths):
        ends = tokens + np.cumsum(lengths, dtype="<i8")
        file.write(((ends - lengths) * out.dtype.itemsize).tobytes())
        tokens = int(ends[-1])
    for start in range(0, out.documents + 1, _AT_ONCE):
        stop = min(start + _AT_ONCE, out.documents + 1)
        file.write(np.arange(start, stop, dtype="<i8").tobytes())


def _chunks(file: IO[bytes]) -> Iterator[NDArray[np.int32]]:
    file.seek(0)
    while chunk := file.read(4 * _AT_ONCE):
        yield np.frombuffer(chunk, "<i4")


def _prefixes(files: list[ExportFile]) -> dict[str, ExportFile]:
    """Prefix -> its .bin."""
    return {file.name.removesuffix(".bin"): file for file in files if file.shard is not None}


def _sequences(files: list[ExportFile]) -> dict[str, list[int]]:
    """What --per-dataset-sequences-path reads: prefix -> [S, D] as in the index's header."""
    return {
        prefix: [file.sequences or 0, (file.documents or 0) + 1]
        for prefix, file in _prefixes(files).items()
    }


def _readme(files: list[ExportFile], vocabulary: Vocabulary, settings: ExportSettings) -> str:
    blend = " ".join(f"{file.tokens} {prefix}" for prefix, file in _prefixes(files).items())
    eod = vocabulary.eod(settings)
    end = "no id is added" if eod is None else f"id {eod} is added"
    return f"""# Token ids for Megatron-LM

Run the training from this folder, or put its path before each prefix:

    --data-path {blend}

The weights are the prefixes' token counts. Ids are {dtype_name(vocabulary.size)}, vocabulary
{vocabulary.size}, made by `tokenizer.model` (`--tokenizer-model tokenizer.model`).
At the end of each document {end}.
`sequences.json` is for `--per-dataset-sequences-path`.

{settings.licence or "Each document's own licence is stated in the manifest, by share."}
"""


def count(path: Path) -> dict[str, int]:
    """Documents, sequences and tokens of a .bin from its .idx beside it.

    Raises ValueError when the two do not agree with each other or with the format.
    """
    index = np.memmap(path.with_suffix(".idx"), np.uint8, "r")
    magic, version, code, sequences, boundaries = _HEADER.unpack(bytes(index[: _HEADER.size]))
    if magic != MAGIC or version != 1 or code not in CODES.values():
        raise ValueError("its index has another magic number, version or dtype")
    if len(index) != _HEADER.size + 12 * sequences + 8 * boundaries or boundaries < 1:
        raise ValueError("its index is cut short")
    at = _HEADER.size
    lengths = np.frombuffer(index, "<i4", sequences, at)
    offsets = np.frombuffer(index, "<i8", sequences, at + 4 * sequences)
    documents = np.frombuffer(index, "<i8", boundaries, at + 12 * sequences)
    itemsize = 2 if code == CODES["uint16"] else 4
    ends = np.cumsum(lengths, dtype=np.int64) * itemsize
    if not np.array_equal(offsets, ends - lengths.astype(np.int64) * itemsize):
        raise ValueError("its index has offsets that do not follow from the lengths")
    if documents[0] != 0 or documents[-1] != sequences:
        raise ValueError("its index has other boundaries than its documents")
    if path.stat().st_size != (int(ends[-1]) if sequences else 0):
        raise ValueError("its size is not what its index adds up to")
    tokens = int(lengths.sum(dtype=np.int64))
    return {"documents": boundaries - 1, "sequences": sequences, "tokens": tokens}
