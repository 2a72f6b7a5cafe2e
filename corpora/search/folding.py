"""The text as it is searched: without differences of width, case and old or new kanji.

``fold`` is the definition: NFKC of the whole text, Unicode's case folding, old kanji as new ones.
A document holds some words when its folded text holds the folded words. Nothing is left out (a
blank is looked for as a blank), so that whatever is on the screen can be found.

Almost every code point is folded by itself, whatever stands beside it: ``folded_alone`` says what
it becomes. The others (marks that join the letter before them, and what becomes one) are
``JOINING``; a text without them is the sum of its code points.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

from corpora.composition import asked, assigned, changing, combining
from corpora.old_kanji import old_kanji_pairs
from corpora.unicode_forms import normal_form


def fold(text: str) -> str:
    """The text as it is compared.

    >>> fold("地獄變") == fold("地獄変")
    True
    >>> fold("ＫＯＴＯｇｕｒａ㈱ ｶﾞｽ")
    'kotogura(株) ガス'
    """
    return normal_form("NFKC", text).casefold().translate(_old())


@cache
def _old() -> dict[int, str]:
    return {ord(old): new for old, new in old_kanji_pairs().items()}


@cache
def joining() -> frozenset[int]:
    """Code points whose folding depends on, or changes, what stands before them."""
    marks = combining()
    composed = ((point, unicodedata.normalize("NFKC", chr(point))) for point in changing())
    return frozenset(
        point
        for point, text in composed
        if point in marks or any(ord(letter) in marks for letter in text)
    )


@cache
def folded_alone() -> dict[int, str]:
    """What each code point becomes that does not stay as it is; without the joining ones.

    >>> folded_alone()[ord("㈱")], folded_alone()[ord("變")], ord("変") in folded_alone()
    ('(株)', '変', False)
    """
    pairs = ((point, fold(chr(point))) for point in sorted({*changing(), *folded_composed()}))
    return {
        point: folded for point, folded in pairs if folded != chr(point) and point not in joining()
    }


@cache
def folded_composed() -> dict[int, str]:
    """What each code point of a text that is NFKC becomes that does not stay as it is.

    >>> folded_composed()[ord("變")], folded_composed()[ord("Ａ")]
    ('変', 'ａ')
    """
    lowered = asked(str.casefold, assigned())
    return {point: low for point, low in lowered if low != chr(point)} | _old()


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A folded text that knows where it came from."""

    text: str
    #: Where each unit begins in the folded text and in the text itself, and where both end.
    folded_starts: list[int]
    starts: list[int]

    @classmethod
    def of(cls, text: str) -> Folded:
        """Unit by unit: a code point and the joining ones behind it."""
        alone, joins = folded_alone(), joining()
        pieces: list[str] = []
        starts: list[int] = []
        place = 0
        while place < len(text):
            end = place + 1
            while end < len(text) and ord(text[end]) in joins:
                end += 1
            starts.append(place)
            whole = end > place + 1 or ord(text[place]) in joins
            piece = text[place:end]
            pieces.append(fold(piece) if whole else alone.get(ord(piece), piece))
            place = end
        folded_starts = [0]
        for piece in pieces:
            folded_starts.append(folded_starts[-1] + len(piece))
        return cls(text="".join(pieces), folded_starts=folded_starts, starts=[*starts, len(text)])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Code points of the text itself for a span of the folded one: whole units.

        >>> Folded.of("第㈱社").span(2, 3)
        (1, 2)
        """
        first = bisect_right(self.folded_starts, start) - 1
        last = bisect_right(self.folded_starts, end - 1) - 1
        return self.starts[first], self.starts[last + 1]
