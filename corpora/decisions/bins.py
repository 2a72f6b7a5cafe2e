"""Counting values between evenly spaced limits, a piece at a time: no copy of a whole column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from corpora.rules import Column

#: Rows that are looked at together: what is made of them stays in a core's cache.
CHUNK = 1 << 16

Counts = npt.NDArray[np.int64]
Limits32 = npt.NDArray[np.float32]


def pieces(rows: int) -> Iterator[slice]:
    """``CHUNK`` rows after ``CHUNK`` rows."""
    return (slice(start, min(start + CHUNK, rows)) for start in range(0, rows, CHUNK))


def rounded_up(edges: npt.NDArray[np.float64]) -> Limits32:
    """The smallest float32 at or above each edge: a float32 reaches both or neither."""
    rounded = edges.astype(np.float32)
    below = rounded < edges
    rounded[below] = np.nextafter(rounded[below], np.float32(np.inf))
    return rounded


class Steps:
    """Ascending float32 limits; tells of each value how many of them it reaches.

    Where they are evenly spaced, the place is computed and then corrected by at most one in
    comparing with the limits themselves, so that it is what a search gives.

    >>> Steps(np.array([0, 1, 2], np.float32)).reached(np.array([-1, 0, 1.5, 7], np.float32))
    array([0, 1, 2, 3])
    """

    def __init__(self, limits: Sequence[float] | Limits32) -> None:
        self.limits = np.asarray(limits, np.float32)
        self.count = len(self.limits)
        first, last = float(self.limits[0]), float(self.limits[-1])
        step = (last - first) / max(1, self.count - 1)
        even = first + step * np.arange(self.count)
        off = np.abs(self.limits.astype(np.float64) - even).max()
        # The limits' rounding, and a value's own, may not carry a guess past a whole place.
        coarse = float(np.spacing(np.float32(max(abs(first), abs(last)))))
        # One over less than the smallest normal number is none that float32 has.
        normal = step >= float(np.finfo(np.float32).tiny)
        self._is_even = normal and off < step / 16 and coarse < step / 32
        self._scale = np.float32(1 / step if self._is_even else 1)
        # A quarter too low: a guess is right or one too low, never too high.
        self._offset = np.float32(0.75 - first / step if self._is_even else 0)
        none = np.float32(np.nan)  # beyond the last there is nothing to reach
        self._next = np.concatenate([self.limits, [none]])

    def reached(self, values: Column) -> npt.NDArray[np.int64]:
        """How many limits each value reaches. No value is NaN."""
        if not self._is_even:
            return np.searchsorted(self.limits, values, side="right")
        with np.errstate(over="ignore"):  # what is beyond all float32 reaches the last
            guess = values * self._scale
            guess += self._offset
        np.maximum(guess, 0, out=guess)
        np.minimum(guess, self.count, out=guess)
        places = guess.astype(np.int64)
        places += values >= self._next.take(places, mode="clip")
        return places

    def counted(self, values: Column) -> Counts:
        """How many values reach how many limits: one number more than there are limits."""
        found = np.zeros(self.count + 1, np.int64)
        for piece in pieces(len(values)):
            found += np.bincount(self.reached(values[piece]), minlength=self.count + 1)
        return found
