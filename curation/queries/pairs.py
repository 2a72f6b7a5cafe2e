"""Two texts side by side: how alike they are, and what differs, a window of changes at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from corpora.differences import LONGEST, Change, Difference, difference
from corpora.grams import jaccard_of
from curation.models import Snapshot
from curation.queries.places import Place, pick
from curation.queries.segments import Segment, segments
from curation.queries.snapshots import recipe_in, recipe_of

#: Characters shown around a change that are the same in both.
CONTEXT = 60
#: Changes in a window, and characters after which it ends.
CHANGES = 100
_CHARACTERS = 20_000
#: Characters of one change that are shown, half from its beginning and half from its end.
_CHANGE = 4_000
#: A row without a line's end is closed after a sentence, when it has so many characters.
_ROW = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    #: "" for what both have, "del" for what only the left has, "ins" for only the right.
    kind: str
    segments: list[Segment]
    #: Characters of a long change that are not shown, after this piece.
    more: int = 0

    @property
    def blank(self) -> str:
        """ "line" or "space" when it is nothing that could be seen by itself, else ""."""
        text = "".join(segment.text for segment in self.segments)
        if not self.kind or text.strip():
            return ""
        return "line" if "\n" in text else "space"


@dataclass(slots=True, kw_only=True)
class Row:
    """A stretch of both texts, one beside the other; or how much is left out here."""

    left: list[Piece] = field(default_factory=list)
    right: list[Piece] = field(default_factory=list)
    skipped: int = 0
    length: int = 0

    @property
    def changed(self) -> bool:
        return any(piece.kind for piece in (*self.left, *self.right))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    jaccard: float
    threshold: float
    found: Difference
    rows: list[Row]
    #: The changes of this window: the first, the one after its last, how many there are.
    first: int
    last: int
    changes: int
    before: int | None
    after: int | None


def pair(snapshot: Snapshot, left: Place, right: Place, at: int = 0) -> Pair:
    """The normalised texts of two documents; ``at`` is the first change that is shown."""
    jaccard, found = _compared(snapshot.manifest, left, right)
    changes = found.changes
    first = min(at, max(0, len(changes) - 1))
    window = _Window(*_texts(snapshot.manifest, left, right), changes)
    last = window.fill(first)
    return Pair(
        jaccard=jaccard,
        threshold=recipe_of(snapshot).dedup.threshold,
        found=found,
        rows=window.rows,
        first=first,
        last=last,
        changes=len(changes),
        before=max(0, first - CHANGES) if first else None,
        after=last if last < len(changes) else None,
    )


@lru_cache(maxsize=4)
def _texts(sha256: str, left: Place, right: Place) -> tuple[str, str]:
    one, other = pick(sha256, [left, right], {"text": ("text",)})
    return one["text"] or "", other["text"] or ""


@lru_cache(maxsize=64)
def _compared(sha256: str, left: Place, right: Place) -> tuple[float, Difference]:
    """Kept, for a long pair is looked at window by window."""
    one, other = _texts(sha256, left, right)
    dedup = recipe_in(sha256).dedup
    likeness = jaccard_of(
        one, other, ngram=dedup.ngram, old_kanji=dedup.fold_old_kanji, kana=dedup.fold_kana
    )
    return likeness, difference(one, other)


class _Window:
    """Rows of some changes with what is around them."""

    def __init__(self, left: str, right: str, changes: list[Change]) -> None:
        # What lies beyond the longest was not compared, and is not shown.
        self._left, self._right = left[:LONGEST], right[:LONGEST]
        self._changes = changes
        self._row = Row()
        self.rows: list[Row] = []

    def fill(self, first: int) -> int:
        """From a change on; returns the number of the first one that is not shown."""
        shown, number = 0, first
        last = min(len(self._changes), first + CHANGES)
        while number < last and shown < _CHARACTERS:
            change = self._changes[number]
            before = self._changes[number - 1].b if number else 0
            self._same(before, change.a, from_window=number == first)
            self._change(change)
            shown += min(change.b - change.a, _CHANGE) + min(change.d - change.c, _CHANGE)
            shown += min(change.a - before, 2 * CONTEXT)
            number += 1
        start = self._changes[number - 1].b if number else 0
        following = self._changes[number].a if number < len(self._changes) else len(self._left)
        self._last(start, following)
        return number

    def _same(self, start: int, end: int, *, from_window: bool) -> None:
        """What both have before a change: all of it, or its two ends."""
        ahead = 0 if from_window else CONTEXT
        if end - start <= ahead + CONTEXT + CONTEXT // 2:
            self._equal(start, end)
            return
        self._equal(start, start + ahead)
        # The first window says how much is before it, a later one that something is.
        self._skip(end - CONTEXT - start - ahead)
        self._equal(end - CONTEXT, end)

    def _last(self, start: int, end: int) -> None:
        """What both have after the last change of the window."""
        room = CONTEXT if self._changes else 10 * CONTEXT
        if end - start <= room + CONTEXT // 2:
            self._equal(start, end)
            self._close()
        else:
            self._equal(start, start + room)
            self._skip(end - start - room)

    def _equal(self, start: int, end: int) -> None:
        """The same text on both sides, a row for each line."""
        text = self._left[start:end]
        for line in _lines(text):
            for side in (self._row.left, self._row.right):
                side.append(Piece(kind="", segments=segments(line, [])))
            self._row.length += len(line)
            if line.endswith("\n") or (self._row.length >= _ROW and line.endswith("。")):
                self._close()

    def _change(self, change: Change) -> None:
        sides = (
            (self._row.left, "del", self._left[change.a : change.b]),
            (self._row.right, "ins", self._right[change.c : change.d]),
        )
        for side, kind, text in sides:
            if len(text) > _CHANGE:
                half = _CHANGE // 2
                more = len(text) - 2 * half
                side.append(Piece(kind=kind, segments=segments(text[:half], []), more=more))
                text = text[-half:]
            if text:
                side.append(Piece(kind=kind, segments=segments(text, [])))
            self._row.length += len(text)

    def _skip(self, length: int) -> None:
        self._close()
        self.rows.append(Row(skipped=length))

    def _close(self) -> None:
        if self._row.length:
            self.rows.append(self._row)
        self._row = Row()


def _lines(text: str) -> Iterator[str]:
    """Lines and sentences with their ends: what is joined again is the text.

    >>> list(_lines("一行目。二文目\\n三"))
    ['一行目。', '二文目\\n', '三']
    """
    yield from _LINE.findall(text)


_LINE = re.compile(r"[^。\n]*[。\n]|[^。\n]+")
