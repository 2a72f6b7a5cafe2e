"""Which characters a text is made of. Shares of Japanese letters are Swallow's."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import numpy.typing as npt

from corpora.signals.characters import (
    BLANK,
    DIGIT,
    HIRAGANA,
    JAPANESE,
    KANA,
    KANJI,
    KATAKANA,
    LATIN,
    NEWLINE,
    PRIVATE,
    REPLACEMENT,
    SYMBOL,
    particle_table,
)
from corpora.signals.reading import Reading
from corpora.signals.registry import Declarations, Group

SCRIPT = Declarations(Group(name="script", version=1, title="Characters", title_ja="文字種"))
_SWALLOW = "Swallow v1, quality.py (Okazaki et al. 2024)"
_KANA = re.compile("[ぁ-んァ-ン]")
#: Code points from the beginning in which kana are looked for.
HEAD = 50


@cache
def head_kana_table() -> npt.NDArray[np.bool_]:
    """bool[0x110000]: what counts as kana in a text's head (HojiChar's ぁ-ん and ァ-ン).

    >>> head_kana_table()[[ord("ん"), ord("ヴ"), ord("ー")]].tolist()
    [True, False, False]
    """
    table = np.zeros(0x110000, np.bool_)
    for first, last in (("ぁ", "ん"), ("ァ", "ン")):
        table[ord(first) : ord(last) + 1] = True
    table.setflags(write=False)
    return table


def share(part: int, whole: int) -> float:
    """A share, 0.0 of nothing.

    >>> share(1, 4), share(0, 0)
    (0.25, 0.0)
    """
    return part / whole if whole else 0.0


@SCRIPT.signal(
    "characters",
    ("Characters", "文字数"),
    ("Code points, line breaks included.", "改行を含む符号位置の数。"),
    _SWALLOW,
)
def characters(reading: Reading) -> float:
    """Code points, line breaks included.

    >>> characters(Reading("ほうじ茶\\n"))
    5
    """
    return reading.characters


@SCRIPT.signal(
    "characters",
    ("Letters", "空白以外の文字数"),
    ("Code points without blanks and line breaks.", "空白と改行を除いた符号位置の数。"),
)
def letters(reading: Reading) -> float:
    """Code points that are neither blanks nor line breaks.

    >>> letters(Reading("ほうじ 茶\\n"))
    4
    """
    return reading.characters - reading.count(BLANK, NEWLINE)


@SCRIPT.signal(
    "characters",
    ("Japanese letters", "日本語文字数"),
    (
        "Hiragana, katakana, kanji and 、。 with their kin.",
        "平仮名・片仮名・漢字・句読点の数。",
    ),
    _SWALLOW,
)
def japanese_letters(reading: Reading) -> float:
    """Hiragana, katakana, kanji, 。．！？ and 、，.

    >>> japanese_letters(Reading("お茶、Tea。"))
    4
    """
    return reading.count(*JAPANESE)


@SCRIPT.signal(
    "share",
    ("Hiragana share", "平仮名の割合"),
    ("Hiragana over Japanese letters.", "日本語文字に占める平仮名。"),
    _SWALLOW,
)
def hiragana_share(reading: Reading) -> float:
    """Hiragana over Japanese letters, 0.0 without any.

    >>> hiragana_share(Reading("ほうじ茶"))
    0.75
    """
    return share(reading.count(HIRAGANA), reading.count(*JAPANESE))


@SCRIPT.signal(
    "share",
    ("Katakana share", "片仮名の割合"),
    ("Full-width katakana over Japanese letters.", "日本語文字に占める全角片仮名。"),
    _SWALLOW,
)
def katakana_share(reading: Reading) -> float:
    """Full-width katakana over Japanese letters.

    >>> katakana_share(Reading("アイス菓子、ｱｲｽ"))
    0.5
    """
    return share(reading.count(KATAKANA), reading.count(*JAPANESE))


@SCRIPT.signal(
    "share",
    ("Kanji share", "漢字の割合"),
    ("Kanji over Japanese letters.", "日本語文字に占める漢字。"),
    _SWALLOW,
)
def kanji_share(reading: Reading) -> float:
    """Kanji over Japanese letters.

    >>> kanji_share(Reading("𠮷野家だ"))
    0.75
    """
    return share(reading.count(KANJI), reading.count(*JAPANESE))


@SCRIPT.signal(
    "share",
    ("Kana share", "仮名の割合"),
    ("Kana of every kind over letters.", "空白以外の文字に占める仮名。"),
)
def kana_share(reading: Reading) -> float:
    """Hiragana, katakana, ー and half-width kana over letters (no blanks).

    >>> kana_share(Reading("お茶 Ａ"))
    0.3333333333333333
    """
    kana = reading.count(*KANA)
    return share(kana, int(letters(reading)))


@SCRIPT.signal(
    "share",
    ("Japanese share", "日本語文字の割合"),
    ("Japanese letters over all code points.", "全文字に占める日本語文字。"),
    _SWALLOW,
)
def japanese_share(reading: Reading) -> float:
    """Japanese letters over all code points.

    >>> japanese_share(Reading("お茶 Tea."))
    0.2857142857142857
    """
    return share(reading.count(*JAPANESE), reading.characters)


@SCRIPT.signal(
    "share",
    ("Latin share", "ラテン文字の割合"),
    ("Latin letters over all code points.", "全文字に占めるラテン文字。"),
)
def latin_share(reading: Reading) -> float:
    """Latin letters over all code points.

    >>> latin_share(Reading("茶Té"))
    0.6666666666666666
    """
    return share(reading.count(LATIN), reading.characters)


@SCRIPT.signal(
    "share",
    ("Digit share", "数字の割合"),
    ("Digits over all code points.", "全文字に占める数字。"),
)
def digit_share(reading: Reading) -> float:
    """Decimal digits of any script over all code points.

    >>> digit_share(Reading("1９円税"))
    0.5
    """
    return share(reading.count(DIGIT), reading.characters)


@SCRIPT.signal(
    "share",
    ("Symbol share", "記号の割合"),
    (
        "Punctuation and symbols other than 、。！？ over all code points.",
        "全文字に占める、句読点以外の記号。",
    ),
    "HojiChar, DiscardTooManySpecialToken (own table)",
)
def symbol_share(reading: Reading) -> float:
    """Punctuation and symbols other than 。．！？、， and ー over all code points.

    >>> symbol_share(Reading("★茶、♪"))
    0.5
    """
    return share(reading.count(SYMBOL), reading.characters)


@SCRIPT.signal(
    "share",
    ("Blank share", "空白の割合"),
    ("Blanks without line breaks over all code points.", "全文字に占める空白(改行を除く)。"),
)
def blank_share(reading: Reading) -> float:
    """Blanks (also full-width ones), without line breaks, over all code points.

    >>> blank_share(Reading("茶　 湯"))
    0.5
    """
    return share(reading.count(BLANK), reading.characters)


@SCRIPT.signal(
    "share",
    ("Function-kana share", "助詞などの割合"),
    (
        "Frequent function kana over Japanese letters; low in strings of key words.",
        "日本語文字に占める、の・に・を等の機能語の仮名。語の羅列で低い。",
    ),
    "FineWeb-2, jpn_Jpan.yml: its stop words that are kana",
)
def particle_share(reading: Reading) -> float:
    """Frequent function kana (の に を は た て が と で し れ さ) over Japanese letters.

    Sentences have a fifth or more of them, strings of key words next to none.

    >>> particle_share(Reading("お茶を飲む"))
    0.2
    >>> particle_share(Reading("激安 送料無料 人気"))
    0.0
    """
    found = int(np.count_nonzero(particle_table()[reading.code_points]))
    return share(found, reading.count(*JAPANESE))


@SCRIPT.signal(
    "boolean",
    ("Kana in the head", "冒頭の仮名"),
    (
        "1 when kana stands among the first 50 characters.",
        "先頭50字に仮名があれば1。",
    ),
    "HojiChar, AcceptJapanese; LLM-jp v1, filters.py",
)
def kana_in_head(reading: Reading) -> float:
    """1.0 when hiragana or katakana stands among the first 50 code points.

    >>> kana_in_head(Reading("ほうじ茶")), kana_in_head(Reading("a" * 50 + "あ"))
    (1.0, 0.0)
    """
    return 1.0 if _KANA.search(reading.text, 0, HEAD) else 0.0


@SCRIPT.signal(
    "share",
    ("Private-use share", "私用領域の割合"),
    ("Private-use code points over all code points.", "全文字に占める私用領域の文字(外字)。"),
)
def private_use_share(reading: Reading) -> float:
    """Private-use code points (gaiji without a mapping) over all code points.

    >>> private_use_share(Reading("\\ue000茶"))
    0.5
    """
    return share(reading.count(PRIVATE), reading.characters)


@SCRIPT.signal(
    "share",
    ("Replacement share", "置換文字の割合"),
    ("U+FFFD over all code points.", "全文字に占める U+FFFD。"),
)
def replacement_share(reading: Reading) -> float:
    """U+FFFD, what a decoder puts where it failed, over all code points.

    >>> replacement_share(Reading("茶\\ufffd"))
    0.5
    """
    return share(reading.count(REPLACEMENT), reading.characters)
