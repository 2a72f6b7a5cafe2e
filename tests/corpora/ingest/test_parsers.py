"""Lines, JSON values and strict JSON: offsets and limits, whatever the chunks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.errors import SourceError
from corpora.ingest import strict_json
from corpora.ingest.json_split import split
from corpora.ingest.lines import lines


def chunked(data: bytes, sizes: list[int]) -> list[bytes]:
    chunks, at = [], 0
    for size in sizes:
        chunks.append(data[at : at + size])
        at += size
    return [*chunks, data[at:]]


SIZES = st.lists(st.integers(min_value=0, max_value=9), max_size=20)


@given(st.lists(st.binary(max_size=12).filter(lambda line: b"\n" not in line)), SIZES)
def test_lines_and_their_offsets_do_not_depend_on_chunks(
    expected: list[bytes], sizes: list[int]
) -> None:
    data = b"\n".join(expected)
    found = list(lines(chunked(data, sizes), limit=1_000))
    assert b"\n".join(line.data for line in found) == data.removesuffix(b"\n") or not data
    assert all(data[line.offset :].startswith(line.data) for line in found)


@pytest.mark.parametrize("size", [3, 64, 100_000])
def test_an_oversized_line_is_told_and_the_next_is_read(size: int) -> None:
    data = b"a" * 20_000 + b"\nnext"
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    first, second = lines(chunks, limit=10_000)
    assert first.oversized
    assert len(first.data) == 4_096
    assert (second.offset, second.data) == (20_001, b"next")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=5), SIZES, st.booleans())
def test_members_of_an_array_are_cut_out_whole(
    members: list[Any], sizes: list[int], ascii_only: bool
) -> None:
    data = json.dumps(members, ensure_ascii=ascii_only, indent=1).encode("utf-8", "replace")
    found = list(split(chunked(data, sizes), "x.json"))
    assert [json.loads(value.data) for value in found] == json.loads(data)
    assert all(data[value.offset :].startswith(value.data) for value in found)


@given(st.lists(st.dictionaries(st.text(max_size=4), JSON, max_size=3), max_size=4), SIZES)
def test_objects_one_after_another(objects: list[Any], sizes: list[int]) -> None:
    data = "\n".join(json.dumps(value, indent=2) for value in objects).encode()
    assert [json.loads(value.data) for value in split(chunked(data, sizes), "x")] == objects


def test_a_cut_array_gives_its_whole_members_and_an_error() -> None:
    values = split(['[{"a": "い"}, {"a": "ろ'.encode()], "x.json")
    assert next(values).data == '{"a": "い"}'.encode()
    with pytest.raises(SourceError, match=r"x\.json.*ends inside"):
        next(values)


def test_an_oversized_value_is_not_held() -> None:
    chunks = [b'[{"a": "', *([b"x" * 1_000] * 50), b'"}, {"b": 1}]']
    first, second = split(chunks, "x.json", limit=10_000)
    assert first.oversized
    assert len(first.data) <= 4_096
    assert second.data == b'{"b": 1}'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b'{"a":1,"a":2}', "duplicate-key", id="duplicate key"),
        pytest.param(b'{"m":{"a":1 , "a" :2}}', "duplicate-key", id="nested duplicate key"),
        pytest.param(b'{"n":123456789012345678901234567890}', "huge-number", id="huge integer"),
        pytest.param(b'{"n":1e999}', "invalid-json", id="infinite"),
        pytest.param(b'{"n":NaN}', "invalid-json", id="NaN"),
        pytest.param(b'{"a":"\\ud83d x"}', "lone-surrogate", id="lone surrogate"),
        pytest.param(b'{"a":"tab\there"}', "invalid-json", id="control character"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, "invalid-json", id="nested 100,000 deep"),
        pytest.param(b'{"a":' * 300 + b"1" + b"}" * 300, "invalid-json", id="nested 300 deep"),
        pytest.param(b'{"n":1e25,"m":' + b"[" * 990 + b"]" * 990 + b"}", "invalid-json", id="deep"),
    ],
)
def test_json_that_two_parsers_could_read_differently_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(strict_json.JsonError) as caught:
        strict_json.parse(data)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'{"a":"say \\"a\\": b","n":1e25}', id="quotes and a large float"),
        pytest.param(b"[" * 200 + b"]" * 200, id="nested 200 deep"),
        pytest.param(b'{"n":18446744073709551615}', id="largest integer of 64 bits"),
        pytest.param('{"本文":"\\u732b"}'.encode(), id="escaped kanji"),
    ],
)
def test_honest_json_is_parsed(data: bytes) -> None:
    assert strict_json.parse(data) == json.loads(data)
