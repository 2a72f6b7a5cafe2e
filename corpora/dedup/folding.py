"""The text that is compared: what an edition changes without changing what is said is taken out.

NFKC, no blanks, no control or format characters, one comma, one full stop, one wave dash, one
hyphen, and (if the recipe says so) old kanji written as new ones. Letters keep their case: in
Japanese text it carries meaning more often than noise, and case folding is not one to one.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.text import Points as Folded
from corpora.kernels.text import Utf8, decode, mapped

#: Code points of a text. Little-endian by construction, so that hashes do not depend on the host.
Points = NDArray[np.uint32]

_REMOVED = np.uint32(0xFFFF_FFFF)
_UNSURE = np.uint32(0xFFFF_FFFE)

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

_OLD_KANJI = Path(__file__).with_name("old_kanji.tsv")

_BLANK = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})


def fold(text: str, *, old_kanji: bool = True) -> str:
    """The text as it is compared.

    >>> fold("地獄變") == fold("地獄変") == "地獄変"
    True
    >>> fold("地獄變", old_kanji=False)
    '地獄變'
    >>> fold("ｶﾞｽ　代，１０〜２０ 円．")
    'ガス代、10~20円。'
    >>> fold("神社") == fold("\\ufa19社")
    True
    """
    points = fold_points(text, old_kanji=old_kanji)
    return points.tobytes().decode("utf-32-le", "surrogatepass")


def fold_points(text: str, *, old_kanji: bool = True) -> Points:
    """The code points of ``fold(text)``, uint32.

    >>> fold_points("發　見").tolist() == [ord("発"), ord("見")]
    True
    """
    normal = unicodedata.normalize("NFKC", text)
    points = np.frombuffer(normal.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    folded = _table(old_kanji)[points]
    kept: Points = folded[folded != _REMOVED]
    return kept


@cache
def old_kanji_pairs() -> dict[str, str]:
    """Old form -> new form, one code point each.

    >>> old_kanji_pairs()["變"]
    '変'
    """
    lines = _OLD_KANJI.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))


@cache
def _table(old_kanji: bool) -> Points:
    """Code point -> folded code point, or _REMOVED; one entry for every code point (4.4 MB)."""
    table = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    for point in _assigned():
        if unicodedata.category(chr(point)) in _BLANK:
            table[point] = _REMOVED
    pairs = {**_EQUAL, **old_kanji_pairs()} if old_kanji else _EQUAL
    for old, new in pairs.items():
        table[ord(old)] = ord(new)
    table.setflags(write=False)
    return table


def _assigned() -> Iterator[int]:
    """Code points that NFKC may change or that are blank: none lies elsewhere.

    Planes 2 and 3 hold kanji (their compatibility forms apart), 4 to 13 nothing, 14 tags and
    selectors, 15 and 16 private use.
    """
    yield from range(0x20000)
    yield from range(0x2F800, 0x2FA20)
    yield from range(0xE0000, 0xE0200)


def fold_texts(texts: Utf8, *, old_kanji: bool = True) -> Folded:
    """``fold_points`` of every text.

    >>> from corpora.kernels.text import Utf8
    >>> [chr(point) for point in fold_texts(Utf8.of(["地獄變", "ｶﾞｽ"]))[1]]
    ['ガ', 'ス']
    """
    points = decode(texts)
    found, unsure = mapped(points, _single(old_kanji), removed=int(_REMOVED), unsure=int(_UNSURE))
    if not unsure.any():
        return found
    pieces = [
        fold_points(points[n].tobytes().decode("utf-32-le"), old_kanji=old_kanji)
        if doubtful
        else found[n]
        for n, doubtful in enumerate(unsure.tolist())
    ]
    sizes = np.array([len(piece) for piece in pieces])
    return Folded(values=np.concatenate(pieces), starts=np.concatenate([[0], np.cumsum(sizes)]))


@cache
def _single(old_kanji: bool) -> Points:
    """Like ``_table``, for text that is not yet NFKC: _UNSURE where the neighbours have a say.

    A text without such characters is folded one character at a time: each of them becomes one
    character by NFKC, which no character of the text combines with.
    """
    folded = _table(old_kanji)
    table = folded.copy()
    combining = _combining()
    for point in _assigned():
        normal = unicodedata.normalize("NFKC", chr(point))
        if len(normal) > 1 or point in combining or ord(normal) in combining:
            table[point] = _UNSURE
        else:
            table[point] = folded[ord(normal)]
    table.setflags(write=False)
    return table


def _combining() -> frozenset[int]:
    """Code points that may join the one before them, or change places with it (UAX #15)."""
    found = set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))  # Hangul vowels and finals
    for point in _assigned():
        if unicodedata.combining(chr(point)):
            found.add(point)
        parts = unicodedata.decomposition(chr(point)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            found.add(int(parts[1], 16))
    return frozenset(found)
