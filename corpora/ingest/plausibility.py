"""How much a decoded text looks like real Japanese, Chinese or Korean.

A character's weight is a rough log probability of meeting it in that language:
what counts are the differences (hiragana against rare kanji, half-width kana
against kanji), so that the sum over a text ranks the ways to decode it.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from corpora.ingest.frequent import HANGUL, HANZI_SIMPLIFIED, HANZI_TRADITIONAL, KANJI

Weights = npt.NDArray[np.float32]

#: Below this mean weight a text is taken for a wrong decoding. Prose has about -5,
#: names and tables -7.5, another encoding's bytes -9.5 and less.
FLOOR = -8.8

#: Half-width kana come in runs, so two of them are as likely as one kanji; but half of
#: EUC-JP hiragana read as cp932 is the half-width comma, and a voicing mark stands only
#: after what can be voiced.
_HALF_WIDTH_KANA = -4.3
_HALF_WIDTH_MARK = -8.0
_RUN_START = -1.5
#: Every other byte of Big5 and Johab is a letter, so their text read as cp932 is kana one by one.
_ALONE = -2.5
_STRAY_VOICING = -6.0
#: Characters from whose beginning is told whether half-width kana are voiced; how many it takes.
_LOOKED_AT = 4_096
_MANY = 50
#: The least share of them in Japanese.
_VOICED = 0.03
#: uint16 code point -> whether a mark of voicing may follow.
_VOICEABLE = np.zeros(0x10000, dtype=np.bool_)
_VOICEABLE[[ord(kana) for kana in "ｳｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ"]] = True


def score(text: str, language: str = "ja") -> float:
    """The sum of the weights of the characters beyond ASCII.

    ``language`` is "ja", "zh-hans", "zh-hant" or "ko".

    >>> score("東京の天気は晴れです") > score("ﾅ?､ﾎﾅｷｵ､､ﾏﾀｲ､ｱ､ﾇ､ｹ")
    True
    """
    return measure(text, language)[0]


def mean(text: str, language: str = "ja") -> float:
    """The mean weight of the characters beyond ASCII; 0.0 for ASCII alone.

    >>> mean("吾輩は猫である") > FLOOR > mean("縺薙ｓ縺ｫ縺｡縺ｯ")
    True
    """
    total, count = measure(text, language)
    return total / count if count else 0.0


def measure(text: str, language: str = "ja") -> tuple[float, int]:
    """(sum of weights, number of characters) over the characters beyond printable ASCII."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    weights = _weights(language).take(codes, mode="clip")
    total = float(weights.sum(dtype=np.float64))
    if language == "ja":
        total += _half_width(codes)
    return total, int(np.count_nonzero(weights))


def is_voiceless(text: str) -> bool:
    """Whether a text is half-width kana for the most part, and next to none are voiced.

    In Japanese one in ten is. Letters of KOI8-R and of Thai, taken for kana, look like this.

    >>> is_voiceless("ﾃｷｽﾄ" * 20), is_voiceless("ﾃﾞｰﾀ" * 20), is_voiceless("ﾃｷｽﾄ")
    (True, False, False)
    """
    codes = np.frombuffer(text[:_LOOKED_AT].encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    half = int(np.count_nonzero(codes - np.uint32(0xFF61) <= 0x3E))
    if half < _MANY or 2 * half < np.count_nonzero(codes > 0x7F):
        return False
    voiced = int(np.count_nonzero(codes - np.uint32(0xFF9E) <= 1))
    return voiced < _VOICED * half


def _half_width(codes: npt.NDArray[np.uint32]) -> float:
    """What the neighbours of half-width kana say: runs begun, marks of voicing out of place."""
    half = codes - np.uint32(0xFF61) <= 0x3E  # to 0xFF9F; what lies before wraps around
    if not half.any():
        return 0.0
    begins = half[1:] & ~half[:-1]
    runs = int(half[0]) + int(np.count_nonzero(begins))
    alone = int(np.count_nonzero(begins[:-1] & ~half[2:]))
    voicing = codes[1:] >= 0xFF9E
    stray = voicing & half[1:] & ~_VOICEABLE.take(codes[:-1], mode="clip")
    return _RUN_START * runs + _ALONE * alone + _STRAY_VOICING * int(np.count_nonzero(stray))


@cache
def _weights(language: str) -> Weights:
    """uint16 code point -> float32 weight."""
    table = np.full(0x10000, -10.0, dtype=np.float32)
    table[:0x20] = -14.0
    table[0x20:0x7F] = 0.0  # the same in every candidate
    table[[0, 9, 10, 13]] = 0.0
    table[0x7F:0xA1] = -18.0  # C1 controls and a bare NBSP: cp932's 0x80 and 0xA0 land here
    table[0xD800:0xF900] = -18.0  # surrogates and private use
    table[0xFFFE:] = -9.0  # everything beyond the BMP: emoji, rare kanji
    table[0xFFFD] = -18.0
    _FILL[language](table)
    return table


def _japanese(table: Weights) -> None:
    table[0x3400:0xA000] = -12.0
    table[0xAC00:0xD7A4] = -14.0
    table[0x3000:0x3020] = -5.5
    table[0x2500:0x2580] = -7.0  # tables drawn by hand
    _set(table, _jis(1, 2), -8.5)
    _set(table, _jis(16, 47), -8.8)  # JIS X 0208 level 1
    _set(table, _jis(48, 84), -11.5)  # level 2
    _set(table, KANJI, -6.5)
    table[0xFF01:0xFF5F] = -6.5
    table[0x3041:0x3094] = -4.0
    table[0x30A1:0x30F7] = -5.5
    _set(table, "ぁぃぅぇぉゎゐゑゔァィゥェォヮヰヱ", -7.0)
    _set(table, "、。ー", -4.0)
    _set(table, "「」『』（）・…―—！？〜～　《》［］｜【】＃", -5.5)
    _set(table, "−－‖∥", -6.5)  # what cp932 and the JIS codecs call differently weighs the same
    table[0xFF61:0xFFA0] = _HALF_WIDTH_KANA
    _set(table, "｡｢｣､･", _HALF_WIDTH_MARK)


def _chinese(table: Weights, common: str, rows: tuple[bytes, bytes], codec: str) -> None:
    table[0x3400:0xA000] = -12.5
    table[0x3040:0x3100] = -11.0
    table[0xAC00:0xD7A4] = -14.0
    table[0xFF61:0xFFA0] = -16.0
    _set(table, _block(codec, *rows), -8.8)
    _set(table, common, -6.0)
    _set(table, "，。、？！：；“”‘’（）《》「」　…", -4.5)


def _korean(table: Weights) -> None:
    table[0x3040:0x3100] = -12.0
    table[0x3400:0xA000] = -11.5
    table[0xFF61:0xFFA0] = -16.0
    table[0xAC00:0xD7A4] = -13.5
    _set(table, _block("euc_kr", b"\xb0\xa1", b"\xc8\xfe"), -7.5)
    _set(table, HANGUL, -5.0)


_FILL = {
    "ja": _japanese,
    "zh-hans": lambda table: _chinese(
        table, HANZI_SIMPLIFIED, (b"\xb0\xa1", b"\xd7\xf9"), "gb2312"
    ),
    "zh-hant": lambda table: _chinese(table, HANZI_TRADITIONAL, (b"\xa4\x40", b"\xc6\x7e"), "big5"),
    "ko": _korean,
}


def _set(table: Weights, characters: str, weight: float) -> None:
    table[[ord(character) for character in characters]] = weight


def _jis(first: int, last: int) -> str:
    """The characters of JIS X 0208 rows ``first`` to ``last``."""
    return _block("euc_jp", bytes([0xA0 + first, 0xA1]), bytes([0xA0 + last, 0xFE]))


def _block(codec: str, first: bytes, last: bytes) -> str:
    """Every character whose two bytes lie between ``first`` and ``last``."""
    codes = range(int.from_bytes(first), int.from_bytes(last) + 1)
    return "".join(
        character
        for code in codes
        if len(character := code.to_bytes(2).decode(codec, "ignore")) == 1 and character > "\x7f"
    )
