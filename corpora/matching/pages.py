"""Signs of the web in a text: addresses, board time stamps, text decoded wrongly."""

from __future__ import annotations

import re

Span = tuple[int, int]

#: What a web address is made of.
URL_CHARACTER = r"[A-Za-z0-9/:%#$&?()~.=+\-_!*',;@\[\]]"
_URL = re.compile(rf"(?:https?://|www\.){URL_CHARACTER}+")

#: What a poster's id is made of, and what stands between a month and a day.
ID_CHARACTER = "[A-Za-z0-9+/.]"
DATE_CHARACTER = r"[月/.\-]"

# "2019/08/18(日) 15:28:46.10 ID:eBvZg8h+0", ">>12": a date alone is no sign of a board. Nor is a
# time, but at the head of a line with a speaker after it ("[10:05] 太郎: 了解") it is a chat.
_STAMP = re.compile(
    rf"\d{{4}}[年/.\-] ?\d{{1,2}}{DATE_CHARACTER} ?\d{{1,2}}日? ?"
    r"(?:\([日月火水木金土]\))? ?\d{1,2}:\d{2}(?::\d{2})?"
    rf"|(?<![A-Za-z])ID:{ID_CHARACTER}{{6,12}}|>>\d{{1,4}}(?!\d)"
    r"|(?<![^\n])\[?\d{1,2}:\d{2}(?::\d{2})?(?:\] ?|\t)[^\s:]{1,20}(?=:|\t)"
)

#: What follows 縺 in good text, and what does not follow 繧 and 繝 in a wrongly decoded one.
TANGLED = r"\sらりるれろ"
APART = r"\s縺繧繝"
#: A byte of UTF-8 but the first, and the first bytes of kana of EUC-JP and CP932, as they look.
CONTINUATION = "[\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]"
KANA_LEAD = "[､･]"
QUOTE = "[‚ƒ]"

# UTF-8 read as CP932: the lead bytes E3 81, E3 82, E3 83 of kana are 縺, 繧 and 繝. 縺れる (to
# tangle) is a word. UTF-8 read as Latin-1 or CP1252: ã and a character above it. EUC-JP read
# as CP932: each kana is ､ or ･ and a half-width kana. ISO-2022-JP without its escapes: every
# second character is $. CP932 read as CP1252: ‚ and ƒ between others.
_MOJIBAKE = re.compile(
    rf"(?:縺[^{TANGLED}]|[繧繝][^{APART}])"
    rf"|(?:ã{CONTINUATION}{{1,2}}){{2,}}"
    rf"|(?:{KANA_LEAD}[｡-､ｦ-ﾟ]){{3,}}"
    r"|(?:\$[!-v]){5,}"
    rf"|(?:{QUOTE}[^\x00-\x7f\s]?){{4,}}"
)
#: One of them is in every text that has any.
MOJIBAKE_SIGNS = "縺繧繝ã､･$‚"


def find_urls(text: str) -> list[Span]:
    """Web addresses.

    >>> find_urls("詳細はhttps://example.com/a?b=cをご覧ください")
    [(3, 28)]
    """
    return [m.span() for m in _URL.finditer(text)] if "://" in text or "www." in text else []


def find_board_stamps(text: str) -> list[Span]:
    """Time stamps, poster ids and reply marks of boards.

    >>> find_board_stamps("13: 2019/08/18(日) 15:28:46 ID:eBvZg8h+0 >>12")
    [(4, 26), (27, 39), (40, 44)]
    >>> find_board_stamps("2019年8月18日に発表した"), find_board_stamps("10:05 開会の辞")
    ([], [])
    >>> find_board_stamps("[10:05] 太郎: 了解\\n10:06\\t花子\\tうん")
    [(0, 10), (15, 23)]
    """
    # Each kind of stamp has a colon or >> in it, and most texts have neither.
    if ":" not in text and ">>" not in text:
        return []
    return [m.span() for m in _STAMP.finditer(text)]


def find_mojibake(text: str) -> list[Span]:
    """Stretches that are Japanese decoded with the wrong codec.

    >>> find_mojibake("これは".encode().decode("cp932", "ignore"))
    [(0, 2), (3, 5)]
    >>> find_mojibake("糸が縺れる")
    []
    """
    if not any(sign in text for sign in MOJIBAKE_SIGNS):
        return []
    return [m.span() for m in _MOJIBAKE.finditer(text)]
