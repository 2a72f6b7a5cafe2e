from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.export import buckets
from corpora.export.buckets import in_order, put_buckets, sizes_in_order
from corpora.export.cutting import cut
from corpora.storage import Store
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
def test_how_many_buckets_there_are_changes_no_byte(
    exporter: Exporter, documents: list[Written], format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = exporter.export(documents, format, shard_bytes=1_000)
    monkeypatch.setattr(buckets, "MOST_BUCKETS", 1)
    assert exporter.export(documents, format, shard_bytes=1_000) == few


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
    st.lists(st.lists(st.integers(0, (1 << 64) - 1), max_size=6), min_size=1, max_size=6),
    st.sampled_from([1, 2, 8, 64]),
)
def test_any_piece_of_the_order_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[int]], number: int
) -> None:
    store = Store(tmp_path_factory.mktemp("buckets"))
    schema = pa.schema(
        [("key", pa.uint64()), ("size", pa.int64()), ("tokens", pa.large_list(pa.int32()))]
    )
    rows = [(key, place) for place, key in enumerate(key for part in parts for key in part)]
    given_rows = iter(rows)
    blobs = []
    for part in parts:
        places = [next(given_rows)[1] for _ in part]
        tokens = [[place] * (place % 3) for place in places]
        columns = {"key": part, "size": places, "tokens": tokens}
        blobs.append(put_buckets(store, pa.table(columns, schema=schema), number))
    files, arrays = zip(*blobs, strict=True)
    sizes = list(sizes_in_order(store, arrays, number))
    assert [size for some in sizes for size in some] == [place for _, place in sorted(rows)]
    places_in_order = [(n, row) for n, some in enumerate(sizes) for row in range(len(some))]
    places_in_order.append((number - 1, len(sizes[-1])))
    middle = places_in_order[len(places_in_order) // 2]
    halves = [(places_in_order[0], middle), (middle, places_in_order[-1])]
    found = [
        row
        for first, end in halves
        for table in in_order(store, files, first, end)
        for row in table.to_pylist()
    ]
    assert [(row["key"], row["size"]) for row in found] == sorted(rows)
    assert all(row["tokens"] == [row["size"]] * (row["size"] % 3) for row in found)


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
        here = [np.array(sizes[k : k + step]) for k in range(0, len(sizes), step)]
        found = cut(here, limit=limit, most_rows=most)
        flat = [[place * step + row for place, row in (one.first, one.end)] for one in found]
        pieces = [sizes[first:end] for first, end in flat]
        assert [len(piece) for piece in pieces] == [one.documents for one in found]
        assert [sum(piece) for piece in pieces] == [one.bytes for one in found]
        return pieces

    found = shards(step)
    assert found == shards(1)
    assert [n for shard in found for n in shard] == sizes
    assert all(len(shard) == 1 or sum(shard) <= limit for shard in found)
    assert most is None or all(len(shard) <= most for shard in found)
    # No shard is closed early: the next row would not have fitted.
    for shard, following in pairwise(found):
        assert sum(shard) + following[0] > limit or len(shard) == most
