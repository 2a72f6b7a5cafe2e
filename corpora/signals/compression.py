"""How far a text can be squeezed: dear, so a group of its own."""

from __future__ import annotations

import zlib

from corpora.signals.reading import Reading
from corpora.signals.registry import Declarations, Group

COMPRESSION = Declarations(
    Group(name="compression", version=1, title="Compression", title_ja="圧縮率")
)


@COMPRESSION.signal(
    "ratio",
    ("zlib ratio", "zlib圧縮率"),
    (
        "Deflated bytes over UTF-8 bytes; low for repetition, high for noise and short texts.",
        "UTF-8のバイト数に対する圧縮後の割合。反復で低く、雑音や短文で高い。",
    ),
    "LLM-jp v1, filters.py: .30–.70",
)
def zlib_ratio(reading: Reading) -> float:
    """Compressed over plain bytes at level 9, 0.0 for empty text.

    >>> zlib_ratio(Reading("激安" * 100)) < 0.1 < zlib_ratio(Reading("吾輩は猫である。"))
    True
    """
    plain = reading.text.encode()
    return len(zlib.compress(plain, 9)) / len(plain) if plain else 0.0
