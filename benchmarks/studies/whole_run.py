"""The whole ``default`` run beside the calibrator, and what a second worker brings."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.contest import Contender, Given, run
from benchmarks.doors import DOORS, RECIPE, WholeRun
from benchmarks.results import Result
from benchmarks.workshop import Workshop

#: sentencepiece encoding the same text: machines drift, and it drifts with them.
CALIBRATOR = Contender(
    label="calibrator",
    module="peers.sentencepiece",
    work="unigram.two_threads",
    cores=2,
    most_megabytes=200,
)
_TITLES = {"celery": "through Celery", "command": "python -m corpora run"}
_WORKERS = (1, 2)
_COLUMNS = ("", "workers", "median", "min–max", "rate", "× calibrator", "1 → 2", "worker's memory")


def study(shop: Workshop) -> Result:
    """Each door with one worker and with two, and the calibrator, in turn, several times."""
    corpus = shop.corpus()
    given = Given(input=shop.texts, options={"model": str(shop.model)})
    runs: dict[tuple[str, int], list[WholeRun]] = {}
    rates: list[float] = []
    for number in range(shop.rounds):
        answer = run(CALIBRATOR, given)
        rates.append(answer.bytes / 1e6 / answer.seconds)
        for door in shop.doors:
            for workers in _WORKERS:
                print(
                    f"whole_run, round {number + 1}: {_TITLES[door]}, {workers} workers",
                    file=sys.stderr,
                )
                made = DOORS[door](corpus, workers, shop.folder)
                runs.setdefault((door, workers), []).append(made)
    return told(runs, median(rates), megabytes_of(corpus))


def megabytes_of(corpus: Path) -> float:
    """Of text, as the builder counted."""
    size: int = json.loads((corpus / "corpus.json").read_text("utf-8"))["bytes"]
    return size / 1e6


def told(
    runs: dict[tuple[str, int], list[WholeRun]], calibrator: float, megabytes: float
) -> Result:
    """The table of runs by door and number of workers; ``calibrator`` is in MB/s."""
    rows: list[list[str]] = []
    data: list[dict[str, Any]] = []
    for (door, workers), made in runs.items():
        seconds = [one.seconds for one in made]
        rate = megabytes / median(seconds)
        alone = median(one.seconds for one in runs[door, 1])
        gain = alone / median(seconds)
        memory = max(one.worker_memory for one in made)
        rows.append(
            [
                _TITLES[door],
                str(workers),
                f"{median(seconds):.1f} s",
                f"{min(seconds):.1f}–{max(seconds):.1f}",
                f"{rate:.2f} MB/s",
                f"{rate / calibrator:.3f}",
                f"{gain:.2f}",
                f"{memory / 1e6:,.0f} MB",
            ]
        )
        data.append(
            {
                "door": door,
                "workers": workers,
                "seconds": [round(value, 3) for value in seconds],
                "megabytes": megabytes,
                "rate": rate,
                "over_calibrator": rate / calibrator,
                "gain": gain,
                "worker_memory": memory,
                "documents": made[-1].documents,
                "kept": made[-1].kept,
                "stages": dict(made[-1].stages),
            }
        )
    return Result(
        name="whole_run",
        title=f"The whole run of the recipe {RECIPE}, {megabytes:,.1f} MB of text",
        columns=_COLUMNS,
        rows=rows,
        data={"calibrator": calibrator, "runs": data},
        notes=[
            f"Calibrator: sentencepiece, two threads, {calibrator:.1f} MB/s.",
            "To reach: ≥ 1.5× the calibrator through Celery; ≥ 1.6 from 1 to 2 workers.",
            *(_by_stage(row) for row in data),
        ],
    )


def _by_stage(row: dict[str, Any]) -> str:
    total = sum(row["stages"].values())
    shares = sorted(row["stages"].items(), key=lambda item: -item[1])
    said = ", ".join(f"{name} {spent:.1f} s ({spent / total:.0%})" for name, spent in shares)
    return f"Work by stage, {_TITLES[row['door']]}, {row['workers']} workers: {said}."
