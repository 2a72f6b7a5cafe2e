"""From the characters of a record to the text of a document, or the reason why not.

Every reader passes every text through ``clean``, so that the same document gives
the same text whatever container it came in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from corpora.ingest.mojibake import is_mojibake, mend

#: Share of U+FFFD from which a text is beyond use.
MAX_REPLACEMENT_SHARE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    text: str
    #: What was done, for the document's metadata.
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """Why a text never becomes a document: a stable word, and a sentence."""

    reason: str
    detail: str


def clean(text: str) -> Clean | Unfit:
    """Line ends become \\n, byte order marks and NULs go, exact mojibake is mended.

    >>> clean("吾輩は\\r\\n猫である\\0").text
    '吾輩は\\n猫である'
    >>> clean("　 \\n").reason
    'no-text'
    """
    notes: dict[str, Any] = {}
    if not text.isascii():
        mended = mend(text)
        if mended is not None:
            text, notes["repaired"] = mended.text, mended.accident
        elif (unfit := _damage(text)) is not None:
            return unfit
    text = _tidy(text, notes)
    if not text or text.isspace():
        return Unfit(reason="no-text", detail="the text is empty or only blanks")
    return Clean(text=text, notes=notes)


def _tidy(text: str, notes: dict[str, Any]) -> str:
    if text.startswith("\ufeff"):
        text = text.removeprefix("\ufeff")
    if "\0" in text:
        notes["nul_removed"] = text.count("\0")
        text = text.replace("\0", "")
    if "\r" in text:
        notes["line_ends"] = "crlf" if "\r\n" in text else "cr"
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def _damage(text: str) -> Unfit | None:
    if (surrogate := _lone_surrogate(text)) is not None:
        return Unfit(
            reason="lone-surrogate",
            detail=f"half of a surrogate pair at character {surrogate:,}: no such text exists",
        )
    replaced = text.count("\ufffd")
    if replaced > MAX_REPLACEMENT_SHARE * len(text):
        return Unfit(
            reason="replacement-characters",
            detail=f"{replaced / len(text):.0%} of the text is U+FFFD: it was decoded wrongly "
            "before it reached this file",
        )
    if is_mojibake(text):
        return Unfit(
            reason="mojibake",
            detail="the text was decoded with the wrong encoding before it reached this file, "
            "and not every byte of it can be recovered",
        )
    return None


def _lone_surrogate(text: str) -> int | None:
    """The position of the first surrogate, found at the speed of the UTF-8 encoder."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return error.start
    return None
