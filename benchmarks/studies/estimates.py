"""What an estimate says beside what the run takes, stage by stage, at ten times the calibration."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.doors import RECIPE
from benchmarks.results import Result
from benchmarks.studies.whole_run import megabytes_of
from benchmarks.workshop import Workshop
from corpora.estimating.calibration import Texts, apart, calibrated, whole
from corpora.estimating.measured import Calibration, Taken
from corpora.estimating.model import Estimate, estimate
from corpora.recipe import load

_WORKERS = 2
_LARGER = 10
#: A stage under this share of its column is told, but not looked at.
_LEAST_SHARE = 0.03
#: Estimate over measured that is still good.
_LOW, _HIGH = 0.7, 1.3
#: (what it is called, how it is read, in what, divided by)
_COLUMNS = (
    ("on the clock", "seconds", "s", 1.0),
    ("of the processor", "processor", "s", 1.0),
    ("memory of a process", "memory", "MB", 1e6),
    ("disk", "disk", "MB", 1e6),
)


def study(shop: Workshop) -> Result:
    """Calibrates on a tenth of the corpus' size, from its own texts, and then runs all of it."""
    recipe, corpus = load(RECIPE), shop.corpus()
    size = round(megabytes_of(corpus) * 1e6)
    print(f"estimates: calibrating on {size / _LARGER / 1e6:.0f} MB", file=sys.stderr, flush=True)
    calibration = calibrated(
        recipe,
        bytes=size // _LARGER,
        texts=Texts(paths=(corpus / "texts",)),
        workers=_WORKERS,
        again=True,
    )
    found = estimate(calibration, recipe, bytes=size)
    print("estimates: the run itself", file=sys.stderr, flush=True)
    with TemporaryDirectory(dir=shop.folder) as name:
        # Apart, as the measured ones: what this process holds is no part of a run.
        measured = apart(whole, recipe, [corpus / "texts"], Path(name), _WORKERS)
    return told(calibration, found, {one.stage: one for one in measured}, size)


def told(
    calibration: Calibration, found: Estimate, measured: Mapping[str, Taken], size: int
) -> Result:
    rows, off = [], []
    for stage in found.stages:
        real = measured.get(stage.stage)
        cells = [_cell(stage, real, name, unit) for _, name, _, unit in _COLUMNS]
        rows.append([stage.stage, *cells])
        off += [
            f"{stage.stage} ({said})"
            for said, name, _, _ in _COLUMNS
            if real and _is_off(stage, real, name, measured)
        ]
    every = [_whole(found, measured, name, unit) for _, name, _, unit in _COLUMNS]
    rows.append(["in all", *every])
    return Result(
        name="estimates",
        title=f"Estimate and run of {size / 1e6:,.0f} MB, calibrated on a tenth",
        columns=("", *(f"{said}, {unit}" for said, _, unit, _ in _COLUMNS)),
        rows=rows,
        data={
            "bytes": size,
            "parts": found.parts,
            "workers": found.workers,
            "calibration": calibration.to_json(),
            "estimate": [asdict(stage) for stage in found.stages],
            "measured": [asdict(stage) for stage in measured.values()],
        },
        notes=[
            "A cell: estimate, measured, and their ratio. Memory in all is the greatest.",
            f"To reach: {_LOW} to {_HIGH}. Outside, of stages with {_LEAST_SHARE:.0%} of a column "
            f"or more: {', '.join(off) or 'none'}.",
        ],
    )


def _cell(stage: Taken, real: Taken | None, name: str, unit: float) -> str:
    ours = getattr(stage, name) / unit
    if real is None:
        return f"{ours:,.1f}, not run"
    theirs = getattr(real, name) / unit
    return f"{ours:,.1f}, {theirs:,.1f}" + (f", {ours / theirs:.2f}" if theirs else "")


def _is_off(stage: Taken, real: Taken, name: str, measured: Mapping[str, Taken]) -> bool:
    theirs = getattr(real, name)
    every = sum(getattr(one, name) for one in measured.values())
    large = theirs and (name == "memory" or theirs >= _LEAST_SHARE * every)
    return bool(large) and not _LOW <= getattr(stage, name) / theirs <= _HIGH


def _whole(found: Estimate, measured: Mapping[str, Taken], name: str, unit: float) -> str:
    add = max if name == "memory" else sum
    ours = add(getattr(stage, name) for stage in found.stages) / unit
    theirs = add(getattr(stage, name) for stage in measured.values()) / unit
    return f"{ours:,.1f}, {theirs:,.1f}, {ours / theirs:.2f}"
