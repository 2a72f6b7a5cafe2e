"""Jaccard similarity on character 5-grams, the measure the planted pairs are made to."""

from __future__ import annotations

import unicodedata

GRAM = 5


def grams(text: str) -> frozenset[str]:
    """The set of character 5-grams of the NFKC text without white space.

    >>> sorted(grams("朝の霧が晴れる"))
    ['の霧が晴れ', '朝の霧が晴', '霧が晴れる']
    """
    flat = "".join(unicodedata.normalize("NFKC", text).split())
    return frozenset(flat[start : start + GRAM] for start in range(len(flat) - GRAM + 1))


def jaccard(one: str, other: str) -> float:
    """Shared 5-grams over all 5-grams; 0.0 when neither text has any.

    >>> jaccard("朝の霧が晴れる", "朝の霧が晴れる")
    1.0
    """
    left, right = grams(one), grams(other)
    return len(left & right) / len(left | right) if left | right else 0.0
