"""Words looked for in texts: the texts are not folded, the words are widened.

For each letter of the folded words there is a class of the letters that fold to it, and RE2 looks
for the sequence in the texts as they are; for a few words instead, where the letters that occur
leave so few spellings, because it looks for one word several times faster than for classes. Where
a text holds a code point that could make this wrong (a mark that joins its letter, a ligature that
becomes several letters of the words) it is folded and compared as it is defined. Arrow's RE2 works
outside the interpreter's lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby, islice, product
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import re2

from corpora.search.folding import Folded, fold, folded_alone, joining

#: Each is looked for by itself: more than so many take longer than their class.
_MOST_SPELLINGS = 5

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Something to be looked for, however it is written. Empty words are in every text."""

    #: As corpora.search.folding.fold gives it.
    folded: str
    #: RE2: the words in a text that holds nothing doubtful.
    pattern: str
    #: RE2: a class of the code points that make a text doubtful.
    doubtful: str

    def mask(
        self, texts: Any, plain: Mask | None = None, variants: frozenset[int] | None = None
    ) -> Mask:
        """Which texts of an Arrow string array hold the words; null is no.

        ``plain``: those that are known to hold nothing doubtful, whatever the words. With it
        ``variants``: all letters of theirs that fold to another one.

        >>> Words_ = words("株式")
        >>> Words_.mask(pa.array(["㈱式", "株 式", None, "ｶﾌﾞ株式"])).tolist()
        [False, False, False, True]
        """
        if not self.folded:
            return _true(pc.is_valid(texts))
        if plain is None:
            return self._mask(texts)
        found = np.zeros(len(texts), np.bool_)
        for pattern in _spellings(self, variants):
            found |= _matching(texts, pattern)
        others = np.flatnonzero(~plain)
        if len(others):
            found[others] = self._mask(texts.take(pa.array(others)))
        return found

    def _mask(self, texts: Any) -> Mask:
        candidates = _matching(texts, f"{self.pattern}|{self.doubtful}")
        rows = np.flatnonzero(candidates)
        if not len(rows):
            return candidates
        some = texts.take(pa.array(rows))
        for number in np.flatnonzero(_matching(some, self.doubtful)):
            candidates[rows[number]] = self.folded in fold(some[int(number)].as_py())
        return candidates

    def spans(self, text: str, most: int = 1_000) -> list[tuple[int, int]]:
        """Where the words are, in code points of the text, from its beginning.

        >>> words("㈱言蔵").spans("これは（株）言藏です")
        [(3, 8)]
        """
        if not self.folded:
            return []
        return list(islice(self._spans(text), most))

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Doubtful lines are folded, what lies between them is looked through as it is."""
        place = 0
        for start, end in self._doubtful_lines(text):
            yield from self._plain(text, place, start)
            folded = Folded.of(text[start:end])
            for hit in _hits(folded.text, self.folded):
                first, last = folded.span(*hit)
                yield start + first, start + last
            place = end
        yield from self._plain(text, place, len(text))

    def _plain(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        if start < end:
            for match in re2.finditer(self.pattern, text[start:end]):
                yield start + match.start(), start + match.end()

    def _doubtful_lines(self, text: str) -> Iterator[tuple[int, int]]:
        """Stretches of lines that hold something doubtful; all of it when words span lines."""
        place = 0
        for match in re2.finditer(self.doubtful, text):
            if match.start() < place:
                continue
            if "\n" in self.folded:
                yield 0, len(text)
                return
            start, end = _line_start(text, place, match.start()), _line_end(text, match.end())
            yield start, end
            place = end


def _line_start(text: str, least: int, place: int) -> int:
    """Behind the last end of line before ``place`` that nothing joins; ``least`` without one."""
    while (place := text.rfind("\n", least, place)) >= 0:
        if ord(text[place + 1]) not in joining():
            return place + 1
    return least


def _line_end(text: str, place: int) -> int:
    """Behind the next end of line that nothing joins; the text's end when there is none."""
    while (place := text.find("\n", place) + 1) > 0:
        if place == len(text) or ord(text[place]) not in joining():
            return place
    return len(text)


def _hits(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    place = text.find(wanted)
    while place >= 0:
        yield place, place + len(wanted)
        place = text.find(wanted, place + len(wanted))


@lru_cache(maxsize=256)
def words(text: str) -> Words:
    """The words ready to be looked for; what is no Unicode text (half a surrogate) is left out."""
    folded = fold(text.encode("utf-8", "ignore").decode())
    return Words(
        folded=folded,
        pattern="".join(_class([ord(letter), *_variants().get(letter, ())]) for letter in folded),
        doubtful=_class([*joining(), *_touching(folded)]),
    )


@lru_cache(maxsize=1_024)
def _spellings(wanted: Words, there: frozenset[int] | None) -> list[str]:
    """RE2: the words as they may be spelt in plain texts with these variants, one of them each."""
    if there is None:
        return [wanted.pattern]
    letters = [
        [ord(letter), *(point for point in _variants().get(letter, ()) if point in there)]
        for letter in wanted.folded
    ]
    # RE2 looks for a word whose case does not matter with an automaton of its own, which is
    # several times faster than what it does with bytes as frequent as kana's first ones.
    spelt = [[point for point in points if not _is_capital(point)] for points in letters]
    caseless = all(_has_no_case(point) for points in spelt for point in points)
    if not caseless or prod(map(len, spelt)) > _MOST_SPELLINGS:
        return ["".join(map(_class, letters))]
    return [f"(?i:{''.join(map(_escaped, spelling))})" for spelling in product(*spelt)]


def _is_capital(point: int) -> bool:
    return chr(point).isascii() and chr(point).isupper()


def _has_no_case(point: int) -> bool:
    """Whether RE2's folding leaves a letter alone, or is ours: of ASCII letters it is."""
    letter = chr(point)
    return letter.isascii() or letter.upper() == letter.lower() == letter.casefold() == letter


@cache
def _variants() -> dict[str, list[int]]:
    """Letter -> the others that fold to it alone."""
    found: dict[str, list[int]] = {}
    for point, folded in folded_alone().items():
        if len(folded) == 1:
            found.setdefault(folded, []).append(point)
    return found


@cache
def _several() -> list[tuple[int, str]]:
    return [(point, folded) for point, folded in folded_alone().items() if len(folded) != 1]


def _touching(wanted: str) -> list[int]:
    """Code points that become several letters, some of which may be part of a hit."""
    letters = set(wanted)
    return [
        point
        for point, folded in _several()
        if not letters.isdisjoint(folded) and _overlap(folded, wanted)
    ]


def _overlap(piece: str, wanted: str) -> bool:
    """Whether some letters of the one may lie on the other."""
    if piece in wanted or wanted in piece:
        return True
    shorter = min(len(piece), len(wanted))
    return any(
        piece.endswith(wanted[:size]) or piece.startswith(wanted[-size:])
        for size in range(1, shorter)
    )


def _class(points: Iterable[int]) -> str:
    """RE2's class of some code points.

    >>> _class([0x61]), _class([0x61, 0x63, 0x62, 0x7A])
    ('\\\\x{61}', '[\\\\x{61}-\\\\x{63}\\\\x{7A}]')
    """
    ordered = sorted(set(points))
    if len(ordered) == 1:
        return _escaped(ordered[0])
    runs = groupby(enumerate(ordered), key=lambda numbered: numbered[1] - numbered[0])
    parts = []
    for _, run in runs:
        found = [point for _, point in run]
        last = f"-{_escaped(found[-1])}" if len(found) > 1 else ""
        parts.append(_escaped(found[0]) + last)
    return f"[{''.join(parts)}]"


def _escaped(point: int) -> str:
    return f"\\x{{{point:X}}}"


def _matching(texts: Any, pattern: str) -> Mask:
    return _true(pc.match_substring_regex(texts, pattern))


def _true(values: Any) -> Mask:
    """An Arrow column of booleans as numpy's, writable; null is no."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    mask: Mask = np.array(values.fill_null(False).to_numpy(zero_copy_only=False), np.bool_)
    return mask
