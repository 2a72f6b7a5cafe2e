"""Parquet: columns of every kind, and files that are damaged or lie."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.corpora.ingest.conftest import NEKO, Ingested

Ingest = Callable[..., Ingested]


def test_parquet_columns_of_every_kind_are_read(ingest: Ingest, tmp_path: Path) -> None:
    table = pa.table(
        {
            "感想": pa.array([NEKO, None, "", "短い"]),
            "種類": pa.array(["a", "b", "a", "b"]).dictionary_encode(),
            "日時": pa.array([0, 1, 2, 3], pa.timestamp("s")),
            "meta": pa.array([{"url": "https://example.jp/"}] * 4),
        }
    )
    pq.write_table(table, tmp_path / "a")
    ingested = ingest(tmp_path / "a")
    assert ingested.texts == [NEKO, "短い"]
    assert ingested.reasons == ["no-text", "no-text"]
    assert ingested.documents[0]["host"] == "example.jp"
    assert orjson.loads(ingested.documents[0]["metadata"])["日時"].startswith("1970-01-01")


def test_times_that_python_has_none_of_spoil_nothing(ingest: Ingest, tmp_path: Path) -> None:
    far = 2**62
    columns = {
        "text": [NEKO],
        "細": pa.array([1], pa.timestamp("ns")),
        "遠": pa.array([far], pa.timestamp("us")),
        "長": pa.array([far], pa.int64()).cast(pa.duration("s")),
        "日": pa.array([2**31 - 1], pa.int32()).cast(pa.date32()),
        "何処": pa.array([1], pa.timestamp("us", "Nowhere/Land")),
        "中": pa.array([[far]], pa.list_(pa.timestamp("us"))),
    }
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    (document,) = ingest(tmp_path / "a.parquet").documents
    assert orjson.loads(document["metadata"]) == {
        "細": "1970-01-01T00:00:00", "遠": far, "長": far, "日": 2**31 - 1, "何処": 1,
    }  # fmt: skip


def test_binary_text_columns_are_decoded(ingest: Ingest, tmp_path: Path) -> None:
    cells = [NEKO.encode("cp932"), b"\xff\x80\x00\x01\x02" * 9, NEKO.encode()]
    pq.write_table(pa.table({"text": pa.array(cells, pa.binary())}), tmp_path / "a.parquet")
    ingested = ingest(tmp_path / "a.parquet")
    assert ingested.texts == [NEKO, NEKO]
    assert len(ingested.reasons) == 1


def test_one_oversized_cell_does_not_spoil_its_file(
    ingest: Ingest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpora.ingest.parquet_process.MAX_RECORD_BYTES", 1_000)
    pq.write_table(pa.table({"text": [NEKO, "あ" * 2_000, NEKO]}), tmp_path / "a.parquet")
    ingested = ingest(tmp_path / "a.parquet")
    assert (ingested.texts, ingested.reasons) == ([NEKO, NEKO], ["too-large"])
    assert ingested.quarantine[0]["locator"] == "row:1"


def test_damaged_parquet_is_one_file_error_and_the_next_file_is_read(
    ingest: Ingest, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    pq.write_table(pa.table({"text": [NEKO] * 5_000}), folder / "b.parquet", compression="none")
    data = bytearray((folder / "b.parquet").read_bytes())
    (folder / "a.parquet").write_bytes(data[:-20])
    data[200] ^= 0xFF
    (folder / "c.parquet").write_bytes(data)
    ingested = ingest(folder)
    by_name = {Path(file["path"]).name: file for file in ingested.files}
    assert "Parquet" in by_name["a.parquet"]["error"]
    assert by_name["b.parquet"]["documents"] == 5_000


def _claiming(rows: int) -> bytes:
    """Parquet whose footer says that its three rows are so many (Thrift's compact protocol)."""
    target = io.BytesIO()
    pq.write_table(pa.table({"text": [NEKO] * 3}), target, use_dictionary=False)
    data = target.getvalue()
    size = int.from_bytes(data[-8:-4], "little")
    number, claimed = 2 * rows, b""
    while number > 0x7F:
        claimed, number = claimed + bytes([number & 0x7F | 0x80]), number >> 7
    footer = data[-8 - size : -8].replace(b"\x16\x06", b"\x16" + claimed + bytes([number]))
    return data[: -8 - size] + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def _with_a_wrong_checksum() -> bytes:
    target = io.BytesIO()
    table = pa.table({"text": [NEKO] * 3})
    pq.write_table(
        table,
        target,
        use_dictionary=False,
        compression="none",
        write_page_checksum=True,
        write_statistics=False,
    )
    return target.getvalue().replace(NEKO.encode(), NEKO[::-1].encode(), 1)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_claiming(10**9), id="a billion values"),
        pytest.param(_with_a_wrong_checksum(), id="checksum"),
    ],
)
def test_parquet_that_lies_fails_and_costs_nothing_else(
    ingest: Ingest, tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "a.parquet").write_bytes(data)
    pq.write_table(pa.table({"text": [NEKO]}), tmp_path / "b.parquet")
    ingested = ingest(tmp_path / "a.parquet", tmp_path / "b.parquet")
    assert ingested.texts[-1:] == [NEKO]
    assert [bool(file["error"]) for file in ingested.files] == [True, False]


def test_a_parquet_reader_that_dies_is_a_file_error(
    ingest: Ingest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child.py"
    child.write_text("import os, sys\nsys.stdin.readline()\nos.kill(os.getpid(), 9)\n")
    monkeypatch.setattr("corpora.ingest.parquet_process._CHILD", child)
    pq.write_table(pa.table({"text": [NEKO]}), tmp_path / "a.parquet")
    (error,) = ingest(tmp_path / "a.parquet").errors
    assert "was stopped (memory or CPU limit, status -9)" in error
