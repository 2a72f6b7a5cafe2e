"""Pure functions that normalise one text. Each is idempotent, and so is their chain."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from corpora.unicode_forms import normal_form

Form = Literal["none", "NFC", "NFKC"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What of the below is done; the fields are those of corpora.recipe.Normalization."""

    form: Form = "NFKC"
    punctuation: str = "unify"
    invisible: bool = True
    spaces: bool = True


#: Line breaks of Unicode's line breaking (UAX #14, classes BK, CR, NL); LF is what they become.
LINE_ENDS = "\r\x0b\x0c\x85\u2028\u2029"
_NEWLINES = re.compile(f"\r\n|[{LINE_ENDS}]")

#: Controls, zero-width and bidi characters, fillers and noncharacters: nothing that prints
#: (Unicode's Default_Ignorable_Code_Point without variation selectors, which choose a kanji's
#: shape, and without the zero-width joiner, see below).
INVISIBLES = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\ufffe\uffff\U000e0000-\U000e007f"
)
_INVISIBLE = re.compile(f"[{INVISIBLES}]+")

# A zero-width joiner only means something between two emoji (👨‍👩‍👧, ❤️‍🔥).
EMOJIS = "\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_LONE_JOINER = re.compile(f"(?<![\ufe0f{EMOJIS}])\u200d+|\u200d+(?![{EMOJIS}])")

BLANKS = " \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BLANK_RUN = re.compile(f"([{BLANKS}])[{BLANKS}]+")
_TRAILING_BLANK = re.compile(f"[{BLANKS}](?=\n|\\Z)")
_MANY_NEWLINES = re.compile("\n{4,}")

#: Kana (full and half width), kanji with their repetition marks.
JAPANESE_LETTERS = (
    "\u3041-\u309f\u30a1-\u30ff\uff66-\uff9f々〆〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
JAPANESE_LETTERS += "\U00020000-\U0003ffff"
#: After which a comma or a full stop is a Japanese one as well.
BRACKETS = "」』）】〉》"
_COMMA = re.compile(f"(?<=[{JAPANESE_LETTERS}{BRACKETS}])，")
# Not after a lone label at the head of a line (ア．目的), nor inside a number (図．１).
_PERIOD = re.compile(
    f"(?<=[^\n（({BLANKS}][{JAPANESE_LETTERS}{BRACKETS}])．(?![0-9０-９])|(?<=[ぁ-ゖ][ぁ-ゖ])．"
)


def unify_newlines(text: str) -> str:
    r"""CR LF, CR, NEL, form feeds and Unicode's line separators become LF.

    >>> unify_newlines("一\r\n二\r三\u2028四")
    '一\n二\n三\n四'
    """
    return _NEWLINES.sub("\n", text)


def remove_invisible(text: str) -> str:
    r"""Zero-width, bidi, soft-hyphen, NUL and other non-printing characters go.

    Variation selectors stay (葛󠄀 is not 葛), and so does the joiner inside an emoji.

    >>> remove_invisible("東\u200b京\ufeff\u00ad\x00都\u202e")
    '東京都'
    >>> remove_invisible("👩\u200d🌾") == "👩\u200d🌾"
    True
    """
    text = _INVISIBLE.sub("", text)
    return _LONE_JOINER.sub("", text) if "\u200d" in text else text


def compose(text: str, form: Form) -> str:
    """NFC or NFKC, with the spacing marks (゛ ￣ ´) kept as they are.

    NFKC alone makes ``あ゛`` into あ, a blank and a combining mark, and breaks every (￣ー￣).

    >>> compose("か\\u3099ｶﾞ①㈱", "NFKC")
    'がガ1(株)'
    >>> compose("え゛ (￣ー￣)", "NFKC")
    'え゛ (￣ー￣)'
    >>> compose("ｶﾞ①", "NFC")
    'ｶﾞ①'
    """
    if form == "none":
        return text
    if form == "NFC":
        return normal_form("NFC", text)
    kept = _spacing_mark()
    if not kept.search(text):
        return normal_form("NFKC", text)
    # The pieces are normalised apart; a mark between two of them is a starter, so nothing
    # composes across it.
    return "".join(
        piece if number % 2 else normal_form("NFKC", piece)
        for number, piece in enumerate(kept.split(text))
    )


@cache
def spacing_marks() -> str:
    """Characters that NFKC would turn into a blank and a combining mark."""
    return "".join(
        mark
        for mark in map(chr, range(0x80, 0xFFFF))
        if (form := unicodedata.normalize("NFKC", mark))[0] == " " and len(form) > 1
    )


@cache
def _spacing_mark() -> re.Pattern[str]:
    return re.compile(f"([{spacing_marks()}])")


def unify_punctuation(text: str) -> str:
    """，． after Japanese become 、。 and the full-width tilde a wave dash; numbers stay.

    CP932's 0x8160 is read as ～ (U+FF5E) but means 〜 (U+301C); NFKC would make it ``~``.

    >>> unify_punctuation("発熱し，入院した．１，０００円、３．５倍（３～５日）")
    '発熱し、入院した。１，０００円、３．５倍（３〜５日）'
    """
    if "，" in text:
        text = _COMMA.sub("、", text)
    if "．" in text:
        text = _PERIOD.sub("。", text)
    return text.replace("～", "〜")


def tidy_spaces(text: str) -> str:
    r"""Runs of blanks become their first, line-end blanks go, at most two empty lines stay.

    Empty lines before and after the text go as well.

    >>> tidy_spaces("\n　見出し \t \n\n\n\n\n本文  です　\n")
    '　見出し\n\n\n本文 です'
    """
    text = _BLANK_RUN.sub(r"\1", text)
    text = _TRAILING_BLANK.sub("", text)
    return _MANY_NEWLINES.sub("\n\n\n", text).strip("\n")


def normalize(text: str, policy: Policy) -> str:
    """The whole chain, in the order that makes it idempotent.

    >>> normalize("ﾃｽﾄ，です。\\r\\n\\u200b", Policy())
    'テスト、です。'
    """
    return _chain(policy)(text)


@cache
def _chain(policy: Policy) -> Callable[[str], str]:
    # Invisible characters first: they hide a か from its U+3099. Punctuation before NFKC,
    # which makes ， and ． ASCII; blanks last, because NFKC makes new ones.
    steps: list[Callable[[str], str]] = [unify_newlines]
    if policy.invisible:
        steps.append(remove_invisible)
    if policy.punctuation == "unify":
        steps.append(unify_punctuation)
    steps.append(lambda text: compose(text, policy.form))
    if policy.spaces:
        steps.append(tidy_spaces)

    def run(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return run
