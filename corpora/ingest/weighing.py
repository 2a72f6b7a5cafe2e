"""The ways to read bytes that say no encoding, weighed: which one is it, and how sure is that?"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from corpora.ingest import plausibility
from corpora.ingest.candidates import LEGACY, STOOD_IN_FOR, WIDE, Candidate

#: Bytes of one in any encoding.
_LONGEST_CHARACTER = 4
#: Encodings in which a byte means what an escape before it says.
_WITH_STATES = ("iso2022_kr", "hz")
#: Bytes that are weighed.
_RANKED_BYTES = 1 << 13
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
#: Mean weight and number of characters that make a lone legacy line in a UTF-8 file certain.
_SURE = -7.5
_SURE_CHARACTERS = 4
#: What a cut last character costs when the text is complete.
_CUT = -20.0
#: Characters are no independent witnesses: the logarithm of the odds between two readings is
#: divided by this. "None of them" is a reading, too, of so much a character (docs/formats.md).
_DEPENDENCE = 2.0
_NONE_OF_THEM = -9.0


#: In the metadata of a document: see Named.
CONFIDENCE = "encoding_confidence"


class Named(NamedTuple):
    """The encoding of some bytes, a Python codec name.

    ``confidence`` is how probably it is right, 0 to 1, as far as it had to be weighed; None
    where the bytes say it themselves: UTF-8, byte order marks, escapes.
    """

    encoding: str
    confidence: float | None = None

    @property
    def notes(self) -> dict[str, Any]:
        """For the document's metadata."""
        return {} if self.confidence is None else {CONFIDENCE: round(self.confidence, 3)}


def ranked(
    data: bytes, wide: bool, prefer: str | None = None, *, sure: bool = False
) -> Iterator[tuple[Candidate, float]]:
    """The candidates whose text is plausible, the best first, with their confidences.

    ``wide``: whether the bytes look like UTF-16.
    """
    telling = _telling(data)
    scored: list[Scored] = []
    sufficient: dict[str, float] = {}
    behind: list[Candidate] = []
    for candidate in (*LEGACY, *WIDE) if wide else LEGACY:
        sample = data[:_RANKED_BYTES] if candidate.codec.startswith("utf-") else telling
        if candidate.stands_in_for in sufficient:
            behind.append(candidate)  # never the best: it is weighed when that one fails
        elif (found := score(sample, data, candidate, prefer, sure=sure)) is not None:
            scored.append(found)
            if candidate.codec in STOOD_IN_FOR and not _PRIVATE_USE.search(found.text):
                sufficient[candidate.codec] = found.value
    scored.sort(key=lambda found: -found.value)
    for found in scored[:1]:
        yield found.candidate, found.confidence(scored[1:])
    for candidate in behind:
        if (found := score(telling, data, candidate, prefer, sure=sure)) is not None:
            value = min(found.value, sufficient[candidate.stands_in_for] - 1.0)
            scored.append(found._replace(value=value))
    rest = sorted(scored[1:], key=lambda found: -found.value)
    for at, found in enumerate(rest, start=1):
        yield found.candidate, found.confidence(rest[at:])


class Scored(NamedTuple):
    candidate: Candidate
    #: The logarithm of how plausible the text is, up to a constant.
    value: float
    #: How many characters were weighed.
    characters: int
    text: str

    def confidence(self, less: list[Scored]) -> float:
        """The probability of this reading beside those that are less plausible."""
        others = [other.value for other in less if other.candidate.codec != self.candidate.codec]
        nothing = min(_NONE_OF_THEM * self.characters, self.value)
        return 1.0 / (
            1.0 + sum(math.exp((other - self.value) / _DEPENDENCE) for other in [*others, nothing])
        )


def score(
    sample: bytes, data: bytes, candidate: Candidate, prefer: str | None, *, sure: bool
) -> Scored | None:
    """How plausible the text of a candidate is; None when it is not."""
    read = attempt(sample, candidate)
    if read is None:
        return None
    text, pending = read
    total, count = plausibility.measure(text, candidate.language)
    if not count or total / count < (_SURE if sure else plausibility.FLOOR):
        return None
    if sure and count < _SURE_CHARACTERS:
        return None
    bonus = 6.0 if candidate.codec == prefer else 0.0
    cut = _CUT if pending and data.endswith(sample) else 0.0
    return Scored(candidate, total + candidate.prior + cut + bonus, count, text)


def attempt(data: bytes, candidate: Candidate) -> tuple[str, int] | None:
    """(text, bytes of a cut last character), or None when a byte does not fit."""
    simple = candidate.errors == "strict" and candidate.codec not in _WITH_STATES
    found = _strictly(data, candidate) if simple else _begun(data, candidate)
    if found is None:
        return None
    text, pending = found
    if candidate.codec.startswith(("shift_jis", "johab")):
        # 0x5C and 0x7E are the backslash and the tilde here as everywhere else.
        text = text.replace("¥", "\\").replace("‾", "~").replace("₩", "\\")
    return text, pending


def _strictly(data: bytes, candidate: Candidate) -> tuple[str, int] | None:
    """The same as ``_begun`` at half of its cost, which only a cut last character needs."""
    try:
        return data.decode(candidate.codec), 0
    except UnicodeDecodeError as error:
        cut = len(error.object) - error.start <= _LONGEST_CHARACTER
        return _begun(data, candidate) if cut else None
    except ValueError:
        return None


def _begun(data: bytes, candidate: Candidate) -> tuple[str, int] | None:
    decoder = codecs.getincrementaldecoder(candidate.codec)(candidate.errors)
    try:
        text = decoder.decode(data, final=False)
    except ValueError:  # UnicodeDecodeError is one
        return None
    return text, len(decoder.getstate()[0])


def _telling(data: bytes) -> bytes:
    """The part that tells encodings apart: from the first line beyond ASCII on."""
    found = _BEYOND_ASCII.search(data)
    start = data.rfind(b"\n", 0, found.start()) + 1 if found is not None else 0
    return data[start : start + _RANKED_BYTES]
