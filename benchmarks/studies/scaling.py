"""Cost by size: a straight line, or not; and memory, which is to stay where it is."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.doors import DOORS, RECIPE, WholeRun
from benchmarks.results import Result
from benchmarks.studies.whole_run import megabytes_of
from benchmarks.workshop import Workshop

_WORKERS = 2


def study(shop: Workshop) -> Result:
    """One whole run a size, by the first of the doors."""
    door = shop.doors[0]
    sizes, made = [], []
    for size in shop.sizes:
        corpus = shop.corpus(size)
        sizes.append(megabytes_of(corpus))
        made.append(_run(door, corpus, shop))
    slope, start, fit = line(sizes, [one.seconds for one in made])
    power = exponent(sizes, [one.seconds for one in made])
    rows = [
        [
            f"{size:,.1f} MB",
            f"{one.documents:,}",
            f"{one.seconds:.1f} s",
            f"{size / one.seconds:.2f} MB/s",
            f"{start + slope * size:.1f} s",
            f"{one.worker_memory / 1e6:,.0f} MB",
            f"{one.worker_memory_with_files / 1e6:,.0f} MB",
        ]
        for size, one in zip(sizes, made, strict=True)
    ]
    return Result(
        name="scaling",
        title=f"Cost by size, recipe {RECIPE}, {_WORKERS} workers",
        columns=(
            "text",
            "documents",
            "measured",
            "rate",
            "by the line",
            "worker's memory",
            "with mapped files",
        ),
        rows=rows,
        data={
            "door": door,
            "megabytes": sizes,
            "seconds": [one.seconds for one in made],
            "worker_memory": [one.worker_memory for one in made],
            "worker_memory_with_files": [one.worker_memory_with_files for one in made],
            "stages": [dict(one.stages) for one in made],
            "slope": slope,
            "start": start,
            "r_squared": fit,
            "exponent": power,
        },
        notes=[
            f"{start:.1f} s + {slope * 1_000:.1f} s a GB, R² = {fit:.5f} ({door}).",
            # R² alone flatters: over sizes far apart a bent line fits well, too.
            f"Cost grows with the size to the power of {power:.3f}; 1 is a straight line.",
        ],
    )


def memory(shop: Workshop) -> Result:
    """The most that a worker holds at a size, and at ten times the size."""
    door = shop.doors[0]
    rows, data = [], []
    for size in (shop.megabytes, 10 * shop.megabytes):
        corpus = shop.corpus(size)
        made = _run(door, corpus, shop)
        rows.append([f"{megabytes_of(corpus):,.1f} MB", f"{made.worker_memory / 1e6:,.0f} MB"])
        data.append({"megabytes": megabytes_of(corpus), "worker_memory": made.worker_memory})
    growth = data[1]["worker_memory"] / data[0]["worker_memory"]
    return Result(
        name="memory",
        title=f"A worker's memory, recipe {RECIPE}, {_WORKERS} workers",
        columns=("text", "the most that one worker held"),
        rows=rows,
        data=data,
        notes=[
            f"Ten times the text takes {growth:.2f} times the memory ({door}).",
            "To reach: under 2 GB, and no more for a larger corpus.",
        ],
    )


def _run(door: str, corpus: Path, shop: Workshop) -> WholeRun:
    print(f"{corpus.name}: {door}", file=sys.stderr, flush=True)
    return DOORS[door](corpus, _WORKERS, shop.folder)


def line(xs: Sequence[float], ys: Sequence[float]) -> tuple[float, float, float]:
    """Slope, start and R² of the least-squares line; R² is NaN for fewer than three points.

    >>> line([1, 2, 3], [5, 7, 9])
    (2.0, 3.0, 1.0)
    """
    if len(xs) < 2:
        return float("nan"), float("nan"), float("nan")
    slope, start = np.polyfit(xs, ys, 1)
    rest = np.asarray(ys) - (start + slope * np.asarray(xs))
    spread = np.asarray(ys) - np.mean(ys)
    fit = 1 - (rest @ rest) / (spread @ spread) if len(xs) > 2 else float("nan")
    return round(float(slope), 9), round(float(start), 9), round(float(fit), 9)


def exponent(xs: Sequence[float], ys: Sequence[float]) -> float:
    """p of the best fit y = c · xᵖ; NaN for fewer than two points.

    >>> exponent([1, 10, 100], [3, 300, 30_000])
    2.0
    """
    if len(xs) < 2:
        return float("nan")
    power, _ = np.polyfit(np.log(xs), np.log(ys), 1)
    return round(float(power), 9)
