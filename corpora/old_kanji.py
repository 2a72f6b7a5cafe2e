"""Old forms of kanji and their new ones (old_kanji.tsv)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_OLD_KANJI = Path(__file__).with_name("old_kanji.tsv")


@cache
def old_kanji_pairs() -> dict[str, str]:
    """Old form -> new form, one code point each.

    >>> old_kanji_pairs()["變"]
    '変'
    """
    lines = _OLD_KANJI.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))
