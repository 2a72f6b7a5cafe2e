"""Personal data by pattern, check digit and context; on NFKC text.

Counted here, and pointed at. Sources: the numbering plan of the Ministry of
Internal Affairs (電気通信番号計画), the My Number check digit (総務省令 平成26年第85号
第5条), ISO/IEC 7812 (Luhn), RFC 5322 as far as addresses in the wild go.
"""

from __future__ import annotations

import re

Span = tuple[int, int]

#: What stands between the groups of a number.
HYPHEN = "[-‐‑‒–—―−ーｰ]"
_DIGITS_ONLY = re.compile(r"\D")

#: What stands in a mail address before @.
MAIL_CHARACTER = r"[A-Za-z0-9._%+\-]"
_EMAIL = re.compile(
    rf"(?<!{MAIL_CHARACTER})[A-Za-z0-9]{MAIL_CHARACTER}{{0,63}}@"
    r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,62}\.)+[A-Za-z]{2,24}(?![A-Za-z0-9\-])"
)
_PHONE = re.compile(
    # The look-behind stands after the first character: re then skips to + ( and 0.
    rf"[+(0](?<![\d.].)(?<!\d{HYPHEN}.)"
    rf"(?:(?<=\+)81[- ]?(?:\(0\))?\d{{1,4}}|(?<=\()0\d{{1,4}}\)|(?<=0)\d{{1,4}})"
    rf"(?:[ ()]|{HYPHEN}){{0,2}}\d{{1,4}}(?:[ )]|{HYPHEN})?\d{{3,4}}(?![\d.]|{HYPHEN}\d)"
)
_PHONE_CONTEXT = re.compile(r"電話|携帯|TEL|Tel|tel|FAX|Fax|ファックス|ファクス|連絡先|☎|℡")
# 0800 (free calls) has eleven digits too.
_MOBILE = ("050", "060", "070", "080", "090")
_ELEVEN_ONLY = ("050", "070", "080", "090")

_KEN = (
    "青森 岩手 宮城 秋田 山形 福島 茨城 栃木 群馬 埼玉 千葉 神奈川 新潟 富山 石川 福井",
    "山梨 長野 岐阜 静岡 愛知 三重 滋賀 兵庫 奈良 和歌山 鳥取 島根 岡山 広島 山口 徳島",
    "香川 愛媛 高知 福岡 佐賀 長崎 熊本 大分 宮崎 鹿児島 沖縄",
)
# One flat alternation of literals: re then skips to their first characters.
_PREFECTURES = "|".join(
    ["北海道", "東京都", "京都府", "大阪府", *(f"{ken}県" for ken in " ".join(_KEN).split())]
)
#: Characters of an address: its numbers in kanji, what its town ends with, what is in no name.
NUMERAL = "[一二三四五六七八九十]"
TOWN = "[市区町村]"
STOP = r"\s、。「」()\d"
_NUMBER = rf"(?:\d{{1,4}}|{NUMERAL}{{1,4}})"
_POSTCODE = re.compile(rf"〒 ?\d{{3}}{HYPHEN}?\d{{4}}(?!\d)\s?")
_ADDRESS = re.compile(
    rf"(?:{_PREFECTURES})[^{STOP}]{{1,12}}?{TOWN}"
    rf"[^{STOP}]{{0,16}}?(?:{_NUMBER}(?:丁目|番地の?|番|号|{HYPHEN}(?=\d))){{1,4}}\d{{0,4}}"
)

_TWELVE = re.compile(r"(?<![\d.\-])\d{4}[ -]?\d{4}[ -]?\d{4}(?![\d.\-])")
_MY_NUMBER_CONTEXT = re.compile(r"マイナンバー|個人番号|番号")
_MY_NUMBER_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)

_CARD = re.compile(r"(?<![\d.\-])\d(?:[ -]?\d){12,15}(?![\d.\-])")
# Visa, Mastercard, American Express, JCB, Diners Club.
_ISSUER = re.compile(r"4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|35(?:2[89]|[3-8])|3[068]")

#: Code points before a number in which a word of context counts.
CONTEXT = 24


def find_emails(text: str) -> list[Span]:
    """E-mail addresses.

    >>> find_emails("連絡はtaro.yamada@example.co.jpまで")
    [(3, 28)]
    """
    return [m.span() for m in _EMAIL.finditer(text)] if "@" in text else []


def find_phones(text: str) -> list[Span]:
    """Telephone numbers: 0 and nine or ten digits, or +81.

    Ten digits in a row are a telephone number only beside a word that says so.

    >>> find_phones("電話03-0000-0000、090-0000-0000。品番0312345678")
    [(2, 14), (15, 28)]
    >>> find_phones("2019-08-18 0.1234567890 100-0000-0000")
    []
    """
    return [m.span() for m in _PHONE.finditer(text) if _is_phone(text, m)]


def _is_phone(text: str, match: re.Match[str]) -> bool:
    written = match.group()
    digits = _DIGITS_ONLY.sub("", written)
    if written.startswith("+"):
        digits = "0" + digits[2:].removeprefix("0")
    if digits.startswith("00"):
        return False
    mobile = len(digits) == 11 and digits.startswith(_MOBILE)
    # 06 is Osaka's area code and 060 a mobile prefix: the length tells them apart.
    if not mobile and (len(digits) != 10 or digits.startswith(_ELEVEN_ONLY)):
        return False
    return len(written) != len(digits) or mobile or _near(_PHONE_CONTEXT, text, match.start())


def find_addresses(text: str) -> list[Span]:
    """Postal codes with 〒, and addresses from the prefecture down to a number.

    >>> find_addresses("〒000-0000 東京都架空区仮町1丁目2番3号にて")
    [(0, 25)]
    >>> find_addresses("東京都の人口")
    []
    """
    codes = [m.span() for m in _POSTCODE.finditer(text)] if "〒" in text else []
    streets = [m.span() for m in _ADDRESS.finditer(text)]
    # A code and the address that follows it are one find.
    after = dict(streets)
    joined = [(start, after.pop(end, end)) for start, end in codes]
    return sorted([*joined, *after.items()])


def find_my_numbers(text: str) -> list[Span]:
    """Individual numbers (マイナンバー): check digit and a word of context before.

    >>> find_my_numbers("個人番号は1234 5678 9018です")
    [(5, 19)]
    >>> find_my_numbers("品番は1234 5678 9018です")
    []
    """
    return [
        match.span()
        for match in _TWELVE.finditer(text)
        if is_my_number(_DIGITS_ONLY.sub("", match.group()))
        and _near(_MY_NUMBER_CONTEXT, text, match.start())
    ]


def is_my_number(digits: str) -> bool:
    """Whether twelve digits end in the check digit of an individual number.

    >>> is_my_number("123456789018"), is_my_number("123456789012")
    (True, False)
    """
    total = sum(int(d) * w for d, w in zip(digits, _MY_NUMBER_WEIGHTS, strict=False))
    rest = total % 11
    return int(digits[-1]) == (0 if rest <= 1 else 11 - rest)


def find_cards(text: str) -> list[Span]:
    """Payment card numbers: an issuer's prefix, the right length and Luhn's check digit.

    >>> find_cards("カード番号 4111-1111-1111-1111")
    [(6, 25)]
    >>> find_cards("4111-1111-1111-1112")
    []
    """
    return [m.span() for m in _CARD.finditer(text) if _is_card(_DIGITS_ONLY.sub("", m.group()))]


def _is_card(digits: str) -> bool:
    return bool(_ISSUER.match(digits)) and passes_luhn(digits)


def passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B.

    >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
    (True, False)
    """
    doubled = [int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _near(context: re.Pattern[str], text: str, start: int) -> bool:
    return context.search(text, max(0, start - CONTEXT), start) is not None
