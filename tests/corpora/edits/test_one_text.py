"""The passages of one text are those that the kernels find in many."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.edits.one_text import passages_of
from corpora.edits.passages import Comparison

TEXTS = st.text(st.sampled_from("行目。ｶﾞ變變①\u3099\u200b　 \n\n\n\r\ufdd0a"), max_size=60)


@pytest.mark.parametrize("unit", ["line", "paragraph"])
@pytest.mark.parametrize("within", ["corpus", "host"])
@given(text=TEXTS)
def test_places_and_hashes_are_the_same(text: str, unit: str, within: str) -> None:
    params: dict[str, Any] = {"unit": unit, "within": within, "fold_old_kanji": True}
    found = passages_of(text, "a.jp", params)
    comparison = Comparison(min_characters=1, **params)
    ((_, other),) = list(comparison.passages([text], ["a.jp"]))
    starts, ends = other.starts.tolist(), other.ends.tolist()
    assert found.places == list(zip(starts, ends, strict=True))
    assert found.characters.tolist() == other.characters.tolist()
    if "\ufdd0" not in text:
        assert found.hashes.tolist() == other.hashes.tolist()
