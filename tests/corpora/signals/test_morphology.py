"""Words and their kinds, and texts that an analyser could choke on."""

from __future__ import annotations

import pytest

from corpora.errors import ModelError
from corpora.signals import SIGNALS, members, morphology
from corpora.signals.reading import Reading


def of(name: str, text: str) -> float:
    return SIGNALS[name].of(text)


def test_parts_of_speech_are_shares_of_the_words() -> None:
    text = "猫が魚を食べた。"  # 猫|が|魚|を|食べ|た, and a full stop that is no word
    assert of("noun_share", text) == pytest.approx(2 / 6)
    assert of("function_word_share", text) == pytest.approx(3 / 6)
    assert of("predicate_share", text) == pytest.approx(1 / 6)
    assert of("unknown_word_share", text) == 0
    assert of("distinct_word_share", text) == 1


def test_a_string_of_words_is_told_from_prose() -> None:
    words = "パソコン 激安 中古 送料無料 通販 ランキング 比較 おすすめ"
    prose = "駅の前の坂を下ると、古い商店街の入り口が見えてくる。"
    assert of("noun_share", words) > 0.8 > of("noun_share", prose)
    assert of("function_word_share", words) < 0.1 < of("function_word_share", prose)


def test_words_that_nobody_knows_are_counted() -> None:
    assert of("unknown_word_share", "ギョペヨンとザヌメグを見た。") > 0.2


def test_the_same_word_again_makes_no_variety() -> None:
    assert of("distinct_word_share", "猫" + "、猫" * 99) == pytest.approx(0.01)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "。、！",
        "\ufdfa" * 20_000,
        "㍿" * 20_000,
        "あ" * 70_000,
        "\U0001f600" * 9_000,
        "\0",
    ],
    ids=["empty", "breaks", "marks", "expanding", "companies", "one line", "emoji", "nul"],
)
def test_any_text_has_a_value(text: str) -> None:
    reading = Reading(text)
    assert all(0 <= signal.measure(reading) <= 1 for signal in members("morphology"))


def test_another_dictionary_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(morphology, "DICTIONARY", "19000101")
    morphology.analyser.cache_clear()
    with pytest.raises(ModelError, match="are those of 19000101") as caught:
        of("noun_share", "猫")
    assert "WITH_MORPHOLOGY=1" in str(caught.value)
    morphology.analyser.cache_clear()
