"""Shares and lengths against references that walk over a text one character at a time.

The references are written from the definitions in docs/signals.md with ``unicodedata`` and plain
loops: no tables, no numpy, no regular expression of ours.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from itertools import groupby

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpora.signals import SIGNALS

_NAMED = ["𠮷", "👩\u200d🌾", "か\u3099", "葛\U000e0100", "ｶﾞ", "ー", "々", "〇", "…", "・・"]
_PLAIN = list("のはがをアヴ亜言。、！？!?.,Ａé1９½ 　\t\n★「」😀\ufffd\ue000Ж한ﬁ\u00a0\u200b")
TEXTS = st.lists(st.sampled_from(_NAMED + _PLAIN), max_size=60).map("".join)
#: What each of them must also be right about.
CORNERS = ("", " 　\t\n\n", "\n" * 30, "あ" * 50_000, "「𠮷」\n" * 2_000, "・・\n…\nか\u3099…")


def is_hiragana(c: str) -> bool:
    return "HIRAGANA LETTER" in unicodedata.name(c, "") and c <= "\u3096"


def is_katakana(c: str) -> bool:
    return "\u30a0" < c < "\u30fb"


def is_kanji(c: str) -> bool:
    name = unicodedata.name(c, "")
    return c in "々〇〻" or name.startswith(("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEO"))


def is_japanese(c: str) -> bool:
    return is_hiragana(c) or is_katakana(c) or is_kanji(c) or c in "。．！？、，"


def is_half(c: str) -> bool:
    return unicodedata.name(c, "").startswith("HALFWIDTH KATAKANA")


def is_blank(c: str) -> bool:
    return c == "\t" or unicodedata.category(c) == "Zs"


def is_kana(c: str) -> bool:
    return is_hiragana(c) or is_katakana(c) or c == "ー" or is_half(c)


def is_symbol(c: str) -> bool:
    left_out = "。．！？、，ー\ufffd" + "々〇〻"
    return unicodedata.category(c)[0] in "PS" and c not in left_out


def is_latin(c: str) -> bool:
    latin = "LATIN" in unicodedata.name(c, "") and "LIGATURE" not in unicodedata.name(c)
    return latin and c.isalpha() and c not in "ªº"


def over(part: Callable[[str], bool], whole: Callable[[str], bool]) -> Callable[[str], float]:
    def reference(text: str) -> float:
        total = sum(whole(c) for c in text)
        return sum(part(c) for c in text) / total if total else 0.0

    return reference


def anything(_: str) -> bool:
    return True


def is_letter(c: str) -> bool:
    return not is_blank(c) and c != "\n"


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def sentences_of(text: str) -> list[str]:
    found, now = [], ""
    for c in text + "\n":
        ended = c in "。．！？!?"
        # A mark with no sentence before it ends none.
        if c == "\n" or ended:
            found.append((now + c if ended else now) if now else "")
            now = ""
        else:
            now += c
    return [sentence.strip() for sentence in found if sentence.strip()]


def share_of_lines(right: Callable[[str], bool]) -> Callable[[str], float]:
    def reference(text: str) -> float:
        lines = lines_of(text)
        return sum(map(right, lines)) / len(lines) if lines else 0.0

    return reference


def again(units: Callable[[str], list[str]], weigh: Callable[[str], int]) -> Callable[[str], float]:
    def reference(text: str) -> float:
        seen: set[str] = set()
        repeated = total = 0
        for unit in units(text):
            total += weigh(unit)
            repeated += weigh(unit) if unit in seen else 0
            seen.add(unit)
        return repeated / total if total else 0.0

    return reference


def one(_: str) -> int:
    return 1


def average(text: str) -> float:
    lengths = [len(sentence) for sentence in sentences_of(text)]
    return sum(lengths) / len(lengths) if lengths else 0.0


def longest_run(text: str) -> float:
    visible = [c for c in text if is_letter(c)]
    return max((len(list(run)) for _, run in groupby(visible)), default=0)


def ends_cut_off(line: str) -> bool:
    return line[-1] in "…‥" or line[-2:] == "・・" or line[-3:] == "..."


REFERENCES: dict[str, Callable[[str], float]] = {
    "characters": len,
    "letters": lambda text: sum(map(is_letter, text)),
    "japanese_letters": lambda text: sum(map(is_japanese, text)),
    "hiragana_share": over(is_hiragana, is_japanese),
    "katakana_share": over(is_katakana, is_japanese),
    "kanji_share": over(is_kanji, is_japanese),
    "kana_share": over(is_kana, is_letter),
    "japanese_share": over(is_japanese, anything),
    "latin_share": over(is_latin, anything),
    "digit_share": over(lambda c: unicodedata.category(c) == "Nd", anything),
    "symbol_share": over(is_symbol, anything),
    "blank_share": over(is_blank, anything),
    "newline_share": over(lambda c: c == "\n", anything),
    "private_use_share": over(lambda c: unicodedata.category(c) == "Co", anything),
    "replacement_share": over(lambda c: c == "\ufffd", anything),
    "halfwidth_kana_share": over(is_half, anything),
    "average_sentence": average,
    "longest_sentence": lambda text: max(map(len, sentences_of(text)), default=0),
    "kuten_interval": lambda text: len(text) / (text.count("。") or 1),
    "ellipsis_line_share": share_of_lines(ends_cut_off),
    "short_line_share": share_of_lines(lambda line: len(line) <= 10),
    "punctuated_line_share": share_of_lines(lambda line: line[-1] in "。．.！!？?…‥」』）)】〉》♪"),
    "duplicate_line_share": again(lines_of, one),
    "duplicate_line_character_share": again(lines_of, len),
    "duplicate_sentence_share": again(sentences_of, one),
    "duplicate_sentence_character_share": again(sentences_of, len),
    "longest_run": longest_run,
}


@pytest.mark.parametrize("name", REFERENCES)
@given(text=TEXTS)
@example(text="𠮷👩\u200d🌾か\u3099ｶﾞ…")
def test_a_signal_is_what_its_definition_says(name: str, text: str) -> None:
    assert SIGNALS[name].of(text) == pytest.approx(REFERENCES[name](text))


@pytest.mark.parametrize("name", REFERENCES)
def test_nothing_blanks_and_very_long_lines(name: str) -> None:
    for text in CORNERS:
        assert SIGNALS[name].of(text) == pytest.approx(REFERENCES[name](text)), text[:9]
