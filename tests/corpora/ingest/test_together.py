"""Records worked out together become what each becomes by itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.documents import Document, Rejected
from corpora.ingest import strict_json
from corpora.ingest.cleaning import clean
from corpora.ingest.columns import columns_of
from corpora.ingest.entries import Batch, Entry
from corpora.ingest.parquet_process import ParquetProcess
from corpora.ingest.plain_texts import are_plain
from corpora.ingest.reading import Opened
from corpora.ingest.rows import Rows
from corpora.stages import no_progress
from tests.corpora.ingest.conftest import NEKO

_MOJIBAKE = NEKO.encode().decode("cp932", "replace")
#: Put together, they make texts of every kind.
_PIECES = st.sampled_from(
    (NEKO, "a cat", "", " ", "\u3000", "\x1c", "\x85", "\r\n", "\n", "\0", "\ufeff", "\ufffd",
     "ã", "é", "縺", "縁", "™", "\ue000", "𠮷", "😀", '"', '": 1', "\\", ",", "\t", "x" * 120,
     _MOJIBAKE)
)  # fmt: skip
_TEXTS = st.lists(_PIECES, max_size=5).map("".join)
_SAID = st.one_of(
    st.sampled_from((NEKO, "", " ", "2026-01-02", "2026年1月2日", "https://A.jp:80/b", "ja\0")),
    st.none(),
    st.booleans(),
    st.integers(-(1 << 65), 1 << 65),
    st.sampled_from((1700000000, 0.5, 1e300, -0.0, [], {}, ["a", {"text": "b"}], {"a": {"a": 1}})),
)
_NAMES = ("url", "title", "date", "created", "id", "doc_id", "language", "tags", "n")
_META = st.one_of(
    st.fixed_dictionaries({"url": _SAID, "doc_id": _SAID}),
    st.dictionaries(st.sampled_from(_NAMES), _SAID, max_size=3),
)
_USUAL = st.fixed_dictionaries({"text": st.just(NEKO), "title": _TEXTS, "id": st.integers(0, 9)})
_RECORDS = st.one_of(
    _USUAL,
    st.fixed_dictionaries(
        {"text": st.one_of(_TEXTS, _SAID)},
        optional={**dict.fromkeys(_NAMES, _SAID), "meta": st.one_of(_META, _SAID), "body": _SAID},
    ),
    st.dictionaries(st.sampled_from(("text", *_NAMES)), _SAID, max_size=3),
)
_BAD = st.sampled_from(
    (b'{"text": 1', b'{"text": "a", "text": "b"}', b'{"text": "\\ud800"}', b'{"text": "\xff\xfe"}',
     b'{"text": "a", "n": 123456789012345678901234}', b'{"text": "a", "n": NaN}', b"[]", b"null",
     b'\xef\xbb\xbf{"text": "a"}', b'\0{"text": "a"}\0', b"  ", b'{"text": "a"} \r', b"7",
     NEKO.encode("cp932"), b'{"text": "' + "吾輩は猫である".encode("cp932") + b'"}',
     b'{"text": "a", "x": ' + b"[" * 250 + b"]" * 250 + b"}")
)  # fmt: skip
_LINES = st.one_of(
    _RECORDS.map(lambda record: orjson.dumps(_small(record))),
    _RECORDS.map(lambda record: orjson.dumps(_small(record)).replace(b":", b" : ")),
    _BAD,
)
_STATED = st.sampled_from(
    ({}, {"text": ["text"]}, {"text": ["text", "title"]}, {"title": ["text"]}, {"date": []},
     {"text": ["title"], "id": ["n"]}, {"url": ["meta.url"]})
)  # fmt: skip


def _small(value: Any) -> Any:
    """As orjson writes it: no integer beyond 64 bits."""
    if isinstance(value, dict):
        return {key: _small(item) for key, item in value.items()}
    return value % (1 << 63) if isinstance(value, int) and abs(value) >> 63 else value


def _jsonl(lines: list[bytes]) -> bytes:
    first = orjson.dumps({"text": NEKO}) + b"\n"
    return first * 60 + b"\n".join(lines)


def _csv(records: list[dict[str, Any]]) -> bytes:
    names = ["text", "title", "id", "date"]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows([[NEKO, "", "1", "2026-01-02"]] * 3)
    for number, record in enumerate(records):
        row = [record.get(name) for name in names]
        writer.writerow(["" if cell is None else cell for cell in row[: number % 7 + 2]])
    return out.getvalue().encode()


def _parquet(records: list[dict[str, Any]]) -> bytes:
    def text(name: str) -> list[str | None]:
        values = [record.get(name) for record in records]
        return [value if isinstance(value, str) else None for value in values]

    raw = [
        None if value is None else value.encode("cp932" if at % 9 == 8 else "utf-8", "ignore")
        for at, value in enumerate(text("text"))
    ]
    numbers = [value if type(value := record.get("n")) is float else None for record in records]
    dates = [{"date": value} for value in text("date")]
    columns = {
        "text": pa.array(raw, pa.binary()) if len(records) % 2 else text("text"),
        "title": pa.array(text("title"), pa.string()).dictionary_encode(),
        "url": pa.array(text("url"), pa.string()),
        "n": pa.array(numbers, pa.float64()),
        "id": pa.array(range(len(records)), pa.int64()),
        "meta": pa.array(dates, pa.struct([("date", pa.string())])),
    }
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


_FILES = {
    "jsonl": st.lists(_LINES, max_size=40).map(_jsonl),
    "csv": st.lists(_RECORDS, max_size=40).map(_csv),
    "parquet": st.lists(_RECORDS, max_size=40).map(_parquet),
}


@pytest.fixture(scope="module")
def parquet() -> Iterator[ParquetProcess]:
    with ParquetProcess() as process:
        yield process


@pytest.mark.parametrize("format", _FILES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), stated=_STATED)
def test_together_is_one_after_another(
    format: str, data: st.DataObject, stated: dict[str, list[str]], parquet: ParquetProcess,
    tmp_path: Path,
) -> None:  # fmt: skip
    path = tmp_path / f"a.{format}"
    path.write_bytes(data.draw(_FILES[format]))
    opened = Opened(
        path=path,
        source="a",
        format=format,
        scratch=tmp_path,
        parquet=parquet,
        progress=no_progress,
        columns=columns_of(stated),
    )
    for entry in opened.entries():
        if isinstance(entry, Batch):
            alone = [_told(one() if callable(one) else one) for one in entry.singly()]
            together = [told for outcome in entry.together() for told in _each(outcome)]
            assert together == alone
            assert len(alone) == entry.records


def _each(outcome: Rows | Document | Rejected) -> Iterator[Any]:
    if isinstance(outcome, Rows):
        yield from (_told(outcome[at : at + 1]) for at in range(len(outcome)))
    else:
        yield _told(outcome)


def _told(outcome: Rows | Document | Rejected) -> Any:
    return Rows.of(outcome) if isinstance(outcome, Document) else outcome


def test_usual_records_are_worked_out_together(tmp_path: Path, parquet: ParquetProcess) -> None:
    """However many of the others are among them."""
    usual = [{"text": NEKO, "title": "猫", "meta": {"n": n}} for n in range(50)]
    odd = [{"text": None}, {"text": NEKO + "\r\n"}, {"text": NEKO, "title": ""}]
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(map(orjson.dumps, [*usual, *odd, *usual])))
    opened = Opened(
        path=path, source="a", format="auto", scratch=tmp_path, parquet=parquet,
        progress=no_progress,
    )  # fmt: skip
    (batch,) = [entry for entry in opened.entries() if isinstance(entry, Batch)]
    found = [len(rows) for rows in batch.together() if isinstance(rows, Rows)]
    assert found == [50, 51]


@given(texts=st.lists(st.one_of(_TEXTS, st.text()), max_size=20))
def test_a_plain_text_stays_as_it_is(texts: list[str]) -> None:
    encoded = [text.encode("utf-8", "replace") for text in texts]
    for text, plain in zip(encoded, are_plain(encoded), strict=True):
        cleaned: Any = clean(text.decode())
        assert not plain or (cleaned.encoded, cleaned.notes) == (text, {})


@given(lines=st.lists(_LINES, max_size=20))
def test_lines_parsed_together(lines: list[bytes]) -> None:
    def alone(line: bytes) -> Any:
        try:
            return strict_json.parse(line)
        except strict_json.JsonError:
            return None

    assert strict_json.parse_all(lines) == list(map(alone, lines))


def test_a_batch_ends_where_something_else_stands(tmp_path: Path, parquet: ParquetProcess) -> None:
    path = tmp_path / "a.csv"
    lines = ["text,n", f"{NEKO},1", f'"{NEKO}"x{NEKO},2', f"{NEKO},3"]
    path.write_bytes("\n".join(lines).encode() + b"\n\x80\xff,4\n" + f"{NEKO},5\n".encode())
    opened = Opened(
        path=path, source="a", format="csv", scratch=tmp_path, parquet=parquet,
        progress=no_progress,
    )  # fmt: skip
    entries: list[Entry] = list(opened.entries())
    shape = [entry.records if isinstance(entry, Batch) else "rejected" for entry in entries]
    assert shape == [3, "rejected", 1]
