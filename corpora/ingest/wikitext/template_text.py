"""The templates that carry text of the page, and what each of them shows.

They are the ones of the Japanese Wikipedia and its sisters. A template that is not here
is a frame (infobox, navigation, notice, citation) or computes something, and is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from corpora.ingest.wikitext.marks import PIPE
from corpora.ingest.wikitext.names import COUNTRIES, LANGUAGES

_DAY = re.compile("[0-9]{1,4}")
#: "1", "2", … for the positional ones.
Arguments = dict[str, str]
Text = Callable[[Arguments], str]


def _names(text: str) -> list[str]:
    """A list of names; blanks in them are written _."""
    return [name.replace("_", " ") for name in text.split()]


#: Show their first argument; so does a template named for a language ({{en|cat}}), one for
#: a font, and one that questions a passage (要出典範囲).
_FIRST = _names("""
    ruby ルビ ふりがな furigana 振り仮名 仮名 下げ核 高線 縦書き 傍点 圏点 ピン音 拼音 繁体字
    簡体字 繁体 簡体 拡張漢字 unicode 機種依存文字 機種依存 特殊文字 旧字体 異体字 ipa ipa2
    ipafont nastaliq hebrew arab rtl-para nowrap nobr nobreak 改行なし nobold noitalic no_italic
    small small2 smaller smallsup big bigger large larger huge center left right bold strong 太字
    斜体 italic em strike 打ち消し線 打消し線 打消線 取消線 underline 下線 overline sup sub math
    mvar code mono kbd tt samp var key keypress smallcaps sc allcaps tooltip ツールチップ abbr
    略語 vanchor visible_anchor fake_heading 疑似見出し plainlist flatlist indent インデント by
    url pdflink 赤 青 緑 灰 red blue green gray grey orange purple white black yellow silver gold
    brown maroon navy teal pink chem2 化学式
""")
_SECOND = _names("""
    lang llang audio audio-ipa color font_color fontcolor colored resize fontsize font_size
    フォントサイズ 文字色 weight align background_color bgcolor 背景色 hidden legend twitter
    facebook 国立国会図書館のデジタル化資料
""")
_LAST = _names("""
    transl transliteration columns-list column-list 段組 駅番号c 駅番号s 駅番号
""")

#: Stand for characters.
_CHARACTERS = {
    "!": PIPE, "!!": PIPE * 2, "=": "=", "(!": "{" + PIPE, "!)": PIPE + "}", "!-": PIPE + "-",
    "(": "{", ")": "}", "・": "・", "·": "・", "·w": "・", "•": "・", "dot": "・", "bull": "・",
    "ndash": "–", "–": "–", "emdash": "—", "mdash": "—", "—": "—", "dash": "—", "snd": " – ",
    "spaced ndash": " – ", "nbsp": " ", "space": " ", "spaces": " ", "スペース": " ", "pad": " ",
    "br": "\n", "break": "\n", "改行": "\n", "*": "・", "'": "'", "\"": '"', "ー": "ー", "～": "～",
    "minus": "−", "times": "×", "pm": "±", "deg": "°", "π": "π", "pi": "π", "0": "",
    "n/a": "N/A",
}  # fmt: skip


@lru_cache(maxsize=4_096)
def text_of(name: str) -> Text | str | None:
    """What the template of this name (blanks single, lower case) shows; None for nothing."""
    if (found := _TEXTS.get(name)) is not None:
        return found
    if name.startswith("lang-"):
        return _language_text(name.removeprefix("lang-"))
    if name.startswith("ipa-"):
        return _pronunciation
    if name.startswith("formatnum:"):
        return name.removeprefix("formatnum:")
    if (
        name in LANGUAGES
        or name.endswith(("範囲", "フォント"))
        or name.startswith(("ruby-", "ルビ-"))
    ):
        return _first
    if name.startswith("読み仮名"):
        return _with_reading
    return COUNTRIES.get(name.upper())


def _first(given: Arguments) -> str:
    return given.get("1", "")


def _second(given: Arguments) -> str:
    return given.get("2", "")


def _numbered(given: Arguments) -> list[str]:
    """The positional arguments that say something, in their order."""
    return [value for name, value in given.items() if name.isdecimal() and value]


def _last(given: Arguments) -> str:
    return _numbered(given)[-1] if _numbered(given) else ""


def _lines(given: Arguments) -> str:
    return "\n" + "\n".join(f"* {item}" for item in _numbered(given)) + "\n"


def _in_a_row(given: Arguments) -> str:
    return "・".join(_numbered(given))


def _together(given: Arguments) -> str:
    return "".join(_numbered(given))


def _block(given: Arguments) -> str:
    """A quotation is a paragraph of its own."""
    text = given.get("1") or given.get("text") or given.get("quote") or ""
    return f"\n\n{text}\n\n" if text else ""


def _with_reading(given: Arguments) -> str:
    """
    >>> _with_reading({"1": "梟", "2": "ふくろう"})
    '梟（ふくろう）'
    """
    readings = "、".join(_numbered(given)[1:])
    return f"{given.get('1', '')}（{readings}）" if readings else given.get("1", "")


def _red_link(given: Arguments) -> str:
    """A link to a page that only another language has."""
    return given.get("label") or given.get("display") or given.get("1", "")


def _interlanguage(given: Arguments) -> str:
    """{{interlang|en|Owl (bird)|owl}}"""
    return given.get("3") or given.get("2", "")


def _pronunciation(given: Arguments) -> str:
    return f"[{given['1']}]" if given.get("1") else ""


def _quoted(given: Arguments) -> str:
    return f"「{given['1']}」" if given.get("1") else ""


def _author(given: Arguments) -> str:
    """Who is cited in the running text.

    >>> _author({"1": "山田", "2": "森", "3": "1999", "p": "3"})
    '山田・森 (1999)'
    """
    *names, year = _numbered(given) or [""]
    return f"{'・'.join(names)} ({year})" if names else year


def _title(given: Arguments) -> str:
    return given.get("title", "")


def _age(given: Arguments) -> str:
    """How old somebody became: year, month and day of birth and of death.

    >>> _age({"1": "1900", "2": "5", "3": "3", "4": "1950", "5": "5", "6": "2"})
    '49歳没'
    """
    numbers = _numbered(given)[:6]
    if len(numbers) < 6 or not all(_DAY.fullmatch(number) for number in numbers):
        return ""
    year, month, day, end, end_month, end_day = map(int, numbers)
    return f"{end - year - ((end_month, end_day) < (month, day))}歳没"


def _nihongo(given: Arguments) -> str:
    """
    >>> _nihongo({"1": "Mount Fuji", "2": "富士山", "3": "Fuji-san"})
    'Mount Fuji（富士山, Fuji-san）'
    """
    more = ", ".join(given[name] for name in ("2", "3") if given.get(name))
    shown = given.get("1", "")
    return f"{shown}（{more}）" if shown and more else shown or more


def _measure(given: Arguments) -> str:
    """The measure that was given; the one it is converted to is not computed.

    >>> _measure({"1": "5", "2": "km", "3": "mi"})
    '5 km'
    """
    number, unit = given.get("1", ""), given.get("2", "")
    return f"{number} {unit}".strip()


def _value(given: Arguments) -> str:
    """
    >>> _value({"1": "6.02", "e": "23", "u": "/mol"})
    '6.02×10<sup>23</sup> /mol'
    """
    power = f"×10<sup>{given['e']}</sup>" if given.get("e") else ""
    unit = given.get("u") or given.get("ul") or ""
    return f"{given.get('1', '')}{power} {unit}".rstrip()


def _power(given: Arguments) -> str:
    return f"×10<sup>{given.get('1', '')}</sup>"


def _fraction(given: Arguments) -> str:
    """
    >>> _fraction({"1": "3", "2": "4"}), _fraction({"1": "1", "2": "3", "3": "4"})
    ('3/4', '1 3/4')
    """
    parts = _numbered(given)
    if len(parts) < 2:
        return f"1/{parts[0]}" if parts else ""
    return " ".join([*parts[:-2], f"{parts[-2]}/{parts[-1]}"])


def _isbn(given: Arguments) -> str:
    return f"ISBN {given['1']}" if given.get("1") else ""


def _country(given: Arguments) -> str:
    name = given.get("name") or given.get("1", "")
    found = COUNTRIES.get(name.upper())
    return found or name


def _language_name(given: Arguments) -> str:
    code = given.get("1", "")
    return LANGUAGES.get(code, code)


def _language_text(code: str) -> Text:
    """A text with the name of its language before it: "英語: cat", "英: cat" in short."""
    name = LANGUAGES.get(code.removesuffix("-short"), "")
    if code.endswith("-short"):
        name = name.removesuffix("語")

    def shown(given: Arguments) -> str:
        text = given.get("1", "")
        return f"{name}: {text}" if name and text else text

    return shown


_TEXTS: dict[str, Text | str] = {
    **dict.fromkeys(_FIRST, _first),
    **dict.fromkeys(_SECOND, _second),
    **dict.fromkeys(_LAST, _last),
    **_CHARACTERS,
    **dict.fromkeys(("unbulleted list", "ubl", "ublist", "bulleted list", "箇条書き"), _lines),
    **dict.fromkeys(("hlist", "横並びリスト"), _in_a_row),
    **dict.fromkeys(("gaps", "chem", "formatnum"), _together),
    **dict.fromkeys(
        ("quote", "cquote", "quotation", "blockquote", "squote", "引用文", "引用", "bquote",
         "block quote", "centered pull quote", "pull quote", "poemquote", "quote box"), _block
    ),
    **dict.fromkeys(("読み仮名", "よみがな"), _with_reading),
    **dict.fromkeys(
        ("仮リンク", "ill", "ill2", "illm", "interlanguage link", "interlanguage link multi",
         "link-interwiki", "日本語版にない記事リンク"),
        _red_link,
    ),
    "interlang": _interlanguage,
    "pron-en": _pronunciation,
    "ilq": _quoted,
    **dict.fromkeys(("harvnb", "harvp", "harvtxt", "harvcoltxt"), _author),
    "wayback": _title,
    "没年齢": _age,
    **dict.fromkeys(("nihongo", "nihongo3"), _nihongo),
    **dict.fromkeys(("convert", "cvt", "convertdab", "unit", "単位"), _measure),
    "val": _value,
    "e": _power,
    **dict.fromkeys(("frac", "sfrac", "fraction", "分数", "tfrac"), _fraction),
    **dict.fromkeys(("isbn", "isbn2", "isbnt"), _isbn),
    **dict.fromkeys(("flag", "flagcountry", "flagu", "国旗", "fb", "国籍", "flagteam"), _country),
    **dict.fromkeys(("iso639言語名", "言語名"), _language_name),
}  # fmt: skip
