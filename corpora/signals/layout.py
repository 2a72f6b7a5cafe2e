"""Sentences, lines and what is said twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from corpora.signals.reading import Reading
from corpora.signals.registry import Declarations, Group
from corpora.signals.script import share

LAYOUT = Declarations(
    Group(name="layout", version=1, title="Lines and sentences", title_ja="行と文")
)
_SWALLOW = "Swallow v1, quality.py (Okazaki et al. 2024)"
_FINEWEB = "FineWeb, C4 and Gopher as in datatrove; FineWeb-2, jpn_Jpan.yml"

#: What ends a line that trails off: NFKC makes … three periods; ・・・ is an ellipsis as well.
LINE_ELLIPSES = ("…", "...", "・・", "‥")
#: And a sentence, where a single ・ is one.
SENTENCE_ELLIPSES = ("…", "・", "‥", "...")
#: What ends a Japanese line that is a sentence or a closed quotation, and the ASCII twins.
TERMINAL = tuple("。．.！!？?…‥」』）)】〉》♪")
#: What begins a line of a list: one of these, or a number of at most two digits that may be
#: opened and must be closed.
BULLETS = "・•●■◆▶※○◎★☆*-+"
LIST_OPENING = "("
LIST_DIGITS = "0123456789０１２３４５６７８９"
LIST_CLOSING = ".)．）"
_BULLET = re.compile(
    rf"[{re.escape(BULLETS)}]"
    rf"|[{re.escape(LIST_OPENING)}]?[{LIST_DIGITS}]{{1,2}}[{re.escape(LIST_CLOSING)}]"
)
#: Code points of the longest line that is short.
SHORT = 10


@LAYOUT.signal(
    "characters",
    ("Average sentence", "平均文長"),
    ("Mean characters of a sentence.", "一文の平均文字数。"),
    _SWALLOW,
)
def average_sentence(reading: Reading) -> float:
    """Mean code points of a sentence.

    >>> average_sentence(Reading("見た。聞いた。"))
    3.5
    """
    sentences = reading.sentences
    return share(sum(map(len, sentences)), len(sentences))


@LAYOUT.signal(
    "characters",
    ("Longest sentence", "最長の文"),
    ("Characters of the longest sentence.", "最も長い文の文字数。"),
    _SWALLOW,
)
def longest_sentence(reading: Reading) -> float:
    """Code points of the longest sentence.

    >>> longest_sentence(Reading("見た。聞いた。"))
    4
    """
    return max(map(len, reading.sentences), default=0)


@LAYOUT.signal(
    "characters",
    ("Characters to a 。", "句点の間隔"),
    (
        "Characters to one 。; without any, the whole text.",
        "句点一つあたりの文字数。句点がなければ全文の長さ。",
    ),
    "HojiChar, DiscardRareKuten; LLM-jp v1, filters.py",
)
def kuten_interval(reading: Reading) -> float:
    """Code points to one 。; a text without any counts as having one.

    >>> kuten_interval(Reading("見た。聞いた。\\n")), kuten_interval(Reading("見出し"))
    (4.0, 3.0)
    """
    return reading.characters / max(1, reading.text.count("。"))


@LAYOUT.signal(
    "share",
    ("Sentences ending in …", "省略記号で終わる文"),
    ("Sentences that end in an ellipsis.", "省略記号で終わる文の割合。"),
    _SWALLOW,
)
def ellipsis_sentence_share(reading: Reading) -> float:
    """Sentences that end in an ellipsis.

    >>> ellipsis_sentence_share(Reading("そして…\\n終わり。"))
    0.5
    """
    sentences = reading.sentences
    return share(sum(s.endswith(SENTENCE_ELLIPSES) for s in sentences), len(sentences))


@LAYOUT.signal(
    "share",
    ("Lines ending in …", "省略記号で終わる行"),
    ("Lines that end in an ellipsis.", "省略記号で終わる行の割合。"),
    "Gopher (Rae et al. 2021); HojiChar, DiscardTooManyEndingEllipsis",
)
def ellipsis_line_share(reading: Reading) -> float:
    """Lines that end in an ellipsis.

    >>> ellipsis_line_share(Reading("続きを読む...\\n本文です。"))
    0.5
    """
    lines = reading.lines
    return share(sum(line.endswith(LINE_ELLIPSES) for line in lines), len(lines))


@LAYOUT.signal(
    "share",
    ("Punctuated lines", "句点で終わる行"),
    (
        "Lines that end with 。！？」 and the like, Japanese or ASCII.",
        "句点・感嘆符・閉じ括弧などで終わる行の割合。",
    ),
    _FINEWEB,
)
def punctuated_line_share(reading: Reading) -> float:
    """Lines that end as sentences and quotations do; Japanese marks count.

    >>> punctuated_line_share(Reading("ホーム\\n「はい」\\n見た。\\n会社概要"))
    0.5
    """
    lines = reading.lines
    return share(sum(line.endswith(TERMINAL) for line in lines), len(lines))


@LAYOUT.signal(
    "share",
    ("Short lines", "短い行"),
    ("Lines of at most ten characters.", "10字以下の行の割合。"),
    _FINEWEB,
)
def short_line_share(reading: Reading) -> float:
    """Lines of at most ten code points.

    >>> short_line_share(Reading("ホーム\\n一行が十字を超える長さです。"))
    0.5
    """
    lines = reading.lines
    return share(sum(len(line) <= SHORT for line in lines), len(lines))


@LAYOUT.signal(
    "share",
    ("Bullet lines", "箇条書きの行"),
    ("Lines that begin with a bullet or a list number.", "行頭記号や番号で始まる行の割合。"),
    "Gopher (Rae et al. 2021), with Japanese bullets",
)
def bullet_line_share(reading: Reading) -> float:
    """Lines that begin with a bullet or a number of a list.

    >>> bullet_line_share(Reading("・りんご\\n(1)みかん\\n果物です。\\n1.5倍"))
    0.75
    """
    lines = reading.lines
    return share(sum(bool(_BULLET.match(line)) for line in lines), len(lines))


@LAYOUT.signal(
    "share",
    ("Line-break share", "改行の割合"),
    ("Line breaks over all code points.", "全文字に占める改行。"),
    _FINEWEB,
)
def newline_share(reading: Reading) -> float:
    """Line breaks over code points.

    >>> newline_share(Reading("茶\\n湯\\n"))
    0.5
    """
    return share(reading.text.count("\n"), reading.characters)


def _repeated(items: Sequence[str]) -> tuple[int, int]:
    """Items that were there before, and their code points."""
    if len(items) == len(set(items)):
        return 0, 0
    again = [(item, number - 1) for item, number in Counter(items).items() if number > 1]
    return sum(n for _, n in again), sum(len(item) * n for item, n in again)


def _repeated_share(items: Sequence[str]) -> float:
    return share(_repeated(items)[0], len(items))


def _repeated_characters(items: Sequence[str]) -> float:
    return share(_repeated(items)[1], sum(map(len, items)))


@LAYOUT.signal(
    "share",
    ("Repeated lines", "重複行"),
    (
        "Lines that stood before; Swallow's paragraphs are these lines.",
        "既出の行の割合。Swallow のいう段落はこの行。",
    ),
    _SWALLOW,
)
def duplicate_line_share(reading: Reading) -> float:
    """Lines that stood before in the text, of lines with something on them.

    >>> duplicate_line_share(Reading("激安\\n激安\\n\\n\\n本文"))
    0.3333333333333333
    """
    return _repeated_share(reading.lines)


@LAYOUT.signal(
    "share",
    ("Repeated lines, by characters", "重複行（文字）"),
    ("Characters of lines that stood before.", "既出の行の文字の割合。"),
    _SWALLOW,
)
def duplicate_line_character_share(reading: Reading) -> float:
    """Code points of lines that stood before, of those of all lines.

    >>> duplicate_line_character_share(Reading("激安\\n激安\\n本文です"))
    0.25
    """
    return _repeated_characters(reading.lines)


@LAYOUT.signal(
    "share",
    ("Repeated paragraphs", "重複段落"),
    ("Paragraphs that stood before.", "空行で区切った段落のうち既出のものの割合。"),
    "Gopher (Rae et al. 2021)",
)
def duplicate_paragraph_share(reading: Reading) -> float:
    """Paragraphs (parted by empty lines) that stood before.

    >>> duplicate_paragraph_share(Reading("激安\\n\\n激安"))
    0.5
    """
    return _repeated_share(reading.paragraphs)


@LAYOUT.signal(
    "share",
    ("Repeated paragraphs, by characters", "重複段落（文字）"),
    ("Characters of paragraphs that stood before.", "既出の段落の文字の割合。"),
    "Gopher (Rae et al. 2021)",
)
def duplicate_paragraph_character_share(reading: Reading) -> float:
    """Code points of paragraphs that stood before.

    >>> duplicate_paragraph_character_share(Reading("激安\\n\\n激安\\n\\n本文です"))
    0.25
    """
    return _repeated_characters(reading.paragraphs)


@LAYOUT.signal(
    "share",
    ("Repeated sentences", "重複文"),
    ("Sentences that stood before.", "既出の文の割合。"),
    _SWALLOW,
)
def duplicate_sentence_share(reading: Reading) -> float:
    """Sentences that stood before.

    >>> duplicate_sentence_share(Reading("買う。買う。買う。見る。"))
    0.5
    """
    return _repeated_share(reading.sentences)


@LAYOUT.signal(
    "share",
    ("Repeated sentences, by characters", "重複文（文字）"),
    ("Characters of sentences that stood before.", "既出の文の文字の割合。"),
    _SWALLOW,
)
def duplicate_sentence_character_share(reading: Reading) -> float:
    """Code points of sentences that stood before.

    >>> duplicate_sentence_character_share(Reading("買う。買う。見ない。"))
    0.3
    """
    return _repeated_characters(reading.sentences)
