"""Signs of the web in a text: addresses, board time stamps, text decoded wrongly."""

from __future__ import annotations

import re

Span = tuple[int, int]

_URL = re.compile(r"(?:https?://|www\.)[A-Za-z0-9/:%#$&?()~.=+\-_!*',;@\[\]]+")

# "2019/08/18(日) 15:28:46.10 ID:eBvZg8h+0", ">>12": a date alone is no sign of a board. Nor is a
# time, but at the head of a line with a speaker after it ("[10:05] 太郎: 了解") it is a chat.
_STAMP = re.compile(
    r"\d{4}[年/.\-] ?\d{1,2}[月/.\-] ?\d{1,2}日? ?"
    r"(?:\([日月火水木金土]\))? ?\d{1,2}:\d{2}(?::\d{2})?"
    r"|(?<![A-Za-z])ID:[A-Za-z0-9+/.]{6,12}|>>\d{1,4}(?!\d)"
    r"|(?<![^\n])\[?\d{1,2}:\d{2}(?::\d{2})?(?:\] ?|\t)[^\s:]{1,20}(?=:|\t)"
)

# UTF-8 read as CP932: the lead bytes E3 81, E3 82, E3 83 of kana are 縺, 繧 and 繝. 縺れる (to
# tangle) is a word. UTF-8 read as Latin-1 or CP1252: ã and a character above it. EUC-JP read
# as CP932: each kana is ､ or ･ and a half-width kana. ISO-2022-JP without its escapes: every
# second character is $. CP932 read as CP1252: ‚ and ƒ between others.
_MOJIBAKE = re.compile(
    r"(?:縺[^\sらりるれろ]|[繧繝][^\s縺繧繝])"
    r"|(?:ã[\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]{1,2}){2,}"
    r"|(?:[､･][｡-､ｦ-ﾟ]){3,}"
    r"|(?:\$[!-v]){5,}"
    r"|(?:[‚ƒ][^\x00-\x7f\s]?){4,}"
)
_MOJIBAKE_SIGNS = "縺繧繝ã､･$‚"


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
    if not any(sign in text for sign in _MOJIBAKE_SIGNS):
        return []
    return [m.span() for m in _MOJIBAKE.finditer(text)]
