"""Spans of a batch's texts as arrays: counted, measured and merged without a loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.text import Points


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spans:
    """Spans by start, none overlapping; places are code points of all the texts end to end."""

    #: int64: the text that each is in, its first code point and the one after its last.
    text: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    @classmethod
    def of(cls, rows: NDArray[np.int64] | Sequence[tuple[int, int, int]]) -> Spans:
        """From rows of text, start and end."""
        text, start, end = np.array(rows, np.int64).reshape(-1, 3).T
        return cls(text=text, start=start, end=end)

    def __len__(self) -> int:
        return len(self.text)

    def counts(self, texts: int) -> NDArray[np.int64]:
        """int64[texts]: spans in each."""
        return np.bincount(self.text, minlength=texts)

    def covered(self, texts: int) -> NDArray[np.int64]:
        """int64[texts]: code points inside spans."""
        # As floats, exact up to 2**53.
        inside = np.bincount(self.text, weights=self.end - self.start, minlength=texts)
        return inside.astype(np.int64)


def together(parts: Sequence[Spans]) -> Spans:
    """All of them, overlapping ones made one (corpora.matching.merged).

    >>> one = Spans.of([(0, 1, 3), (0, 5, 7)])
    >>> both = together([one, Spans.of([(0, 0, 2), (0, 3, 4), (1, 9, 10)])])
    >>> both.start.tolist(), both.end.tolist(), both.counts(2).tolist()
    ([0, 3, 5, 9], [3, 4, 7, 10], [3, 1])
    """
    start = np.concatenate([part.start for part in parts])
    order = np.argsort(start, kind="stable")
    start = start[order]
    end = np.concatenate([part.end for part in parts])[order]
    text = np.concatenate([part.text for part in parts])[order]
    if not len(start):
        return Spans(text=text, start=start, end=end)
    # Texts do not overlap, so the farthest end so far is the end of the span that is open.
    reached = np.maximum.accumulate(end)
    begins = np.flatnonzero(np.concatenate([[True], start[1:] >= reached[:-1]]))
    last = np.append(begins[1:], len(start)) - 1
    return Spans(text=text[begins], start=start[begins], end=reached[last])


def found_in(
    points: Points,
    windows: NDArray[np.int64],
    find: Callable[[str], list[tuple[int, int]]],
    *,
    before: int = 0,
) -> Spans:
    """What a finder finds that begins in the windows (int64[windows, 3]: text, start, end).

    It is shown so many code points ``before`` each window as well, as far as the text has them.
    """
    rows = []
    for text, start, end in windows.tolist():
        first = max(start - before, int(points.starts[text]))
        shown = points.values[first:end].tobytes().decode("utf-32-le")
        rows += [(text, first + a, first + b) for a, b in find(shown) if first + a >= start]
    return Spans.of(rows)
