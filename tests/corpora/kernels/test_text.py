"""Code points of Arrow's buffers, and back."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpora.kernels.text import Utf8, decode, encode

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.lists(ANY | st.none(), max_size=6), st.sampled_from([pa.string(), pa.large_string()]))
@example(["\x00", "\x7f\x80\u07ff\u0800\uffff\U00010000\U0010ffff", None, ""], pa.string())
def test_decoding_is_pythons(texts: list[str | None], kind: pa.DataType) -> None:
    found = Utf8.of(pa.array(texts, kind))
    points = decode(found)
    assert [points[n].tolist() for n in range(len(texts))] == [
        [ord(c) for c in text or ""] for text in texts
    ]
    again = encode(points)
    assert again.data.tobytes() == "".join(text or "" for text in texts).encode()
    assert again.offsets.tolist() == (found.offsets - found.offsets[0]).tolist()


def test_a_slice_of_an_array_is_its_own_texts() -> None:
    array = pa.array(["茶", "の", "湯", "茶"], pa.string())[1:3]
    points = decode(Utf8.of(array))
    assert [chr(point) for point in points.values] == ["の", "湯"]


@given(st.binary(max_size=12))
@example(b"\xed\xa0\x80")
@example(b"\xc0\xaf")
@example(b"\xf4\x90\x80\x80")
@example(b"\xe3\x81")
def test_bytes_that_are_no_utf8_are_refused_as_python_refuses_them(data: bytes) -> None:
    texts = Utf8.checked(np.array([0, len(data)], np.int64), np.frombuffer(data, np.uint8))
    try:
        expected = [ord(c) for c in data.decode()]
    except UnicodeDecodeError:
        with pytest.raises(ValueError, match="not UTF-8"):
            decode(texts)
    else:
        assert decode(texts)[0].tolist() == expected


def test_a_character_cut_by_the_end_of_a_text_is_not_read_from_the_next() -> None:
    data = np.frombuffer("茶".encode(), np.uint8)
    with pytest.raises(ValueError, match="not UTF-8"):
        decode(Utf8.checked(np.array([0, 2, 3], np.int64), data))


@pytest.mark.parametrize("offsets", [[0, 5], [-1, 2], [2, 1], []])
def test_offsets_outside_the_buffer_are_refused(offsets: list[int]) -> None:
    with pytest.raises(ValueError, match="outside its buffer"):
        Utf8.checked(np.array(offsets, np.int64), np.zeros(4, np.uint8))


@given(st.lists(st.integers(0, 40), max_size=20), st.integers(1, 50))
def test_slices_hold_every_text_once(sizes: list[int], size: int) -> None:
    texts = Utf8.of(["a" * n for n in sizes])
    found = [
        (first + n, int(some.offsets[n + 1] - some.offsets[n]))
        for first, some in texts.slices(size)
        for n in range(len(some))
    ]
    assert found == list(enumerate(sizes))
