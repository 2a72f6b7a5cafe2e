"""polars: counts by the first rule that fails."""

from __future__ import annotations

import json
import os

# As many as it may use; it asks when it is imported.
os.environ["POLARS_MAX_THREADS"] = "1"

import polars as pl

from benchmarks.protocol import Task, main
from benchmarks.questions import MOVES, in_order, moved


def _counted(frame: pl.LazyFrame, rules: list) -> pl.DataFrame:
    reason = pl.lit(len(rules), pl.Int8)
    for number, (signal, least, most) in reversed(list(enumerate(rules))):
        failing = pl.lit(False)
        if least is not None:
            failing |= pl.col(signal) < pl.lit(least, pl.Float32)
        if most is not None:
            failing |= pl.col(signal) > pl.lit(most, pl.Float32)
        reason = pl.when(failing).then(pl.lit(number, pl.Int8)).otherwise(reason)
    sums = (pl.len().alias("many"), pl.col("characters").cast(pl.Int64).sum().alias("sum"))
    return frame.group_by(reason.alias("reason"), "grp").agg(*sums).collect()


def _asked(task: Task, frame: pl.LazyFrame) -> None:
    rules = json.loads(task.options["rules"])
    found = _counted(frame, moved(rules, 0))
    with task.measured():
        for move in range(1, MOVES + 1):
            found = _counted(frame, moved(rules, move))
    task.documents = int(task.options["rows"]) * MOVES
    sums = {(reason, group): (many, total) for reason, group, many, total in found.rows()}
    task.keep("totals", "q", in_order(sums, len(rules) + 1, 40))


def parquet(task: Task) -> None:
    """The file as it is."""
    _asked(task, pl.scan_parquet(task.input))


def memory(task: Task) -> None:
    """Read into memory."""
    _asked(task, pl.read_parquet(task.input).lazy())


WORKS = {"what_if": parquet, "what_if.memory": memory}

if __name__ == "__main__":
    main(WORKS, packages=("polars",))
