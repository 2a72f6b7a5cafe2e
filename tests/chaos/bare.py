"""The same units with nothing around them: no database, no lease, no fsync, no hash.

``python -m tests.chaos.bare --store FOLDER --recipe NAME --warm-up PATH PATH`` does everything from
files to exports in a plain loop, as a script would, and prints what it took as JSON. The paths
given with ``--warm-up`` are worked on first, untimed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import orjson

from corpora import recipe as recipes
from corpora.plans import (
    CuratePlan,
    ExportPlan,
    IngestPlan,
    Outcome,
    Plan,
    Results,
    accounts_of,
    only,
    parts_of,
)
from corpora.stages import execute
from corpora.storage import BlobWriter, Store


class BareStore(Store):
    """Files under the next free name; nothing is remembered of any unit."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._names = (f"{number:064x}" for number in count())

    @contextmanager
    def writer(self) -> Iterator[BlobWriter]:
        name = next(self._names)
        path = self._blobs / name[:2] / name[2:]
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            writer = BlobWriter(file)
            yield writer
        writer.sha256 = name

    def record(self, key: str, result: dict[str, Any], *, waits: bool = True) -> None:
        """Nobody will ask."""


def worked(paths: list[str], recipe: recipes.Recipe, store: Store) -> Counter[str]:
    """Everything from files to exports; the units of each stage."""
    done: Counter[str] = Counter()
    ingested = _run(IngestPlan(paths=tuple(paths)), store, done)
    plan = CuratePlan(
        recipe=recipe,
        parts=tuple(parts_of(ingested)),
        quarantine=accounts_of(ingested, "quarantine"),
        files=accounts_of(ingested, "files"),
    )
    snapshot = only(_run(plan, store, done), "snapshot").outputs["manifest"]
    manifest = store.read_json(snapshot)
    for format in recipe.export.formats:
        tokenizer = manifest["tokenizer"] if format == "megatron" else ""
        _run(
            ExportPlan(snapshot=snapshot, manifest=manifest, format=format, tokenizer=tokenizer),
            store,
            done,
        )
    return done


def _run(plan: Plan, store: Store, done: Counter[str]) -> Results:
    results: dict[str, list[Outcome]] = {}
    for stage in plan.stages:
        units = plan.units(stage, results)
        results[stage] = [Outcome(part=unit.part, result=execute(unit, store)) for unit in units]
        done[stage] += len(units)
    return results


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--recipe", required=True)
    parser.add_argument("--warm-up", required=True)
    options = parser.parse_args()
    recipe = recipes.load(options.recipe)
    worked([options.warm_up], recipe, BareStore(options.store / "warm-up"))
    began, processor = time.perf_counter(), time.process_time()
    units = worked(options.paths, recipe, BareStore(options.store / "measured"))
    told = {
        "seconds": time.perf_counter() - began,
        "processor": time.process_time() - processor,
        "units": units,
    }
    sys.stdout.buffer.write(orjson.dumps(told))


if __name__ == "__main__":
    main()
