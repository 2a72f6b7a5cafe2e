"""Places of a text as read, found again in the normalised one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.normalize.places import places
from corpora.normalize.text import normalize
from tests.corpora.normalize.test_differences import POLICIES, Policy, texts


@pytest.mark.parametrize("policy", POLICIES)
@given(gaps=st.lists(texts, min_size=1, max_size=5))
def test_each_word_is_where_it_was(gaps: list[str], policy: Policy) -> None:
    raw, spans = "", []
    for number, gap in enumerate(gaps):
        raw += gap
        spans.append((len(raw), len(raw) + 2))
        raw += f"壱{chr(ord('一') + number)}"
    text = normalize(raw, policy)
    found = list(places(raw, spans, policy))
    assert [text[start:end] for start, end in found] == [raw[start:end] for start, end in spans]
