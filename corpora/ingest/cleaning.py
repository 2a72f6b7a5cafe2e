"""From the characters of a record to the text of a document, or the reason why not.

Every reader passes every text through ``clean``, so that the same document gives
the same text whatever container it came in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from corpora.ingest.mojibake import is_mojibake, is_suspicious, mend

#: Share of U+FFFD from which a text is beyond use.
MAX_REPLACEMENT_SHARE = 0.05


# Not frozen, as a document is not: see there.
@dataclass(slots=True, kw_only=True)
class Clean:
    text: str
    #: What was done, for the document's metadata.
    notes: dict[str, Any] = field(default_factory=dict)
    #: The text in UTF-8.
    encoded: bytes = field(default=b"", repr=False, compare=False)


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
    suspicious = not text.isascii() and is_suspicious(text)
    mended = mend(text) if suspicious else None
    if mended is not None:
        text, notes["repaired"] = mended.text, mended.accident
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        return _surrogate(error)
    if suspicious and mended is None and (unfit := _wrongly_decoded(text)) is not None:
        return unfit
    # Bytes are searched at once; in Japanese, half of a string's bytes look like a NUL's.
    if b"\0" in encoded or b"\r" in encoded or text.startswith("\ufeff"):
        text = _tidy(text, notes)
        encoded = text.encode()
    if not text or text.isspace():
        return Unfit(reason="no-text", detail="the text is empty or only blanks")
    return Clean(text=text, notes=notes, encoded=encoded)


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


def _surrogate(error: UnicodeEncodeError) -> Unfit:
    return Unfit(
        reason="lone-surrogate",
        detail=f"half of a surrogate pair at character {error.start:,}: no such text exists",
    )


def _wrongly_decoded(text: str) -> Unfit | None:
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
