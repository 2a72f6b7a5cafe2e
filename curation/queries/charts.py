"""A signal's histogram as shapes of a small SVG, with a slider's range to match."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isclose, log10, sqrt

from corpora.decisions.what_if import Histogram
from corpora.recipe import Rule
from corpora.signals import SIGNALS

WIDTH = 300
HEIGHT = 44
#: A slider has about this many settings, or more where a limit would lie between two.
SETTINGS = 200
#: About as many bars stand beside each other.
BARS = 60
#: Kinds of signals that count something.
_WHOLE = ("count", "characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    #: Its bin in the histogram.
    index: int
    x: float
    y: float
    width: float
    height: float
    #: The values it stands for.
    low: float
    high: float
    documents: int
    #: Whether documents of this bar pass the rule.
    keeps: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    bars: list[Bar]
    #: The range that the chart and its sliders span.
    low: float
    high: float
    step: float
    #: x of the limits; None where the rule has none.
    min_x: float | None
    max_x: float | None
    #: Documents without a value.
    missing: int
    #: Documents of the highest bar.
    tallest: int

    def settings(self) -> list[float]:
        """Every setting of the slider, as the browser counts them."""
        return [round(self.low + self.step * n, 12) for n in range(self.count + 1)]

    @property
    def count(self) -> int:
        return round((self.high - self.low) / self.step)


def chart(found: Histogram, rule: Rule) -> Chart:
    """A signal's histogram over a range that holds the rule's limits."""
    edges = [float(edge) for edge in found.edges]
    low, high, step = _range(edges[0], edges[-1], rule)
    scale = WIDTH / (high - low)
    most = max(int(found.counts.max()), 1)
    tallest = sqrt(most)
    bars = []
    spans = zip(edges, edges[1:], found.counts.tolist(), strict=False)
    for index, (left, right, documents) in enumerate(spans):
        left, right = _extent(left, right, rule, high - low)
        x = max(0.0, (left - low) * scale)
        width = min(float(WIDTH), (right - low) * scale) - x
        # Square roots: the few documents beside a cut are what one looks for.
        height = HEIGHT * sqrt(documents) / tallest
        if documents and width > 0:
            bars.append(_bar(index, x, width, height, left, right, documents, rule))
    return Chart(
        bars=bars,
        low=low,
        high=high,
        step=step,
        min_x=None if rule.min is None else round((rule.min - low) * scale, 2),
        max_x=None if rule.max is None else round((rule.max - low) * scale, 2),
        missing=found.missing,
        tallest=most,
    )


def _extent(left: float, right: float, rule: Rule, span: float) -> tuple[float, float]:
    """From where to where a bar goes. Shares that are all 0 lie in a bin from -.5 to .5, as whole
    numbers do: drawn so wide, the bar would stand on both sides of every limit."""
    if _kind(rule) in _WHOLE or right - left < 1:
        return left, right
    middle, half = (left + right) / 2, span / BARS / 2
    return middle - half, middle + half


def _kind(rule: Rule) -> str:
    return SIGNALS[rule.signal].kind if rule.signal in SIGNALS else "count"


def _bar(
    index: int,
    x: float,
    width: float,
    height: float,
    low: float,
    high: float,
    documents: int,
    rule: Rule,
) -> Bar:
    middle = (low + high) / 2
    keeps = (rule.min is None or middle >= rule.min) and (rule.max is None or middle <= rule.max)
    return Bar(
        index=index,
        x=round(x, 2),
        y=round(HEIGHT - max(1.0, height), 2),
        width=round(max(0.5, width - 0.4), 2),
        height=round(max(1.0, height), 2),
        low=low,
        high=high,
        documents=documents,
        keeps=keeps,
    )


def _range(low: float, high: float, rule: Rule) -> tuple[float, float, float]:
    """A range of round numbers that holds the histogram and the limits, and a round step."""
    limits = [limit for limit in (rule.min, rule.max) if limit is not None]
    low = max(0.0, min([low, *limits]))
    high = max([high, *limits])
    kind = _kind(rule)
    whole = all(float(limit).is_integer() for limit in limits) and kind in _WHOLE
    if kind in ("share", "boolean"):
        high = min(1.0, high)
    if high <= low:
        high = low + 1.0
    step = _step(high - low, limits, whole=whole)
    return floor(low / step) * step, max(ceil(high / step), floor(low / step) + 1) * step, step


def _step(span: float, limits: list[float], *, whole: bool) -> float:
    """A round step, fine enough that every limit is a setting of its slider, where that makes
    no more than eight times as many of them.

    >>> _step(4_050, [30.0], whole=True), _step(4_050, [50.0], whole=True)
    (10.0, 50.0)
    """
    steps = [_round_step(span / SETTINGS / finer, whole=whole) for finer in (1, 2, 4, 8)]
    return next((step for step in steps if all(_holds(step, one) for one in limits)), steps[0])


def _holds(step: float, limit: float) -> bool:
    return isclose(limit / step, round(limit / step), abs_tol=1e-9)


def _round_step(rough: float, *, whole: bool) -> float:
    """1, 2 or 5 times a power of ten, at least ``rough``.

    >>> _round_step(0.0034, whole=False), _round_step(0.3, whole=True)
    (0.005, 1.0)
    """
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return max(1.0, step) if whole else float(f"{step:.12g}")
