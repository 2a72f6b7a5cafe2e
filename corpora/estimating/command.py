"""``python -m corpora estimate``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import orjson

from corpora import recipe as recipes
from corpora.errors import KotoguraError
from corpora.estimating.calibration import Texts, calibrated
from corpora.estimating.measured import Calibration, Taken
from corpora.estimating.model import Estimate, estimate

_MEGABYTE = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--documents", type=int, required=True, metavar="N")
    parser.add_argument("--bytes", type=int, required=True, metavar="B", help="of text, in UTF-8")
    parser.add_argument("--recipe", default="default", help="a shipped one or a TOML file")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--calibrate-megabytes",
        type=int,
        default=32,
        metavar="N",
        help="text of the larger of the two runs that are measured (%(default)s)",
    )
    parser.add_argument(
        "--from",
        dest="texts",
        type=Path,
        nargs="+",
        metavar="PATH",
        help="texts to measure with, some of each file; those of the sample otherwise",
    )
    parser.add_argument("--again", action="store_true", help="measure anew")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(verb=_estimate)


def _estimate(options: argparse.Namespace) -> None:
    if min(options.documents, options.bytes, options.workers) < 1:
        raise KotoguraError("--documents, --bytes and --workers must be at least 1.")
    if options.calibrate_megabytes < 4:
        raise KotoguraError("--calibrate-megabytes must be at least 4: less says nothing.")
    for path in options.texts or ():
        if not path.exists():
            raise KotoguraError(f"there is no {path}.")
    recipe = recipes.load(options.recipe)
    print("Measuring on this machine, unless it was measured before…", file=sys.stderr)
    calibration = calibrated(
        recipe,
        bytes=options.calibrate_megabytes * _MEGABYTE,
        texts=Texts(
            document_bytes=max(1, options.bytes // options.documents),
            paths=tuple(options.texts or ()),
        ),
        workers=options.workers,
        again=options.again,
    )
    found = estimate(calibration, recipe, bytes=options.bytes)
    print(_json(found, calibration) if options.json else _table(found))


def _json(found: Estimate, calibration: Calibration) -> str:
    value = {
        "seconds": round(found.seconds, 1),
        "memory": found.memory,
        "disk": found.disk,
        "parts": found.parts,
        "workers": found.workers,
        "stages": {
            taken.stage: {
                "seconds": round(taken.seconds, 2),
                "processor": round(taken.processor, 2),
                "memory": taken.memory,
                "disk": taken.disk,
            }
            for taken in found.stages
        },
        "calibration": calibration.to_json(),
    }
    return orjson.dumps(value).decode()


def _table(found: Estimate) -> str:
    lines = [f"{'stage':<20}{'seconds':>14}{'processor':>14}{'memory MB':>14}{'disk MB':>16}"]
    whole = Taken(
        stage="in all",
        seconds=found.seconds,
        processor=found.processor,
        memory=found.memory,
        grown=0,
        disk=found.disk,
    )
    lines += [
        f"{taken.stage:<20}{taken.seconds:>14,.1f}{taken.processor:>14,.1f}"
        f"{taken.memory / _MEGABYTE:>14,.0f}{taken.disk / _MEGABYTE:>16,.1f}"
        for taken in (*found.stages, whole)
    ]
    return "\n".join(lines)
