"""Text that was decoded wrongly before it reached us: mended when that is exact.

Three accidents make most Japanese mojibake: UTF-8 read as cp932, UTF-8 read as
latin-1 (or cp1252), Shift_JIS or EUC-JP read as latin-1. Each is undone only if
the bytes come back without a gap and spell plausible Japanese.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from corpora.ingest import plausibility
from corpora.ingest.codecs_ja import decode_eucjp

#: The lead bytes of hiragana, katakana and punctuation in UTF-8, read as cp932.
_CP932_LEADS = ("縺", "繧", "繝", "縲")
#: A UTF-8 lead byte of CJK or kana and a continuation byte, read as latin-1 or cp1252.
_LATIN1_PAIR = re.compile("[ãäåæçèé][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
#: Shares of the text from which it is taken for mojibake.
_CP932_SHARE = 0.04
_LATIN1_SHARE = 0.10
_SAMPLE = 1 << 16
#: What no single byte stands for in latin-1 or cp1252, whose last character is ™.
_BEYOND_SINGLE_BYTES = re.compile("[^\0-™]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    text: str
    #: What had happened, e.g. "utf-8 read as cp932".
    accident: str


def is_suspicious(text: str) -> bool:
    """Whether there is anything to look at: False only where nothing here would find fault.

    >>> is_suspicious("吾輩は猫である。"), is_suspicious("もつれた糸が縺れる")
    (False, True)
    """
    # One search a character: each is done at the speed of memchr.
    return (
        "縺" in text
        or "繧" in text
        or "繝" in text
        or "縲" in text
        or "ã" in text
        or "\ufffd" in text
        or _BEYOND_SINGLE_BYTES.search(text, 0, 100) is None
    )


def mend(text: str) -> Mended | None:
    """The text before the accident, or None when there was none or it cannot be undone.

    >>> mend("吾輩は猫である。".encode().decode("latin-1"))
    Mended(text='吾輩は猫である。', accident='utf-8 read as latin-1')
    >>> mend("Ça va, François ?") is None, mend("Home · News · About") is None
    (True, True)
    """
    if text.isascii():
        return None
    if (data := _single_bytes(text)) is not None:
        return _from_single_bytes(data)
    if any(lead in text for lead in _CP932_LEADS):
        return _redecode(_encode(text, "cp932"), "utf-8", "cp932")
    return None


def is_mojibake(text: str) -> bool:
    """Whether the text, as it stands, is mostly mojibake.

    >>> is_mojibake("縺薙ｓ縺ｫ縺｡縺ｯ"), is_mojibake("もつれた糸が縺れる")
    (True, False)
    """
    return _is_utf8_as_cp932(text) or _is_utf8_as_latin1(text)


def _is_utf8_as_cp932(text: str) -> bool:
    hits = [text.count(lead, 0, _SAMPLE) for lead in _CP932_LEADS]
    return sum(hits) > _CP932_SHARE * min(len(text), _SAMPLE) and (
        sum(map(bool, hits)) > 1 or sum(hits) > 3
    )


def _is_utf8_as_latin1(text: str) -> bool:
    if "ã" not in text:
        return False
    sample = text[:_SAMPLE]
    return len(_LATIN1_PAIR.findall(sample)) > _LATIN1_SHARE * len(sample)


def _single_bytes(text: str) -> bytes | None:
    """The bytes that latin-1 or cp1252 made this text of; fails fast on Japanese."""
    data = _encode(text, "latin-1")
    if data is not None:
        return data
    if _BEYOND_SINGLE_BYTES.search(text, 0, 100) is not None:
        return None
    try:
        return text.encode("cp1252", "kotogura-cp1252-c1")
    except UnicodeEncodeError:
        return None


def _undefined_in_cp1252(error: UnicodeError) -> tuple[bytes, int]:
    """cp1252 leaves five bytes undefined; browsers pass them through as C1 controls."""
    assert isinstance(error, UnicodeEncodeError)
    character = error.object[error.start]
    if character not in "\x81\x8d\x8f\x90\x9d":
        raise error
    return character.encode("latin-1"), error.start + 1


codecs.register_error("kotogura-cp1252-c1", _undefined_in_cp1252)


def _from_single_bytes(data: bytes) -> Mended | None:
    mended = _redecode(data, "utf-8", "latin-1")
    if mended is None:
        mended = _redecode(data, "cp932", "latin-1") or _redecode(data, "euc_jp", "latin-1")
        if mended is not None and not _is_written_in_two_bytes(mended.text):
            return None
    return mended


def _is_written_in_two_bytes(text: str) -> bool:
    """A sign or two of a Western text are half-width kana in cp932: these alone say nothing."""
    halves = len(_HALF_WIDTH.findall(text))
    others = sum(not character.isascii() for character in text) - halves
    return others >= 2 and others > halves


def _redecode(data: bytes | None, true: str, wrong: str) -> Mended | None:
    if data is None:
        return None
    try:
        text = decode_eucjp(data) if true == "euc_jp" else data.decode(true)
    except UnicodeDecodeError:
        return None
    total, count = plausibility.measure(text[:_SAMPLE])
    if not count or total / count < plausibility.FLOOR + 1:
        return None
    return Mended(text=text, accident=f"{true} read as {wrong}")


def _encode(text: str, codec: str) -> bytes | None:
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        return None
