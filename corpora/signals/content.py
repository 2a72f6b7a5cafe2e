"""Hits of word lists and of patterns: what a page is about, and whose data is in it."""

from __future__ import annotations

from corpora.matching import FINDERS, UNIONS, covered, merged
from corpora.matching.words import Span
from corpora.signals.characters import DIGIT, JAPANESE
from corpora.signals.reading import Reading
from corpora.signals.registry import Declarations, Group
from corpora.signals.script import share

WORDS = Declarations(Group(name="words", version=2, title="Word lists", title_ja="語彙リスト"))
PERSONAL = Declarations(
    Group(name="personal", version=1, title="Personal data", title_ja="個人情報")
)
_OWN_LIST = "corpora/signals/words, in the manner of HojiChar's and LLM-jp's lists"


def _spans(signal: str, reading: Reading) -> list[Span]:
    """The hits of a signal, found once a text however many signals ask."""
    if signal not in reading.found:
        parts = [_spans(part, reading) for part in UNIONS.get(signal, ())]
        reading.found[signal] = (
            merged([span for part in parts for span in part])
            if parts
            else FINDERS[signal](reading.text)
        )
    return reading.found[signal]


def _hits(signal: str, reading: Reading) -> int:
    return len(_spans(signal, reading))


def _declare_list(name: str, title: str, title_ja: str) -> None:
    signal = f"{name}_hits"

    def measure(reading: Reading) -> float:
        return _hits(signal, reading)

    WORDS.signal(
        "count",
        (f"{title} hits", f"{title_ja}の数"),
        (f"Hits of the {name} list.", f"{title_ja}のリストに当たる箇所の数。"),
        _OWN_LIST,
        name=signal,
    )(measure)


for _name, _title, _title_ja in (
    ("adult", "Adult", "成人向け語"),
    ("discrimination", "Discrimination", "差別語"),
    ("violence", "Violence", "暴力的表現"),
    ("advertisement", "Advertising", "広告表現"),
    ("footer", "Footer", "定型フッター"),
    ("notice", "Notice", "サイトの案内文"),
):
    _declare_list(_name, _title, _title_ja)


@WORDS.signal(
    "count",
    ("Board hits", "掲示板表現の数"),
    (
        "Words, time stamps, reply marks and speakers of boards and chats; "
        "dates and hyphens alone are none.",
        "掲示板やチャットの語・書き込み時刻・返信記号・発言者の数。日付やハイフンだけでは数えない。",
    ),
    "HojiChar, DiscardBBSComments, narrowed",
)
def bbs_hits(reading: Reading) -> float:
    """Furniture of boards.

    >>> bbs_hits(Reading("13: 名無しさん 2019/08/18(日) 15:28:46 ID:eBvZg8h+0"))
    3
    """
    return _hits("bbs_hits", reading)


@WORDS.signal(
    "count",
    ("NG-word hits", "NGワードの数"),
    ("Hits of the adult, discrimination and violence lists.", "成人・差別・暴力リストの合計。"),
    "HojiChar, NgWordsFilterJa",
)
def ng_hits(reading: Reading) -> float:
    """Hits of all three lists of words that are not good.

    >>> ng_hits(Reading("巨乳のエロ動画、アナルシス")), ng_hits(Reading("悩殺する"))
    (2, 0)
    """
    return _hits("ng_hits", reading)


@WORDS.signal(
    "share",
    ("NG-word share", "NGワードの割合"),
    (
        "Characters of NG words over Japanese letters.",
        "日本語文字に占めるNGワードの文字。",
    ),
    "Swallow v1 (Okazaki et al. 2024): 5 %",
)
def ng_word_share(reading: Reading) -> float:
    """Code points inside NG words over Japanese letters, at most 1.

    >>> ng_word_share(Reading("巨乳と爆乳を見る"))
    0.5
    """
    found = covered(_spans("ng_hits", reading))
    return min(1.0, share(found, reading.count(*JAPANESE)))


@WORDS.signal(
    "share",
    ("Advertising share", "広告表現の割合"),
    (
        "Characters of advertising words over all: a count does not know how long a text is.",
        "全文字に占める広告表現の文字。",
    ),
)
def advertisement_share(reading: Reading) -> float:
    """Code points inside words of the advertising list over all code points.

    >>> advertisement_share(Reading("送料無料の激安セール"))
    0.6
    """
    return share(covered(_spans("advertisement_hits", reading)), reading.characters)


@WORDS.signal(
    "share",
    ("Notice share", "サイトの案内文の割合"),
    (
        "Characters of notices to the visitor (errors, consent, login) over all.",
        "全文字に占める、訪問者への案内文(エラー・同意・ログイン等)の文字。",
    ),
)
def notice_share(reading: Reading) -> float:
    """Code points inside phrases of the notice list over all code points.

    >>> notice_share(Reading("お探しのページは見つかりません。")) > 0.9
    True
    >>> notice_share(Reading("お茶の歴史のページを探した。"))
    0.0
    """
    return share(covered(_spans("notice_hits", reading)), reading.characters)


@WORDS.signal(
    "count",
    ("Web addresses", "URLの数"),
    ("Web addresses in the text.", "本文中のURLの数。"),
)
def url_count(reading: Reading) -> float:
    """Web addresses.

    >>> url_count(Reading("https://example.com と www.example.jp"))
    2
    """
    return _hits("url_count", reading)


@WORDS.signal(
    "share",
    ("Web-address share", "URLの割合"),
    ("Characters of web addresses over all.", "全文字に占めるURLの文字。"),
)
def url_share(reading: Reading) -> float:
    """Code points inside web addresses over all code points.

    >>> url_share(Reading("茶https://a.jp"))
    0.9230769230769231
    """
    return share(covered(_spans("url_count", reading)), reading.characters)


def _declare_personal(signal: str, digits: int, titles: tuple[str, str], rule: str) -> None:
    def measure(reading: Reading) -> float:
        # Most texts hold too few digits to be looked at twice.
        return _hits(signal, reading) if reading.count(DIGIT) >= digits else 0.0

    PERSONAL.signal(
        "count",
        titles,
        (f"Hits: {rule}.", f"{titles[1]}。該当箇所の数。"),
        "corpora/matching/personal.py",
        name=signal,
    )(measure)


for _signal, _digits, _titles, _rule in (
    ("phone_hits", 10, ("Telephone numbers", "電話番号"), "0 and 9 or 10 digits, or +81"),
    ("email_hits", 0, ("E-mail addresses", "メールアドレス"), "an address in use's form"),
    ("postal_hits", 0, ("Postal addresses", "住所・郵便番号"), "〒, or prefecture to number"),
    ("my_number_hits", 12, ("My Numbers", "マイナンバー"), "check digit and context"),
    ("card_hits", 13, ("Card numbers", "カード番号"), "issuer's prefix and Luhn"),
):
    _declare_personal(_signal, _digits, _titles, _rule)


@PERSONAL.signal(
    "count",
    ("Personal-data hits", "個人情報の数"),
    ("Hits of all the kinds above.", "上の各種の合計。"),
    "corpora/matching/personal.py",
)
def personal_hits(reading: Reading) -> float:
    """Hits of personal data of every kind known here.

    >>> personal_hits(Reading("電話03-0000-0000、a@example.jp"))
    2
    """
    return _hits("personal_hits", reading)
