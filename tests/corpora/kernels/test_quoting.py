from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

from corpora.kernels.quoting import quoted
from corpora.kernels.text import Utf8

TEXTS = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from('"\\\x00\n')))


@given(st.lists(TEXTS, max_size=4))
def test_a_text_is_written_as_orjson_writes_it(texts: list[str]) -> None:
    assert quoted(Utf8.of(texts)).strings() == [orjson.dumps(text).decode() for text in texts]


def test_every_byte_below_a_blank_and_delete_are_written_as_orjson_writes_them() -> None:
    texts = [f"前{chr(code)}後" for code in range(0x80)]
    assert quoted(Utf8.of(texts)).strings() == [orjson.dumps(text).decode() for text in texts]
    part = quoted(next(Utf8.of(texts[:3]).slices(8))[1])
    assert part.strings() == [orjson.dumps(texts[0]).decode()]
