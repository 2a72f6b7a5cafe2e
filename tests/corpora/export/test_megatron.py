from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow.parquet as pq
import pytest
import sentencepiece

from corpora.errors import KotoguraError
from corpora.export.megatron import count
from corpora.tokenization.train import train
from tests.corpora.export import megatron_reader
from tests.corpora.export.conftest import Exporter, leaving
from tests.corpora.parts import Written

PREFIX = "part-00000_text_document"


def test_ids_are_sentencepiece_s_and_end_with_eod(
    exporter: Exporter,
    documents: list[Written],
    processor: sentencepiece.SentencePieceProcessor,
    tmp_path: Path,
) -> None:
    result = exporter.export(documents, "megatron")
    folder = exporter.folder(result, tmp_path / "out")
    code, found = megatron_reader.read(folder / PREFIX)
    ids = pq.read_table(folder / "document-ids.parquet").column("id").to_pylist()
    texts = leaving(documents)
    eos = processor.eos_id()
    assert code == 8
    assert found == [[*processor.EncodeAsIds(texts[str(name)]), eos] for name in ids]
    assert sorted(map(str, ids)) == sorted(texts)
    assert (folder / "tokenizer.model").read_bytes() == exporter.store.read(exporter.model)
    assert result.counts["tokens"] == sum(map(len, found))


@pytest.mark.parametrize(
    ("settings", "last"),
    [
        pytest.param({"eod_id": 3}, 3, id="an id of one's own"),
        pytest.param({"append_eod": False}, None, id="none"),
    ],
)
def test_eod_is_as_the_settings_say(
    exporter: Exporter,
    documents: list[Written],
    processor: sentencepiece.SentencePieceProcessor,
    tmp_path: Path,
    settings: dict[str, Any],
    last: int | None,
) -> None:
    folder = exporter.folder(exporter.export(documents, "megatron", **settings), tmp_path / "out")
    _, found = megatron_reader.read(folder / PREFIX)
    texts = {tuple(processor.EncodeAsIds(text)) for text in leaving(documents).values()}
    bare = {tuple(ids if last is None else ids[:-1]) for ids in found}
    assert bare == texts
    assert last is None or all(ids[-1] == last for ids in found)
    assert orjson.loads((folder / "manifest.json").read_bytes())["eod_id"] == last


def test_a_large_vocabulary_is_int32(
    exporter: Exporter, documents: list[Written], tmp_path: Path, shared_corpora: Path
) -> None:
    large = shared_corpora / "models_spm" / "llm-jp-tokenizer-100k.ver3.1.model"
    exporter.model = exporter.store.put_file(large)
    folder = exporter.folder(exporter.export(documents, "megatron"), tmp_path / "out")
    code, found = megatron_reader.read(folder / PREFIX)
    reference = sentencepiece.SentencePieceProcessor(model_file=str(large))
    texts = leaving(documents).values()
    expected = sorted([*reference.EncodeAsIds(text), reference.eos_id()] for text in texts)
    assert (code, sorted(found)) == (4, expected)


def test_prefixes_are_split_by_bytes_and_told_to_the_trainer(
    exporter: Exporter, documents: list[Written], tmp_path: Path
) -> None:
    whole = exporter.folder(exporter.export(documents, "megatron"), tmp_path / "whole")
    result = exporter.export(documents, "megatron", shard_bytes=600)
    folder = exporter.folder(result, tmp_path / "split")
    prefixes = sorted(path.stem for path in folder.glob("*.bin"))
    read = [megatron_reader.read(folder / prefix)[1] for prefix in prefixes]
    assert len(prefixes) > 3
    assert all((folder / f"{prefix}.bin").stat().st_size <= 600 for prefix in prefixes)
    assert [ids for part in read for ids in part] == megatron_reader.read(whole / PREFIX)[1]
    sequences = orjson.loads((folder / "sequences.json").read_bytes())
    assert sequences == {p: [len(r), len(r) + 1] for p, r in zip(prefixes, read, strict=True)}
    sums = [sum(map(len, part)) for part in read]
    blend = " ".join(f"{tokens} {prefix}" for tokens, prefix in zip(sums, prefixes, strict=True))
    assert f"--data-path {blend}\n" in (folder / "README.md").read_text()
    stated = [int((folder / f"{prefix}.num_tokens").read_text()) for prefix in prefixes]
    assert stated == sums


def test_the_sidecar_leads_from_a_byte_to_the_document(
    exporter: Exporter,
    documents: list[Written],
    processor: sentencepiece.SentencePieceProcessor,
    tmp_path: Path,
) -> None:
    result = exporter.export(documents, "megatron", shard_bytes=600)
    folder = exporter.folder(result, tmp_path / "out")
    texts = leaving(documents)
    rows = pq.read_table(folder / "document-ids.parquet").to_pylist()
    assert [row["position"] for row in rows] == list(range(len(texts)))
    for row in rows:
        ids = processor.EncodeAsIds(texts[row["id"]])
        data = (folder / f"part-{row['shard']:05d}_text_document.bin").read_bytes()
        assert list(struct.unpack_from(f"<{len(ids)}H", data, row["offset"])) == ids
        document = next(d for d in documents if d.id == row["id"])
        assert row["source"] == document.labels.get("source", "手作り.jsonl")


@pytest.mark.parametrize(
    ("settings", "encode", "says"),
    [
        pytest.param({}, False, "needs token ids", id="no tokenizer"),
        pytest.param({"eod_id": 70_000}, True, "has no id 70000", id="EOD outside the vocabulary"),
    ],
)
def test_what_cannot_be_written_is_refused(
    exporter: Exporter,
    documents: list[Written],
    settings: dict[str, int],
    encode: bool,
    says: str,
) -> None:
    with pytest.raises(KotoguraError, match=says):
        exporter.export(documents, "megatron", encode=encode, **settings)


def test_tokens_of_another_tokenizer_are_refused(
    exporter: Exporter, documents: list[Written]
) -> None:
    exporter.encoder = exporter.model
    exporter.model = exporter.store.put(train(["あい" * 500], 400))
    with pytest.raises(KotoguraError, match="not of this tokenizer's vocabulary"):
        exporter.export(documents, "megatron")


@pytest.mark.parametrize(
    ("suffix", "place"),
    [
        pytest.param(".idx", 0, id="magic"),
        pytest.param(".idx", 9, id="version"),
        pytest.param(".idx", 17, id="dtype"),
        pytest.param(".idx", 18, id="sequences"),
        pytest.param(".idx", 36, id="a length"),
        pytest.param(".idx", -1, id="the last boundary"),
    ],
)
def test_a_damaged_index_does_not_pass_the_count(
    exporter: Exporter, documents: list[Written], tmp_path: Path, suffix: str, place: int
) -> None:
    folder = exporter.folder(exporter.export(documents, "megatron"), tmp_path / "out")
    path = folder / f"{PREFIX}{suffix}"
    data = np.fromfile(path, np.uint8)
    data[place] ^= 0x40
    path.unlink()
    data.tofile(path)
    with pytest.raises(ValueError, match="its "):
        count(folder / f"{PREFIX}.bin")
