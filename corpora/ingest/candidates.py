"""The encodings that are weighed for what says none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An encoding that bytes may be in, and what is expected of a text in it."""

    codec: str
    language: str
    #: Log prior: this is a tool for Japanese.
    prior: float = 0.0
    errors: str = "strict"
    #: Comes after that codec unless it gives private use characters: the two differ in a
    #: handful of signs, and files in JIS X 0213 are rare.
    stands_in_for: str = ""


LEGACY = (
    Candidate(codec="cp932", language="ja"),
    Candidate(codec="euc_jp", language="ja", errors="kotogura-eucjp-ms"),
    Candidate(codec="shift_jis_2004", language="ja", stands_in_for="cp932"),
    Candidate(codec="euc_jis_2004", language="ja", stands_in_for="euc_jp"),
    Candidate(codec="gb18030", language="zh-hans", prior=-6.0),
    Candidate(codec="big5hkscs", language="zh-hant", prior=-6.0),
    Candidate(codec="cp949", language="ko", prior=-6.0),
    Candidate(codec="johab", language="ko", prior=-14.0),
)
STOOD_IN_FOR = frozenset(candidate.stands_in_for for candidate in LEGACY)
WIDE = tuple(
    Candidate(codec=codec, language=language, prior=prior)
    for codec, prior in (
        ("utf-32-le", -5.0), ("utf-32-be", -5.0), ("utf-16-le", -6.0), ("utf-16-be", -6.0),
    )
    for language in ("ja", "zh-hans", "zh-hant")
)  # fmt: skip
UTF8 = Candidate(codec="utf-8", language="ja")
