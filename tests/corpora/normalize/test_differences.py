"""What normalisation changed: exactly, whatever the text and wherever it is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.normalize.differences import differences
from corpora.normalize.text import Policy, normalize

POLICIES = [
    pytest.param(Policy(), id="default"),
    pytest.param(Policy(form="NFC", invisible=False), id="NFC, invisible stay"),
    pytest.param(Policy(form="none", spaces=False, punctuation="keep"), id="line ends only"),
]
texts = st.text(
    st.sampled_from(
        "あか゛\u3099ｶﾞﾊﾟ①㈱，．、。（３～5 \u3000\t\n\n\n\r\u200b"
        "\ufeff\u202e漢xé👩\u200d🌾ᄀ\u1161葛󠄀￣"
    ),
    max_size=120,
)


@pytest.mark.parametrize("policy", POLICIES)
@given(text=texts)
def test_both_sides_are_the_text_before_and_after(text: str, policy: Policy) -> None:
    found = differences(text, policy)
    assert "".join(change.before for change in found) == text
    assert "".join(change.after for change in found) == normalize(text, policy)


@given(text=texts, size=st.integers(60, 80))
def test_windows_together_are_the_whole(text: str, size: int) -> None:
    text *= 4
    windows = [differences(text, Policy(), at, at + size) for at in range(0, len(text), size)]
    assert "".join(c.before for window in windows for c in window) == text
    assert "".join(c.after for window in windows for c in window) == normalize(text, Policy())


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        pytest.param("項①だ", [("①", "1")], id="circled digit"),
        pytest.param("ｶﾞｽの", [("ｶﾞｽ", "ガス")], id="half-width kana with its mark"),
        pytest.param("３～５だ", [("３～５", "3〜5")], id="tilde"),
        pytest.param("甲\u200b乙", [("\u200b", "")], id="zero-width space"),
        pytest.param("甲  乙", [(" ", "")], id="the first blank of a run stays"),
        pytest.param("甲\r\n乙", [("\r", "")], id="line end"),
        pytest.param("普通の文。\n\n次の段落。", [], id="nothing"),
    ],
)
def test_what_is_called_a_change(text: str, changes: list[tuple[str, str]]) -> None:
    found = [(c.before, c.after) for c in differences(text, Policy()) if c.is_change]
    assert sorted(found) == sorted(changes)
