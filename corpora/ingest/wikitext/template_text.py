"""The templates that carry text of the page, and what each of them shows.

They are the ones of the Japanese Wikipedia and its sisters, by what their documentation
says they put on the page. A template that is not here is a frame (infobox, navigation,
notice, citation) or computes something, and is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from corpora.ingest.wikitext.marks import PIPE
from corpora.ingest.wikitext.names import COUNTRIES, LANGUAGES

#: "1", "2", … for the positional ones.
Arguments = dict[str, str]
Text = Callable[[Arguments], str]

#: Show their first argument.
_FIRST = """
ruby ルビ ruby-ja ルビ-ja ruby-zh-p ruby-zh-b ふりがな furigana 振り仮名
要出典範囲 要検証範囲 要説明範囲 要追加記述範囲 独自研究範囲 疑問点範囲 正確性範囲 誰範囲 いつ範囲
どこ範囲 信頼性要検証範囲 要ページ番号範囲 不確か範囲 中立性範囲 大言壮語範囲 記事名の制約範囲 要校閲範囲
jis2004フォント jis90フォント cjkフォント 補助漢字フォント 拡張漢字 ipaフォント ipafont unicode 機種依存文字
機種依存 外字フォント arib外字フォント uniフォント jisx0213フォント 特殊文字 フォント 繁体字 簡体字 繁体 簡体
ipa ipa2 audio-ipa-text nowrap nobr nobreak 改行なし nobold noitalic small smaller smallsup big bigger large
larger huge center left right bold strong 太字 斜体 italic em strike 打ち消し線 打消し線 打消線 取消線 underline
下線 overline 傍点 圏点 縦書き sup sub math mvar mathbf code mono kbd tt samp var key keypress pre2
tooltip ツールチップ abbr 略語 vanchor visible_anchor visible anchor アンカー anchor2 fake heading 疑似見出し
quote cquote quotation blockquote squote 引用文 引用 引用句 bquote centered pull quote poemquote
plainlist flatlist プレーンリスト indent インデント box2 by yearlink url 赤 red blue green gray grey orange
purple white black yellow silver gold brown maroon navy teal pink 青 緑 灰 chem2 化学式 日本語 en-text
quote box text nihongo2 zh-cn zh-tw piped link rtl-para langwithname2 nihongo-s lang2 allcaps smallcaps sc
仮名 ipa-text 一次資料範囲 出典範囲 要高次出典範囲 非推奨文字 旧字体 異体字
""".split()

#: Names with blanks, which split() above would take apart.
_FIRST_WITH_BLANKS = (
    "visible anchor", "fake heading", "centered pull quote", "font text", "no italic", "pull quote",
    "block quote", "big text",
)  # fmt: skip

#: Show their second argument.
_SECOND = (
    "lang", "audio", "color", "font color", "fontcolor", "colored", "resize", "fontsize", "font size",
    "align", "aligned", "background color", "bgcolor", "背景色", "color box text", "transl-ja", "hidden",
    "font", "lang-x", "rtl-lang", "listen inline", "script", "フォントサイズ", "文字色", "wikt-lang", "tlx2",
)  # fmt: skip

#: Show the last of their arguments.
_LAST = (
    "transl", "transliteration", "columns-list", "column-list", "段組", "駅番号c", "駅番号s", "駅番号",
    "div col text", "multicol list", "hlist-last",
)  # fmt: skip

#: Stand for characters.
_CHARACTERS = {
    "!": PIPE, "!!": PIPE * 2, "=": "=", "(!": "{" + PIPE, "!)": PIPE + "}", "!-": PIPE + "-",
    "(": "{", ")": "}", "・": "・", "·": "・", "·w": "・", "•": "・", "dot": "・", "bull": "・",
    "ndash": "–", "–": "–", "emdash": "—", "mdash": "—", "—": "—", "dash": "—", "snd": " – ",
    "spaced ndash": " – ", "nbsp": " ", "space": " ", "spaces": " ", "スペース": " ", "pad": " ",
    "br": "\n", "break": "\n", "改行": "\n", "*": "・", "'": "'", "\"": '"', "ー": "ー", "～": "～",
    "minus": "−", "x": "×", "times": "×", "pm": "±", "deg": "°", "π": "π", "pi": "π",
}  # fmt: skip


@lru_cache(maxsize=4_096)
def text_of(name: str) -> Text | str | None:
    """What the template of this name (blanks single, lower case) shows; None for nothing."""
    if (found := _TEXTS.get(name)) is not None:
        return found
    if name.startswith("lang-"):
        return _language_text(name.removeprefix("lang-"))
    if name.endswith(("範囲", "フォント")) or name.startswith(("ruby-", "ルビ-")):
        return _first
    if name.startswith(("読み仮名", "よみがな")):
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
    **dict.fromkeys((*_FIRST, *_FIRST_WITH_BLANKS), _first),
    **dict.fromkeys(_SECOND, _second),
    **dict.fromkeys(_LAST, _last),
    **_CHARACTERS,
    **dict.fromkeys(("unbulleted list", "ubl", "ublist", "bulleted list", "箇条書き"), _lines),
    **dict.fromkeys(("hlist", "flatlist items", "横並びリスト"), _in_a_row),
    **dict.fromkeys(("gaps", "chem", "formatnum"), _together),
    **dict.fromkeys(
        ("quote", "cquote", "quotation", "blockquote", "squote", "引用文", "引用", "bquote",
         "block quote", "centered pull quote", "pull quote", "poemquote", "quote box"), _block
    ),
    **dict.fromkeys(("読み仮名", "よみがな", "読み", "kana"), _with_reading),
    **dict.fromkeys(
        ("仮リンク", "ill", "ill2", "illm", "interlanguage link", "interlanguage link multi",
         "link-interwiki", "日本語版にない記事リンク", "wikidata link", "提案リンク", "リンク仮"),
        _red_link,
    ),
    **dict.fromkeys(("nihongo", "nihongo3"), _nihongo),
    **dict.fromkeys(("convert", "cvt", "convertdab", "unit", "単位"), _measure),
    "val": _value,
    "e": _power,
    **dict.fromkeys(("frac", "sfrac", "fraction", "分数", "tfrac"), _fraction),
    **dict.fromkeys(("isbn", "isbn2", "isbnt"), _isbn),
    **dict.fromkeys(("flag", "flagcountry", "flagu", "国旗", "fb", "国籍", "flagteam"), _country),
    **dict.fromkeys(("iso639言語名", "言語名"), _language_name),
}  # fmt: skip
