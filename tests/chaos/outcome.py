"""What a row of the table of promises gave: its figures, and whether the promise held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    promise: str
    held: bool
    #: What was measured, in the order in which it is printed.
    figures: Mapping[str, object]
    #: False where this machine or this database lets nobody try; the figures say why.
    tried: bool = True

    def lines(self) -> list[str]:
        word = ("held" if self.held else "BROKEN") if self.tried else "NOT TRIED"
        return [f"{word}: {self.promise}", *(f"  {n}: {v}" for n, v in self.figures.items())]


def spread(seconds: list[float]) -> str:
    """Least, middle and most of some times.

    >>> spread([3.0, 1.0, 2.0])
    '1.0 to 3.0 s, middle 2.0 s, of 3'
    """
    if not seconds:
        return "none"
    ordered = sorted(seconds)
    middle = ordered[len(ordered) // 2]
    return f"{ordered[0]:.1f} to {ordered[-1]:.1f} s, middle {middle:.1f} s, of {len(ordered)}"
