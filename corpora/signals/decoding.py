"""Signals of the text as read: what normalisation would hide."""

from __future__ import annotations

from corpora.matching import covered
from corpora.matching.pages import find_mojibake
from corpora.signals.characters import HALF_KANA
from corpora.signals.reading import Reading
from corpora.signals.registry import Declarations, Group
from corpora.signals.script import share

DECODING = Declarations(
    Group(
        name="decoding", version=1, title="Text as read", title_ja="読み込んだままの文字", of="raw"
    )
)


@DECODING.signal(
    "share",
    ("Mojibake", "文字化け"),
    (
        "Characters that look like Japanese decoded with the wrong codec, of the text as read.",
        "誤った文字コードで読まれたとみられる文字の割合(正規化前)。",
    ),
    "corpora/matching/pages.py",
)
def mojibake_share(reading: Reading) -> float:
    """Code points of wrongly decoded stretches over all code points.

    >>> mojibake_share(Reading("これはペンです".encode().decode("cp932", "ignore"))) > 0.5
    True
    >>> mojibake_share(Reading("繊維が縺れる。"))
    0.0
    """
    return share(covered(find_mojibake(reading.text)), reading.characters)


@DECODING.signal(
    "share",
    ("Half-width kana", "半角仮名"),
    (
        "Half-width kana over all code points, of the text as read.",
        "全文字に占める半角仮名(正規化前)。",
    ),
)
def halfwidth_kana_share(reading: Reading) -> float:
    """Half-width kana over all code points.

    >>> halfwidth_kana_share(Reading("ｶﾀｶﾅ仮名"))
    0.6666666666666666
    """
    return share(reading.count(HALF_KANA), reading.characters)
