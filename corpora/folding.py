"""The text that is compared: what an edition changes without changing what is said is taken out.

NFKC, no blanks, no control or format characters, one comma, one full stop, one wave dash, one
hyphen, and (if the recipe says so) old kanji written as new ones and kana usage left out
(corpora.kana). Letters keep their case: in
Japanese text it carries meaning more often than noise, and case folding is not one to one.
"""

from __future__ import annotations

import sys
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpora import kana as usage
from corpora.composition import asked, assigned, compositions
from corpora.kernels.tables import REMOVED
from corpora.old_kanji import old_kanji_pairs
from corpora.unicode_forms import normal_form

if TYPE_CHECKING:
    from corpora.kernels.folding import Folding
    from corpora.kernels.text import Points as Folded
    from corpora.kernels.text import Utf8

#: Code points of a text. Little-endian by construction, so that hashes do not depend on the host.
Points = NDArray[np.uint32]


#: After NFKC. The first two are punctuation used for one another in horizontal writing
#: (公用文作成の考え方, 2022). The others are what the JIS X 0208 cells 1-29, 1-30, 1-33, 1-34 and
#: 1-61 become under different vendors' tables: the same bytes, two code points.
_EQUAL = {
    ",": "、",
    ".": "。",
    "〜": "~",
    "∼": "~",
    "−": "-",
    "‐": "-",
    "–": "-",
    "—": "―",
    "∥": "‖",
}

_BLANK = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})


def fold(text: str, *, old_kanji: bool = True, kana: bool = False) -> str:
    """The text as it is compared.

    >>> fold("地獄變") == fold("地獄変") == "地獄変"
    True
    >>> fold("地獄變", old_kanji=False)
    '地獄變'
    >>> fold("思ふやうに", kana=True) == fold("思うやうに", kana=True)
    True
    >>> fold("ｶﾞｽ　代，１０〜２０ 円．")
    'ガス代、10~20円。'
    >>> fold("神社") == fold("\\ufa19社")
    True
    """
    points = fold_points(text, old_kanji=old_kanji, kana=kana)
    return points.tobytes().decode("utf-32-le", "surrogatepass")


def fold_points(text: str, *, old_kanji: bool = True, kana: bool = False) -> Points:
    """The code points of ``fold(text)``, uint32.

    >>> fold_points("發　見").tolist() == [ord("発"), ord("見")]
    True
    """
    normal = normal_form("NFKC", text)
    points = np.frombuffer(normal.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    found = _table(old_kanji)[points]
    kept: Points = found[found != REMOVED]
    if not kana:
        return kept
    without = usage.folded(kept.tobytes().decode("utf-32-le", "surrogatepass"))
    return np.frombuffer(without.encode("utf-32-le", "surrogatepass"), dtype="<u4")


@cache
def _table(old_kanji: bool) -> Points:
    """Code point -> folded code point, or REMOVED; one entry for every code point (4.4 MB)."""
    table = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    categories = asked(unicodedata.category, assigned())
    table[[point for point, category in categories if category in _BLANK]] = REMOVED
    pairs = {**_EQUAL, **old_kanji_pairs()} if old_kanji else _EQUAL
    for old, new in pairs.items():
        table[ord(old)] = ord(new)
    table.setflags(write=False)
    return table


def fold_texts(texts: Utf8, *, old_kanji: bool = True, kana: bool = False) -> Folded:
    """``fold_points`` of every text.

    >>> from corpora.kernels.text import Utf8
    >>> [chr(point) for point in fold_texts(Utf8.of(["地獄變", "ｶﾞｽ"]))[1]]
    ['ガ', 'ス']
    """
    # Not above: the web process folds a text now and then, and must not load the compiler.
    from corpora.kernels.folding import folded
    from corpora.kernels.text import replaced

    found, unsure = folded(texts, _folding(old_kanji))
    others = np.flatnonzero(unsure).tolist()
    whole = replaced(found, {n: fold(texts.text(n), old_kanji=old_kanji) for n in others})
    return usage.folded_points(whole) if kana else whole


@cache
def _folding(old_kanji: bool) -> Folding:
    """The same for text that is not yet NFKC."""
    from corpora.kernels.folding import folding_by

    return folding_by(compositions("NFKC"), _table(old_kanji))
