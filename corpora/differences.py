"""What two texts have in common and what only one of them has, in code points; in bounded time.

Long passages that stand exactly once in both come first and in their order, as in patience
difference, but of characters: Japanese need not have lines. Between them shorter passages
count, then single characters (difflib). A stretch that is too large for that even so is shown
as replaced whole, and the answer says so.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

#: Code points of a text that are compared; a novel has 200,000 to 500,000.
LONGEST = 2_000_000
#: Lengths of the passages that hold two texts together, the longest first.
_PASSAGES = (48, 16, 8, 5)
#: Equal pairs of characters that difflib looks at in one stretch, and in all of them: what its
#: time goes by. Ordinary Japanese has two or three in a hundred pairs.
_STRETCH = 60_000
_ALL = 2_500_000
#: Stretches of more pairs than this are not even counted.
_COUNTED = 4_000_000
#: Below this, calling numpy costs more than what it does.
_SHORT = 256
#: Something in common between two changes that is shorter than this says nothing to a reader.
_MEANINGLESS = 2

Points = NDArray[np.uint32]
#: Begins and ends in both texts: equal from ``[0]`` and ``[2]`` on, up to ``[1]`` and ``[3]``.
Block = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """``left[a:b]`` stands where the other text has ``right[c:d]``; one of them may be empty."""

    a: int
    b: int
    c: int
    d: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The changes in order; what lies between them is the same in both."""

    changes: list[Change]
    #: Characters of the left that the right has not, and the other way round.
    only_left: int
    only_right: int
    #: Some stretch was too large and too different to be compared character by character.
    coarse: bool
    #: Only the first LONGEST characters of each were compared.
    cut: bool

    @property
    def same(self) -> bool:
        return not self.changes


def difference(left: str, right: str) -> Difference:
    """The changes that make ``left`` ``right``.

    >>> [(c.a, c.b, c.c, c.d) for c in difference("吾輩は猫である", "吾輩は犬である。").changes]
    [(3, 4, 3, 4), (7, 7, 7, 8)]
    """
    cut = max(len(left), len(right)) > LONGEST
    left, right = left[:LONGEST], right[:LONGEST]
    work = _Work(left, right)
    blocks = work.between((0, len(left), 0, len(right)), _PASSAGES)
    changes = list(_changes(blocks, len(left), len(right)))
    return Difference(
        changes=changes,
        only_left=sum(change.b - change.a for change in changes),
        only_right=sum(change.d - change.c for change in changes),
        coarse=work.coarse,
        cut=cut,
    )


def _changes(blocks: Sequence[Block], length: int, other: int) -> Iterator[Change]:
    """What lies between blocks that are equal; those that only look it are left out."""
    a = c = 0
    ends = [*blocks, (length, length, other, other)]
    for place, (start, end, start_right, end_right) in enumerate(ends):
        if start == a and start_right == c:
            a, c = end, end_right
            continue
        # A particle that two rewritten passages happen to share.
        if place < len(blocks) and end - start <= _MEANINGLESS and (a, c) != (0, 0):
            after, after_right = ends[place + 1][0] - end, ends[place + 1][2] - end_right
            before, before_right = start - a, start_right - c
            if min(before, before_right) > 4 and min(after, after_right) > 4:
                continue
        yield Change(a=a, b=start, c=c, d=start_right)
        a, c = end, end_right


class _Work:
    """One comparison: the texts, and what difflib may still look at."""

    def __init__(self, left: str, right: str) -> None:
        self._left, self._right = left, right
        self._points = _points(left), _points(right)
        self._left_over = _ALL
        self.coarse = False

    def between(self, stretch: Block, passages: Sequence[int]) -> list[Block]:
        """Equal blocks of the stretches ``left[a:b]`` and ``right[c:d]``, in order."""
        a, b, c, d = stretch
        start, end = self._ends(stretch)
        found = [(a, a + start, c, c + start)] if start else []
        inner = (a + start, b - end, c + start, d - end)
        if inner[0] < inner[1] and inner[2] < inner[3]:
            found += self._inside(inner, passages)
        if end:
            found.append((b - end, b, d - end, d))
        return found

    def _ends(self, stretch: Block) -> tuple[int, int]:
        """How many characters the two stretches begin and end with in common."""
        a, b, c, d = stretch
        if max(b - a, d - c) < _SHORT:
            one, other = self._left[a:b], self._right[c:d]
            start = _begin_alike(one, other)
            return start, _begin_alike(one[start:][::-1], other[start:][::-1])
        left, right = self._points[0][a:b], self._points[1][c:d]
        start = _common(left, right)
        return start, _common(left[start:][::-1], right[start:][::-1])

    def _inside(self, stretch: Block, passages: Sequence[int]) -> list[Block]:
        a, b, c, d = stretch
        cost = _ALL + 1
        if (b - a) * (d - c) <= _COUNTED:
            cost = _equal_pairs(self._left[a:b], self._right[c:d])
        if cost <= min(_STRETCH, self._left_over):
            self._left_over -= cost
            return list(self._by_characters(stretch))
        if not passages:
            self.coarse = True
            return []
        anchors = _anchors(self._points[0][a:b], self._points[1][c:d], passages[0])
        found: list[Block] = []
        at, at_right = a, c
        for start, start_right, length in [*anchors, (b - a, d - c, 0)]:
            gap = (at, a + start, at_right, c + start_right)
            if gap[0] < gap[1] and gap[2] < gap[3]:
                found += self.between(gap, passages[1:])
            at, at_right = a + start + length, c + start_right + length
            if length:
                found.append((a + start, at, c + start_right, at_right))
        return found

    def _by_characters(self, stretch: Block) -> Iterator[Block]:
        a, b, c, d = stretch
        matcher = SequenceMatcher(None, self._left[a:b], self._right[c:d], autojunk=False)
        for block in matcher.get_matching_blocks():
            if block.size:
                start, start_right = a + block.a, c + block.b
                yield start, start + block.size, start_right, start_right + block.size


def _points(text: str) -> Points:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _equal_pairs(one: str, other: str) -> int:
    """How many pairs of a character of each are equal; and the characters themselves."""
    counts = Counter(other)
    return len(one) + len(other) + sum(counts[character] for character in one)


def _begin_alike(one: str, other: str) -> int:
    """``_common`` of short texts."""
    for place, (character, its) in enumerate(zip(one, other, strict=False)):
        if character != its:
            return place
    return min(len(one), len(other))


def _common(one: Points, other: Points) -> int:
    """How many characters two texts begin with in common."""
    length = min(len(one), len(other))
    different = one[:length] != other[:length]
    first = int(different.argmax()) if length else 0
    return first if length and different[first] else length


def _anchors(one: Points, other: Points, length: int) -> list[tuple[int, int, int]]:
    """Passages of at least ``length`` that stand once in each and in one order: where, how long."""
    here, there = _once(one, length), _once(other, length)
    _, left, right = np.intersect1d(here[0], there[0], assume_unique=True, return_indices=True)
    starts = np.sort(here[1][left])
    if not len(starts):
        return []
    order = np.argsort(here[1][left], kind="stable")
    others = there[1][right][order]
    # Passages that follow each other by one character in both are one passage.
    breaks = np.flatnonzero((np.diff(starts) != 1) | (np.diff(others) != 1)) + 1
    firsts = np.concatenate([[0], breaks])
    sizes = np.diff(np.concatenate([firsts, [len(starts)]])) + length - 1
    runs = zip(starts[firsts].tolist(), others[firsts].tolist(), sizes.tolist(), strict=True)
    return list(_apart(_in_order(list(runs)), one, other))


def _once(text: Points, length: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes of the passages that stand once in a text, sorted, and where they begin."""
    count = len(text) - length + 1
    if count < 1:
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    hashes = _hashes(text, length)[:count]
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    new = np.concatenate([[True], ordered[1:] != ordered[:-1], [True]])
    once = new[1:] & new[:-1]
    return ordered[once], order[once].astype(np.int64)


def _hashes(text: Points, length: int) -> NDArray[np.uint64]:
    """A hash of the ``length`` characters from each place on, by doubling what is hashed."""
    found, size = text.astype(np.uint64) * np.uint64(0x9E37_79B9_7F4A_7C15) ^ np.uint64(length), 1
    while size < length:
        step = min(size, length - size)
        ahead = np.zeros_like(found)
        ahead[:-step] = found[step:]
        found = (found ^ found >> np.uint64(29)) * np.uint64(0xBF58_476D_1CE4_E5B9) + ahead
        size += step
    return found ^ found >> np.uint64(32)


def _in_order(runs: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Of runs by their place in the left text those that are in order in the right one, too:
    as many characters as possible."""
    #: Ends in the right text, ascending; the characters up to there, ascending too; and the run.
    ends: list[int] = []
    weights: list[int] = []
    lasts: list[int] = []
    before = [-1] * len(runs)
    for number, (_, start, length) in enumerate(runs):
        place = bisect_right(ends, start)
        weight = length + (weights[place - 1] if place else 0)
        before[number] = lasts[place - 1] if place else -1
        at = bisect_left(ends, start + length)
        if at and weights[at - 1] >= weight:
            continue
        stop = at
        while stop < len(ends) and weights[stop] <= weight:
            stop += 1
        ends[at:stop], weights[at:stop], lasts[at:stop] = [start + length], [weight], [number]
    chosen = []
    number = lasts[-1] if lasts else -1
    while number >= 0:
        chosen.append(runs[number])
        number = before[number]
    return chosen[::-1]


def _apart(
    runs: Sequence[tuple[int, int, int]], one: Points, other: Points
) -> Iterator[tuple[int, int, int]]:
    """Runs that do not overlap in the left text either, and are equal beyond their hashes."""
    at = at_right = 0
    for start, start_right, length in runs:
        late = max(0, at - start, at_right - start_right)
        start, start_right, length = start + late, start_right + late, length - late
        if length > 0:
            equal = one[start : start + length] == other[start_right : start_right + length]
            if equal.all():
                yield start, start_right, length
                at, at_right = start + length, start_right + length
