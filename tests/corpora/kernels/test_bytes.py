"""Runs of bytes in texts as Python's ``in`` sees them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.kernels.bytes import holding
from corpora.kernels.text import Utf8

RUNS = st.lists(st.binary(min_size=1, max_size=3), max_size=4)
#: Their bytes are among those of each other.
TEXTS = st.lists(st.text(alphabet="茶の湯$ｶﾞａa", max_size=80), max_size=5)


@given(texts=TEXTS, runs=RUNS, characters=st.text(alphabet="茶湯$ｶａ", max_size=3))
def test_what_python_finds(texts: list[str], runs: list[bytes], characters: str) -> None:
    wanted = [*runs, *(one.encode() for one in characters)]
    found = holding(Utf8.of(texts), wanted)
    assert found.tolist() == [any(run in text.encode() for run in wanted) for text in texts]


def test_a_run_does_not_cross_texts() -> None:
    texts = Utf8.of(["a", "b", "ab"])
    assert holding(texts, [b"ab"]).tolist() == [False, False, True]


@pytest.mark.parametrize("run", [b"", b"four"])
def test_a_run_has_one_to_three_bytes(run: bytes) -> None:
    with pytest.raises(ValueError, match="one to three"):
        holding(Utf8.of(["茶"]), [run])
