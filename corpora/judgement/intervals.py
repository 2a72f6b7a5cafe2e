"""How sure a share is that was seen in a sample."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

#: Standard normal quantile of a two-sided 95 % interval.
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """``part`` of ``base``, with the 95 % interval of the share it was drawn from."""

    part: int
    base: int
    #: Shares, 0 to 1.
    low: float
    high: float

    @property
    def value(self) -> float | None:
        return self.part / self.base if self.base else None


def wilson(part: int, base: int) -> Share:
    """Wilson's score interval (E. B. Wilson, JASA 22, 1927), which stays right near 0 and 1.

    ``base`` documents were judged, ``part`` of them so. Nothing judged says nothing: 0 to 1.

    >>> share = wilson(18, 20)
    >>> round(share.low, 3), round(share.high, 3)
    (0.699, 0.972)
    >>> wilson(0, 0).high
    1.0
    """
    if not base:
        return Share(part=part, base=base, low=0.0, high=1.0)
    share, z2 = part / base, _Z * _Z
    middle = (share + z2 / (2 * base)) / (1 + z2 / base)
    half = _Z * sqrt(share * (1 - share) / base + z2 / (4 * base * base)) / (1 + z2 / base)
    return Share(part=part, base=base, low=max(0.0, middle - half), high=min(1.0, middle + half))
