"""Signals against slow and plain definitions of the same thing."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.signals import GROUPS, SIGNALS, members
from corpora.signals.characters import CLASSES, class_table
from corpora.signals.language import windows
from corpora.signals.ngrams import counts, exact_keys

FEW = st.text("激安通販🍵", max_size=60)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def ngrams(text: str, n: int) -> Counter[str]:
    return Counter(text[at : at + n] for at in range(len(text) - n + 1))


@given(text=FEW)
@pytest.mark.parametrize("n", [2, 3, 4])
def test_top_ngrams_are_swallows(text: str, n: int) -> None:
    found = ngrams(text, n)
    expected = max(found.values()) / sum(found.values()) if found else 0.0
    assert SIGNALS[f"top_{n}gram_share"].of(text) == pytest.approx(expected)


@given(text=FEW)
@pytest.mark.parametrize("n", range(5, 11))
def test_duplicate_ngrams_are_swallows(text: str, n: int) -> None:
    found = ngrams(text, n)
    expected = sum(number > 1 for number in found.values()) / len(found) if found else 0.0
    assert SIGNALS[f"duplicate_{n}gram_share"].of(text) == pytest.approx(expected)


@given(text=FEW)
def test_character_repetition_is_hojichars(text: str) -> None:
    numbers = sorted(ngrams(text, 5).values(), reverse=True)
    taken = min(int(np.sqrt(len(numbers))), sum(number > 1 for number in numbers))
    expected = sum(numbers[:taken]) / sum(numbers) if numbers else 0.0
    assert SIGNALS["character_repetition"].of(text) == pytest.approx(expected)


@given(values=st.lists(st.integers(0, 5), max_size=30))
def test_counts_are_those_of_a_counter(values: list[int]) -> None:
    found = counts(np.array(values, np.uint64)).tolist()
    assert found == [number for _, number in sorted(Counter(values).items())]


@given(text=FEW)
def test_exact_keys_tell_ngrams_apart(text: str) -> None:
    points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    assert len(set(exact_keys(points, 3).tolist())) == len(ngrams(text, 3))


@given(text=TEXTS)
def test_every_signal_is_finite_and_in_its_range(text: str) -> None:
    for signal in SIGNALS.values():
        value = signal.of(text)
        assert np.isfinite(value), signal.name
        assert value >= 0, signal.name
        if signal.kind in ("share", "boolean"):
            assert value <= 1, signal.name
        if signal.kind == "boolean":
            assert value in (0, 1), signal.name


@pytest.mark.parametrize("name", sorted(SIGNALS))
def test_an_empty_text_has_a_value(name: str) -> None:
    assert np.isfinite(SIGNALS[name].of(""))


def test_every_group_has_signals_and_every_signal_a_group() -> None:
    assert {signal.group for signal in SIGNALS.values()} == set(GROUPS)
    assert sum(len(members(group)) for group in GROUPS) == len(SIGNALS)


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("ぁ", "hiragana"),
        ("ゔ", "hiragana"),
        ("ヴ", "katakana"),
        ("ー", "long mark"),
        ("ｶ", "half-width kana"),
        ("々", "kanji"),
        ("𠮷", "kanji"),
        ("。", "kuten"),
        ("、", "toten"),
        ("Ａ", "latin"),
        ("é", "latin"),
        ("9", "digit"),
        ("　", "blank"),
        ("\n", "newline"),
        ("★", "symbol"),
        ("\ufffd", "replacement"),
        ("\ue000", "private"),
        ("Ж", "other"),
    ],
)
def test_character_classes(character: str, name: str) -> None:
    assert CLASSES[class_table()[ord(character)]] == name


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        pytest.param("昨日は東京で雨が降りました。", 1.0, 1.0, id="Japanese"),
        pytest.param("朕ハ法律ヲ裁可シ茲ニ之ヲ公布セシム", 1.0, 1.0, id="katakana statute"),
        pytest.param("ｷｮｳﾊｱﾒﾃﾞｽ", 1.0, 1.0, id="half-width kana"),
        pytest.param("本网站提供最新的中国新闻和信息服务内容" * 8, 0.0, 0.0, id="Chinese"),
        pytest.param("오늘은 서울에 비가 내렸습니다. " * 5, 0.0, 0.0, id="Korean"),
        pytest.param("The weather is fine today in Tokyo. " * 5, 0.0, 0.0, id="English"),
        pytest.param(
            "This is a page about the letter の in English text. " * 8, 0, 0.5, id="one の"
        ),
        pytest.param("", 0.0, 0.0, id="nothing"),
    ],
)
def test_the_language_of_clear_cases(text: str, low: float, high: float) -> None:
    assert low <= SIGNALS["japanese_score"].of(text) <= high


@given(text=TEXTS, size=st.integers(1, 20), number=st.integers(2, 5))
def test_windows_lie_in_the_text_and_reach_its_end(text: str, size: int, number: int) -> None:
    found = windows(text, size, number)
    assert all(window in text for window in found)
    assert text.startswith(found[0])
    assert text.endswith(found[-1])


@pytest.mark.parametrize(
    ("codec", "wrong"),
    [("utf-8", "cp932"), ("utf-8", "cp1252"), ("utf-8", "latin-1"), ("euc_jp", "cp932")],
)
def test_mojibake_of_each_kind_is_seen(codec: str, wrong: str) -> None:
    written = "これはペンです。あなたはだれですか。とてもうれしいです。カタカナもあります。"
    broken = written.encode(codec).decode(wrong, "ignore")
    assert SIGNALS["mojibake_share"].of(broken) > 0.2
    assert SIGNALS["mojibake_share"].of(written) == 0


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("糸が縺れる。恋の縺れ。", id="縺れる is a word"),
        pytest.param("価格は$100と$200、$300", id="dollars"),
        pytest.param("ア、イ、ウ、エ、オの各号", id="katakana labels"),
        pytest.param("São Paulo, São Tomé, coração", id="Portuguese"),
        pytest.param("ｱｲｳ､ｴｵ｡半角ﾃﾞｽ", id="half-width kana"),
    ],
)
def test_what_is_no_mojibake(text: str) -> None:
    assert SIGNALS["mojibake_share"].of(text) == 0


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        pytest.param(
            "財布 激安 通販 ブランド 人気 新作 バッグ 時計 限定", 0.0, 0.02, id="key words"
        ),
        pytest.param("昨日は東京で雨が降り、電車が遅れた。", 0.2, 0.6, id="prose"),
        pytest.param("本法ハ公布ノ日ヨリ之ヲ施行ス", 0.2, 0.6, id="prose in katakana"),
    ],
)
def test_function_kana_tell_prose_from_key_words(text: str, low: float, high: float) -> None:
    assert low <= SIGNALS["particle_share"].of(text) <= high


@pytest.mark.parametrize("end", list("。！？!?」』）)…"))
def test_japanese_line_ends_are_punctuation(end: str) -> None:
    assert SIGNALS["punctuated_line_share"].of(f"見た{end}") == 1


@pytest.mark.parametrize(
    "text", ["春", "春はあけぼの。やうやう白くなりゆく山際。" * 3, "東京都港区の店。\n" * 200]
)
def test_both_codecs_say_the_same_of_a_text(text: str) -> None:
    quick, best = SIGNALS["zstd_ratio"].of(text), SIGNALS["zlib_ratio"].of(text)
    assert quick == pytest.approx(best, abs=0.1, rel=0.5)
