"""Which encoding are these bytes in? Japanese first, and never a guess without a reason.

The ladder: byte order marks, strict UTF-8, ISO-2022 escapes; then every legacy
candidate that decodes strictly is weighed by how much its text looks like its
language (``plausibility``). A text that no single encoding explains is decoded
line by line. Only what is not East Asian at all is left to charset-normalizer.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import charset_normalizer

from corpora.ingest.candidates import LEGACY, UTF8, Candidate
from corpora.ingest.codecs_ja import decode_iso2022jp, is_iso2022jp
from corpora.ingest.plausibility import is_voiceless
from corpora.ingest.weighing import CONFIDENCE, Named, attempt, ranked, score

#: Bytes that are looked at for signs of binary data and of UTF-16, …
SAMPLE_BYTES = 1 << 16
#: To see whether they are pairs.
_HALVED_BYTES = 1 << 10

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)
#: Share of undecodable bytes up to which a text is kept with U+FFFD in their place.
MAX_BAD_SHARE = 0.05
#: Control characters beyond this share mean that the bytes are no text.
_MAX_CONTROL_SHARE = 0.02
#: What an ISO-2022-KR text begins with.
_KOREAN = b"\x1b$)C"
#: What Chinese begins with in HZ, which is ASCII otherwise.
_CHINESE = b"~{"
#: High bytes of UTF-16: of Latin, signs, kana, kanji and full-width forms.
_HIGH = bytes([0, *range(0x20, 0x27), *range(0x30, 0x34), *range(0x4E, 0xA0), 0xFF])
_CONTROLS = bytes(set(range(0x20)) - set(b"\0\t\n\x0b\f\r\x1b"))


class UndecodableError(ValueError):
    """The bytes are no text in any encoding we know. The message says what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    text: str
    #: A Python codec name; the most used one when ``notes`` has "encodings".
    encoding: str
    #: "encoding_confidence" where the encoding was weighed, and what had to be done: "encodings"
    #: {codec: bytes}, "undecodable_bytes", "truncated_bytes".
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def named(self) -> Named:
        return Named(self.encoding, self.notes.get(CONFIDENCE))


#: Bytes from which its statistics mean something.
_ENOUGH = 64
#: What charset-normalizer may choose from: the everyday code pages of other alphabets.
_WESTERN = ["cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "cp874"]


def decode(
    data: bytes, *, known: Named | None = None, prefer: str | None = None, sure: bool = False
) -> Decoded:
    """The text of complete ``data``.

    ``known`` was detected from the beginning of the same text and needs no second weighing;
    ``prefer`` breaks ties (the encoding of the lines before).

    ``sure`` asks for more evidence: for a line that is not UTF-8 in a file that is.

    Raises UndecodableError for binary data and for bytes that no encoding explains.

    >>> decode("髙島屋①".encode("cp932")).encoding
    'cp932'
    >>> decode("吾輩は猫である".encode("euc_jp") + b"\\xb8").notes["truncated_bytes"]
    1
    >>> decode("これは日本語です。".encode("euc_jp")).notes
    {'encoding_confidence': 1.0}
    """
    if not data:
        return Decoded(text="", encoding="utf-8")
    found = _certain(data)
    if found is not None:
        return found
    wide = _looks_wide(data)
    perhaps = not wide and _may_be_wide(data)
    if not (wide or perhaps):
        refuse_binary(data)
    told = [(at, known.confidence) for at in LEGACY if known and at.codec == known.encoding]
    candidates: Iterable[tuple[Candidate, float | None]] = told
    if not told:
        wholly = ranked(data, wide, prefer, sure=sure)
        candidates = chain(wholly, ranked(data, True, prefer, sure=sure)) if perhaps else wholly
    for candidate, confidence in candidates:
        if (whole := attempt(data, candidate)) is not None:
            voiceless = not (sure or told) and is_voiceless(whole[0])
            other = _in_a_code_page(data) if voiceless else None
            return other or _decoded(*whole, candidate.codec, confidence)
    refuse_binary(data)
    if not sure and (mixed := _by_line(data)) is not None:
        return mixed
    return _not_japanese(data)


def detect(head: bytes) -> Named | None:
    """The encoding of a stream that begins with ``head``, or None when nothing fits.

    ``head`` may end inside a character.

    >>> detect("これは日本語です。".encode("euc_jp")[:-1]).encoding
    'euc_jp'
    """
    for mark, name, _ in _BOMS:
        if head.startswith(mark):
            return Named(name)
    utf8 = attempt(head, UTF8)
    if utf8 is not None and not is_iso2022jp(head):
        return Named("utf-8")
    try:
        named = decode(head).named
    except UndecodableError:
        return None
    # Of a stream in several encodings, what is UTF-8 says so line by line.
    return Named("utf-8") if named.encoding == "utf-8" else named


def decode_loosely(data: bytes, encoding: str) -> str:
    """The text in a known encoding, with U+FFFD where it does not fit; for looking at only.

    >>> decode_loosely("日本".encode("iso2022_jp"), "iso2022_jp")
    '日本'
    """
    if encoding == "iso2022_jp":
        try:
            return decode_iso2022jp(data)
        except UnicodeDecodeError:
            return data.decode("iso2022_jp_ext", "replace")
    if encoding == "euc_jp":
        return data.decode("euc_jis_2004", "replace")
    return data.decode(encoding, "replace")


def refuse_binary(data: bytes) -> None:
    """Raise UndecodableError when the control characters say that this is no text."""
    sample = data[:SAMPLE_BYTES]
    if _KOREAN in sample:
        sample = sample.translate(None, b"\x0e\x0f")  # its shifts
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > _MAX_CONTROL_SHARE * len(sample) + 1:
        share = controls / len(sample)
        raise UndecodableError(f"binary data: {share:.0%} of the bytes are control characters")


def _certain(data: bytes) -> Decoded | None:
    """What needs no weighing: byte order marks, UTF-8, ISO-2022 escapes."""
    for mark, name, codec in _BOMS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], name, codec)
    if is_iso2022jp(data):
        return _iso2022jp(data)
    if _KOREAN in data[:SAMPLE_BYTES]:
        korean = attempt(data, Candidate(codec="iso2022_kr", language="ko"))
        return None if korean is None else _decoded(*korean, "iso2022_kr")
    if _CHINESE in data[:SAMPLE_BYTES] and data.isascii():
        hz = Candidate(codec="hz", language="zh-hans")
        if (chinese := score(data, data, hz, None, sure=False)) is not None:
            return _decoded(chinese.text, 0, "hz", chinese.confidence([]))
    whole = attempt(data, UTF8)
    if whole is None or (whole[1] and not whole[0]) or _looks_wide(data):
        return None
    return _decoded(*whole, "utf-8")


def _marked(data: bytes, name: str, codec: str) -> Decoded | None:
    whole = attempt(data, Candidate(codec=codec, language="ja"))
    if whole is not None:
        return _decoded(*whole, name)
    if codec == "utf-8":
        return None  # a mark before legacy lines: let the lines decide
    bad = data.decode(codec, "replace")
    return Decoded(text=bad, encoding=name, notes={"undecodable_bytes": 2 * bad.count("\ufffd")})


def _iso2022jp(data: bytes) -> Decoded | None:
    for cut in range(3):
        try:
            text = decode_iso2022jp(data[: len(data) - cut])
        except UnicodeDecodeError:
            continue
        return _decoded(text, cut, "iso2022_jp")
    return None


def _decoded(text: str, cut: int, encoding: str, confidence: float | None = None) -> Decoded:
    notes = {"truncated_bytes": cut} if cut else {}
    notes |= Named(encoding, confidence).notes
    return Decoded(text=text, encoding=encoding, notes=notes)


def _looks_wide(data: bytes) -> bool:
    """Whether every other byte is like the high byte of UTF-16 (00 for ASCII, 30 for kana)."""
    sample = data[:SAMPLE_BYTES]
    # Taken out at once: a count goes from one of many zeros to the next.
    high = len(sample) - len(sample.translate(None, b"\0\x30"))
    if len(sample) < 8 or high <= 0.4 * (len(sample) // 2):
        return False
    halves = (sample[0::2], sample[1::2])
    return any(half.count(0) + half.count(0x30) > 0.4 * len(half) for half in halves) and (
        sample.count(0) > 0.1 * len(sample) or not sample.isascii()
    )


def _may_be_wide(data: bytes) -> bool:
    """The same of text with few kana, for what is not UTF-8: whether the values fit at all."""
    sample = data[:_HALVED_BYTES]
    return len(sample) >= 8 and any(
        len(half.translate(None, _HIGH)) <= 0.02 * len(half)
        for half in (sample[0::2], sample[1::2])
    )


def _by_line(data: bytes) -> Decoded | None:
    """Each line in an encoding of its own; None when too little of it makes sense."""
    lines = data.splitlines(keepends=True)
    decoded: list[Decoded | None] = []
    sizes: Counter[str] = Counter()
    prefer: str | None = None
    for line in lines:
        found = _line(line, prefer)
        decoded.append(found)
        if found is not None and not found.text.isascii():
            prefer = found.encoding
            sizes[prefer] += len(line)
    if not sizes:
        return None
    main = sizes.most_common(1)[0][0]
    texts = [
        _replace(line, main) if found is None else (found.text, 0)
        for line, found in zip(lines, decoded, strict=True)
    ]
    bad = sum(count for _, count in texts)
    if bad > MAX_BAD_SHARE * sum(len(text) for text, _ in texts):
        return None
    text = "".join(text for text, _ in texts)
    notes = _line_notes(sizes, bad) | _together(lines, decoded).notes
    return Decoded(text=text, encoding=main, notes=notes)


def _line_notes(sizes: Counter[str], bad: int) -> dict[str, Any]:
    notes: dict[str, Any] = {}
    if len(sizes) > 1:
        notes["encodings"] = dict(sorted(sizes.items()))
    if bad:
        notes["undecodable_bytes"] = bad
    return notes


def _together(lines: list[bytes], decoded: list[Decoded | None]) -> Named:
    """How sure all lines are, by their bytes; those in ASCII say nothing, lost ones count as 0."""
    telling = [
        (len(line), found)
        for line, found in zip(lines, decoded, strict=True)
        if found is None or not found.text.isascii()
    ]
    sure = sum(
        size * (1.0 if found.named.confidence is None else found.named.confidence)
        for size, found in telling
        if found is not None
    )
    return Named("", sure / sum(size for size, _ in telling))


def _line(line: bytes, prefer: str | None) -> Decoded | None:
    found = _certain(line)
    if found is not None:
        return found
    for candidate, confidence in ranked(line, _looks_wide(line), prefer):
        if (whole := attempt(line, candidate)) is not None:
            return _decoded(*whole, candidate.codec, confidence)
    return None


def _replace(line: bytes, codec: str) -> tuple[str, int]:
    """The line with U+FFFD for what does not fit, and how many of those."""
    text = line.decode("utf-8" if codec == "utf-8-sig" else codec, "replace")
    return text, text.count("\ufffd")


def _not_japanese(data: bytes) -> Decoded:
    """A single-byte encoding of another script, when charset-normalizer is sure of one."""
    if (found := _in_a_code_page(data)) is not None:
        return found
    raise UndecodableError(
        "the bytes are not valid in UTF-8, Shift_JIS, EUC-JP, ISO-2022-JP "
        "or any other encoding that would make sense of them"
    )


def _in_a_code_page(data: bytes) -> Decoded | None:
    sample = data[:SAMPLE_BYTES]
    if len(sample) < _ENOUGH or 0 in sample or (found := _western(sample)) is None:
        return None
    whole = attempt(data, Candidate(codec=found.encoding, language="ja"))
    return None if whole is None else _decoded(*whole, *found)


def _western(sample: bytes) -> Named | None:
    """The code page that charset-normalizer is sure of; the more usual one of a tie."""
    matches = charset_normalizer.from_bytes(sample, cp_isolation=_WESTERN)
    best = matches.best()
    if best is None or best.chaos >= 0.1 or best.coherence <= 0.2:
        return None
    ties = [
        match for match in matches if (match.chaos, match.coherence) == (best.chaos, best.coherence)
    ]
    name = min((match.encoding for match in ties), key=_WESTERN.index)
    return Named(name, (1.0 - best.chaos) / len({str(match) for match in ties}))
