from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.export import ordering
from corpora.export.rows import order_key
from corpora.export.shards import cut
from tests.corpora.export.conftest import Exporter, leaving
from tests.corpora.export.test_text_formats import lines
from tests.corpora.parts import Written

FORMATS = ("jsonl", "parquet", "megatron")


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_snapshot_and_settings_give_the_same_bytes(
    exporter: Exporter, documents: list[Written], format: str
) -> None:
    first = exporter.export(documents, format, shard_bytes=1_000)
    assert exporter.export(documents, format, shard_bytes=1_000) == first


@pytest.mark.parametrize("format", FORMATS)
def test_how_documents_lie_in_parts_changes_no_shard(
    exporter: Exporter, documents: list[Written], format: str
) -> None:
    one = exporter.export(documents, format).outputs["files"]
    assert exporter.export(documents, format, split_at=3).outputs["files"] == one


@pytest.mark.parametrize("format", FORMATS)
def test_sorting_on_disk_changes_no_shard(
    exporter: Exporter, documents: list[Written], format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_memory = exporter.export(documents, format, shard_bytes=1_000)
    monkeypatch.setattr(ordering, "IN_MEMORY_BYTES", 0)
    monkeypatch.setattr(ordering, "BUCKET_BYTES", 1_000)
    assert exporter.export(documents, format, shard_bytes=1_000) == in_memory


def _ids(exporter: Exporter, documents: Sequence[Written], folder: Path, seed: int) -> list[str]:
    result = exporter.export(documents, "jsonl", seed=seed)
    shard = exporter.folder(result, folder) / "part-00000.jsonl.zst"
    return [json.loads(line)["id"] for line in lines(shard)]


def test_another_seed_is_another_order(
    exporter: Exporter, documents: list[Written], tmp_path: Path
) -> None:
    first = _ids(exporter, documents, tmp_path / "1", 1)
    second = _ids(exporter, documents, tmp_path / "2", 2)
    given_order = [d.id for d in documents if d.id in leaving(documents)]
    assert sorted(first) == sorted(second)
    assert first != second
    assert given_order not in (first, second)


def test_dropping_a_document_takes_its_line_out_and_no_other(
    exporter: Exporter, documents: list[Written], tmp_path: Path
) -> None:
    before = exporter.folder(exporter.export(documents, "jsonl"), tmp_path / "1")
    gone = documents[20]
    fewer = [replace(d, kept=d.kept and d is not gone) for d in documents]
    after = exporter.folder(exporter.export(fewer, "jsonl"), tmp_path / "2")
    old = lines(before / "part-00000.jsonl.zst")
    new = lines(after / "part-00000.jsonl.zst")
    assert new == [line for line in old if json.loads(line)["id"] != gone.id]
    assert len(new) == len(old) - 1


@given(
    st.lists(st.lists(st.integers(0, (1 << 64) - 1), max_size=6), max_size=6),
    st.sampled_from([1, 2, 8, 64]),
)
def test_buckets_sort_whatever_their_number(
    tmp_path_factory: pytest.TempPathFactory, keys: list[list[int]], buckets: int
) -> None:
    schema = pa.schema([("key", pa.uint64()), ("place", pa.int64())])
    flat = [(key, place) for place, key in enumerate(k for table in keys for k in table)]
    rows = iter(flat)
    tables = [
        pa.table({"key": table, "place": [next(rows)[1] for _ in table]}, schema=schema)
        for table in keys
    ]
    folder = tmp_path_factory.mktemp("buckets")
    found = [
        (row["key"], row["place"])
        for table in ordering.ordered(tables, schema, buckets=buckets, folder=folder)
        for row in table.to_pylist()
    ]
    assert found == sorted(flat)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("bound", [0, 100, 1 << 20])
def test_rows_come_in_the_same_order_from_memory_and_from_disk(
    bound: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ordering, "IN_MEMORY_BYTES", bound)
    schema = pa.schema([("key", pa.uint64()), ("tokens", pa.large_list(pa.int32()))])
    keys = [order_key(str(n % 7), 0) for n in range(40)]
    table = pa.table({"key": keys, "tokens": [[n] * (n % 3) for n in range(40)]}, schema=schema)
    tables = [table.slice(start, 4) for start in range(0, 40, 4)]
    tables.insert(3, schema.empty_table())
    found = pa.concat_tables(
        ordering.in_order(tables, schema, payload_bytes=0, folder=tmp_path)
    ).to_pylist()
    assert found == sorted(table.to_pylist(), key=lambda row: row["key"])
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_order_is_nothing(tmp_path: Path) -> None:
    schema = pa.schema([("key", pa.uint64())])
    assert list(ordering.in_order([], schema, payload_bytes=0, folder=tmp_path)) == []


def test_a_bucket_that_is_too_large_is_parted_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ordering, "BUCKET_BYTES", 1_000)
    schema = pa.schema([("key", pa.uint64()), ("place", pa.int64())])
    keys = [order_key(str(n % 300), 0) for n in range(3_000)]
    table = pa.table({"key": keys, "place": range(3_000)}, schema=schema)
    tables = [table.slice(start, 100) for start in range(0, 3_000, 100)]
    sorted_in_memory: list[int] = []
    whole = ordering._sorted

    def watched(table: pa.Table) -> Iterator[pa.Table]:
        sorted_in_memory.append(table.num_rows)
        return whole(table)

    monkeypatch.setattr(ordering, "_sorted", watched)
    found = pa.concat_tables(ordering.ordered(tables, schema, buckets=2, folder=tmp_path))
    assert found.to_pylist() == sorted(
        table.to_pylist(), key=lambda row: (row["key"], row["place"])
    )
    assert max(sorted_in_memory) < 600
    assert list(tmp_path.iterdir()) == []


def test_rows_of_one_key_end_in_one_bucket_however_many(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ordering, "BUCKET_BYTES", 1_000)
    schema = pa.schema([("key", pa.uint64()), ("place", pa.int64())])
    table = pa.table({"key": [7] * 5_000, "place": range(5_000)}, schema=schema)
    found = pa.concat_tables(ordering.ordered([table], schema, buckets=2, folder=tmp_path))
    assert found.equals(table)


def test_pending_rows_are_written_before_they_fill_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ordering, "_PENDING_BYTES", 1)
    schema = pa.schema([("key", pa.uint64())])
    tables = [pa.table({"key": [order_key(str(n), 0)]}, schema=schema) for n in range(50)]
    found = pa.concat_tables(ordering.ordered(tables, schema, buckets=4, folder=tmp_path))
    keys = found.column("key").to_pylist()
    assert keys == sorted(order_key(str(n), 0) for n in range(50))


@given(
    st.lists(st.integers(0, 50), max_size=40),
    st.integers(1, 10),
    st.integers(1, 100),
    st.one_of(st.none(), st.integers(1, 5)),
)
def test_where_a_shard_ends_depends_on_the_rows_alone(
    sizes: list[int], step: int, limit: int, most: int | None
) -> None:
    def shards(step: int) -> list[list[int]]:
        tables = [pa.table({"n": sizes[k : k + step]}) for k in range(0, len(sizes), step)]

        def size_of(table: pa.Table) -> list[int]:
            found: list[int] = table.column("n").to_pylist()  # type: ignore[assignment]
            return found

        return [
            [n for table in shard for n in size_of(table)]
            for shard in cut(tables, size_of, limit=limit, most_rows=most)
        ]

    found = shards(step)
    assert found == shards(1)
    assert [n for shard in found for n in shard] == sizes
    assert all(len(shard) == 1 or sum(shard) <= limit for shard in found)
    assert most is None or all(len(shard) <= most for shard in found)
    # No shard is closed early: the next row would not have fitted.
    for shard, following in pairwise(found):
        assert sum(shard) + following[0] > limit or len(shard) == most
